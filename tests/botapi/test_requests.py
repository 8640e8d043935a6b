"""What the server holds against a client's requests."""

import json
from typing import Any

import aiohttp
import pytest

from tests.botapi import BotApiServer
from tests.botapi.clients import Client
from tests.botapi.conftest import USER


async def answer(response: aiohttp.ClientResponse) -> tuple[int, Any]:
    body = await response.json()
    assert body["ok"] is (response.status == 200)
    if response.status != 200:
        assert body["error_code"] == response.status
        return response.status, body["description"]
    return 200, body["result"]


async def test_all_four_encodings_are_read(
    server: BotApiServer, http: aiohttp.ClientSession
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    plain: dict[str, str | int] = {"chat_id": USER, "text": '{"not": "decoded"}'}
    nested: dict[str, str | int] = {**plain, "reply_markup": json.dumps(keyboard)}
    multipart = aiohttp.FormData({k: str(v) for k, v in nested.items()}, default_to_multipart=True)
    for request in (
        http.get("sendMessage", params=nested),
        http.post("sendMessage", data=nested),
        http.post("sendMessage", data=multipart),
        http.post("sendMessage", json={**plain, "reply_markup": keyboard}),
        http.post("SENDMESSAGE", params={"chat_id": USER}, data={"text": plain["text"]}),
    ):
        async with request as response:
            status, message = await answer(response)
        assert (status, message["text"]) == (200, plain["text"])
    keyboards = [message.get("reply_markup") for message in server.bot_messages(USER)]
    assert keyboards == [keyboard] * 4 + [None]
    assert [call.method for call in server.calls] == ["sendMessage"] * 5
    server.assert_clean()


@pytest.mark.parametrize(
    ("method", "parameters", "status", "description", "violation"),
    [
        ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty", "chat_id"),
        ("sendMessage", {"chat_id": 7}, 400, "Bad Request: message text is empty", "text"),
        (
            "deleteMessage",
            {"chat_id": 7},
            400,
            "Bad Request: message identifier is not specified",
            "message_id",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "reply_markup": "{"},
            400,
            "Bad Request: can't parse reply_markup JSON object",
            "reply_markup is not JSON",
        ),
        (
            "sendMessage",
            {
                "chat_id": 7,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]},
            },
            400,
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
            "inline_keyboard.0.0.text",
        ),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "disable_notification": "perhaps"},
            400,
            'Bad Request: field "disable_notification" is of a wrong type',
            "disable_notification",
        ),
        ("sendMesage", {}, 404, "Not Found: method not found", "sendMesage: no such method"),
        (
            "sendDice",
            {"chat_id": 7},
            501,
            "Not Implemented: the test server lacks this method",
            "sendDice: not implemented",
        ),
    ],
)
async def test_a_malformed_request_is_refused_and_noted(
    server: BotApiServer,
    http: aiohttp.ClientSession,
    method: str,
    parameters: dict[str, Any],
    status: int,
    description: str,
    violation: str,
) -> None:
    async with http.post(method, json=parameters) as response:
        assert await answer(response) == (status, description)
    assert violation in server.violations[0]
    assert server.refused_calls() == server.calls
    with pytest.raises(AssertionError):
        server.assert_clean()


async def test_a_body_that_is_not_json(server: BotApiServer, http: aiohttp.ClientSession) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post("getMe", data="{", headers=headers) as response:
        assert (await answer(response))[0] == 400
    assert server.violations == ["getMe: the body is not JSON"]


@pytest.mark.parametrize(
    ("parameters", "unknown"),
    [
        ({"silent": True}, "silent"),
        (
            {
                "reply_markup": {
                    "inline_keyboard": [[{"text": "a", "callback_data": "b", "colour": "red"}]]
                }
            },
            "reply_markup.inline_keyboard.colour",
        ),
    ],
)
async def test_unknown_parameters_are_ignored_but_noted(
    server: BotApiServer,
    http: aiohttp.ClientSession,
    parameters: dict[str, Any],
    unknown: str,
) -> None:
    request = {"chat_id": USER, "text": "x", **parameters}
    async with http.post("sendMessage", json=request) as response:
        assert (await answer(response))[0] == 200
    assert server.violations == [f"sendMessage: unknown parameters ['{unknown}']"]


async def test_a_file_that_nothing_refers_to_is_noted(
    server: BotApiServer, http: aiohttp.ClientSession
) -> None:
    form = aiohttp.FormData({"chat_id": str(USER), "text": "x"})
    form.add_field("stray", b"abc", filename="a.txt")
    async with http.post("sendMessage", data=form) as response:
        assert (await answer(response))[0] == 200
    assert server.violations == ["sendMessage: file part 'stray' is not referenced"]


async def test_a_wrong_token_is_refused(server: BotApiServer) -> None:
    url = f"{server.url}/bot1:wrong/getMe"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert await answer(response) == (401, "Unauthorized")


async def test_both_clients_are_clean(server: BotApiServer, client: Client) -> None:
    await client.call("getMe")
    await client.call(
        "sendMessage",
        chat_id=USER,
        text="x",
        link_preview_options={"is_disabled": True},
        entities=[{"type": "bold", "offset": 0, "length": 1}],
        disable_notification=True,
    )
    assert server.violations == []
    assert [call.method for call in server.calls_to("sendMessage")] == ["sendMessage"]
