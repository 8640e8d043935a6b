"""What people do, as the bot sees it."""

from collections.abc import Callable

import pytest

from tests.botapi import BotApiServer, ServerSettings
from tests.botapi.clients import Client
from tests.botapi.conftest import GROUP, USER
from tests.botapi.people import People, Sent


async def test_a_message_carries_what_telegram_finds_in_it(
    server: BotApiServer, client: Client
) -> None:
    server.people.introduce(USER, first_name="Mei", language_code="zh-hans", username="mei")
    server.people.user_says(USER, "/start x https://example.org")
    [update] = await client.call("getUpdates", timeout=0)
    message = update["message"]
    assert [entity["type"] for entity in message["entities"]] == ["bot_command", "url"]
    assert message["from"]["language_code"] == "zh-hans"
    assert message["chat"]["type"] == "private"


@pytest.mark.parametrize(
    ("send", "field"),
    [
        (lambda people: people.user_sends_file(USER, "a.txt", b"abc", caption="c"), "document"),
        (lambda people: people.user_sends_photo(USER, caption="c"), "photo"),
        (lambda people: people.user_sends_voice(USER), "voice"),
        (lambda people: people.user_sends_sticker(USER), "sticker"),
        (lambda people: people.user_sends_location(USER), "location"),
    ],
)
async def test_everything_that_is_not_text(
    server: BotApiServer, client: Client, send: Callable[[People], Sent], field: str
) -> None:
    send(server.people)
    [update] = await client.call("getUpdates", timeout=0)
    assert field in update["message"]
    server.assert_clean()


async def test_a_sent_file_can_be_fetched(server: BotApiServer, client: Client) -> None:
    sent = server.people.user_sends_file(USER, "a.txt", b"abc", caption="look /here")
    message = server.message(USER, sent.message_id)
    assert message is not None
    assert message["caption_entities"][0]["type"] == "bot_command"
    file = await client.call("getFile", file_id=message["document"]["file_id"])
    stored = server.state.file_at(file["file_path"])
    assert stored is not None
    assert stored.content == b"abc"


async def test_an_edit_is_a_new_update(server: BotApiServer, client: Client) -> None:
    sent = server.people.user_says(USER, "/a")
    assert server.people.user_edits(USER, sent.message_id, "b") is not None
    _, update = await client.call("getUpdates", timeout=0)
    assert update["edited_message"]["text"] == "b"
    assert "entities" not in update["edited_message"]


async def test_only_real_buttons_can_be_clicked(server: BotApiServer, client: Client) -> None:
    row = [{"text": "Go", "url": "https://example.org"}, {"text": "More", "callback_data": "m"}]
    sent = await client.call(
        "sendMessage", chat_id=USER, text="x", reply_markup={"inline_keyboard": [row]}
    )
    for label in ("Go", "Less"):
        with pytest.raises(LookupError, match="No button"):
            server.people.user_clicks(USER, sent["message_id"], label)
    server.people.user_clicks(USER, sent["message_id"], "m", inaccessible=True)
    [update] = await client.call("getUpdates", timeout=0)
    assert update["callback_query"]["message"]["date"] == 0
    with pytest.raises(LookupError, match="no message"):
        server.people.user_clicks(USER, 99, "More")


class TestPrivacyMode:
    @pytest.mark.parametrize(
        ("text", "reaches_bot"),
        [
            ("hello", False),
            ("/help", True),
            ("/help@test_assistant_bot", True),
            ("/help@another_bot", False),
            ("😀 @Test_Assistant_Bot hello", True),
            ("@another_bot hello", False),
        ],
    )
    async def test_in_groups(self, server: BotApiServer, text: str, reaches_bot: bool) -> None:
        sent = server.people.user_says(GROUP, text, sender=USER)
        assert (sent.update_id is not None) is reaches_bot
        assert server.message(GROUP, sent.message_id) is not None

    async def test_replies(self, server: BotApiServer, client: Client) -> None:
        answer = await client.call("sendMessage", chat_id=GROUP, text="x")
        other = server.people.user_says(GROUP, "x", sender=USER)
        replied = server.people.user_says(GROUP, "y", sender=USER, reply_to=answer["message_id"])
        assert replied.update_id is not None
        unheard = server.people.user_says(GROUP, "y", sender=8, reply_to=other.message_id)
        assert unheard.update_id is None


async def test_without_privacy_mode_all_is_heard() -> None:
    async with BotApiServer(ServerSettings(privacy_mode=False)) as server:
        server.people.open_group(GROUP)
        assert server.people.user_says(GROUP, "hello", sender=USER).update_id is not None


async def test_topics(server: BotApiServer, client: Client) -> None:
    with pytest.raises(ValueError, match="no forum"):
        server.people.user_says(GROUP, "/x", sender=USER, topic=3)
    server.people.open_group(GROUP, is_forum=True)
    server.people.user_says(GROUP, "/x", sender=USER, topic=3)
    [update] = await client.call("getUpdates", timeout=0)
    assert update["message"]["message_thread_id"] == 3
    assert update["message"]["is_topic_message"] is True


async def test_blocking_and_removal_are_told(server: BotApiServer, client: Client) -> None:
    server.people.user_blocks_bot(USER)
    with pytest.raises(ValueError, match="unblock"):
        server.people.user_says(USER, "x")
    server.people.user_unblocks_bot(USER)
    server.people.group_removes_bot(GROUP, by=USER)
    assert server.people.user_says(GROUP, "/x", sender=USER).update_id is None
    updates = await client.call("getUpdates", timeout=0)
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in updates]
    assert statuses == ["kicked", "member", "kicked"]


async def test_what_nobody_can_do_is_an_error_of_the_test(server: BotApiServer) -> None:
    for text in ("", " ", "x" * 4097):
        with pytest.raises(ValueError, match="1-4096"):
            server.people.user_says(USER, text)
    with pytest.raises(ValueError, match="sender"):
        server.people.user_says(GROUP, "x")
    with pytest.raises(LookupError, match="Open group"):
        server.people.user_says(-5, "x", sender=USER)
    with pytest.raises(ValueError, match="negative"):
        server.people.open_group(5)
    async with BotApiServer(ServerSettings(inline_queries=False)) as other:
        with pytest.raises(ValueError, match="inline mode"):
            other.people.user_types_inline_query(USER, "x")
