"""Who the bot is, its commands and descriptions, and what is known of chats."""

from typing import Any

import pytest

from tests.botapi import BotApiServer
from tests.botapi.clients import Client, Refused
from tests.botapi.conftest import USER


async def test_the_bot_knows_itself(server: BotApiServer, client: Client) -> None:
    me = await client.call("getMe")
    assert me["is_bot"] is True
    assert me["id"] == server.settings.bot_id
    assert me["can_read_all_group_messages"] is False


async def test_commands_are_kept_by_scope_and_language(client: Client) -> None:
    start = [{"command": "start", "description": "Begin"}]
    staff = [{"command": "status", "description": "State"}]
    scope = {"type": "chat", "chat_id": USER}
    await client.call("setMyCommands", commands=start)
    await client.call("setMyCommands", commands=staff, scope=scope, language_code="zh")
    assert await client.call("getMyCommands") == start
    assert await client.call("getMyCommands", scope=scope) == []
    assert await client.call("getMyCommands", scope=scope, language_code="zh") == staff
    await client.call("deleteMyCommands")
    assert await client.call("getMyCommands") == []


@pytest.mark.parametrize(
    ("commands", "text"),
    [
        ([{"command": "Bad-Name", "description": "d"}], "bot_command_invalid"),
        ([{"command": "x" * 33, "description": "d"}], "bot_command_invalid"),
        ([{"command": "x", "description": ""}], "bot_command_description_invalid"),
        ([{"command": "x", "description": "d" * 257}], "bot_command_description_invalid"),
        ([{"command": f"x{n}", "description": "d"} for n in range(101)], "bot_commands_too_much"),
    ],
)
async def test_bad_commands_are_refused(
    client: Client, commands: list[dict[str, Any]], text: str
) -> None:
    with pytest.raises(Refused) as caught:
        await client.call("setMyCommands", commands=commands)
    assert caught.value == Refused(400, text)


async def test_descriptions(client: Client) -> None:
    await client.call("setMyDescription", description="long", language_code="en")
    await client.call("setMyShortDescription", short_description="short")
    assert await client.call("getMyDescription") == {"description": ""}
    assert await client.call("getMyDescription", language_code="en") == {"description": "long"}
    assert await client.call("getMyShortDescription") == {"short_description": "short"}
    with pytest.raises(Refused):
        await client.call("setMyDescription", description="x" * 513)
    with pytest.raises(Refused):
        await client.call("setMyShortDescription", short_description="x" * 121)


async def test_a_chat_can_be_asked_for(server: BotApiServer, client: Client) -> None:
    server.people.introduce(8, first_name="Mei", username="mei")
    server.people.open_private_chat(8)
    chat = await client.call("getChat", chat_id=8)
    assert chat["first_name"] == "Mei"
    with pytest.raises(Refused, match="chat not found"):
        await client.call("getChat", chat_id=99)
