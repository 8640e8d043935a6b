"""Every injected fault, as the two clients see it."""

import time

import aiogram
import aiogram.exceptions
import aiohttp
import pytest
import telegram
import telegram.error

from tests.botapi import BotApiServer, Fault, FaultKind
from tests.botapi.clients import Client, Refused
from tests.botapi.conftest import USER
from tests.botapi.faults import ANY_METHOD, DOWNLOAD

BROKEN_ANSWERS = (
    telegram.error.NetworkError,
    telegram.error.TelegramError,
    aiogram.exceptions.TelegramNetworkError,
    aiogram.exceptions.ClientDecodeError,
)


@pytest.mark.parametrize(
    ("kind", "was_carried_out"),
    [
        (FaultKind.DROP_BEFORE, False),
        (FaultKind.DROP_AFTER, True),
        (FaultKind.HTML_502, False),
        (FaultKind.GARBAGE, False),
    ],
)
async def test_a_lost_answer(
    server: BotApiServer, client: Client, kind: FaultKind, was_carried_out: bool
) -> None:
    server.faults.add(Fault("sendMessage", kind))
    with pytest.raises(BROKEN_ANSWERS):
        await client.call("sendMessage", chat_id=USER, text="x")
    assert len(server.bot_messages(USER)) == was_carried_out
    assert [call.fault for call in server.calls_to("sendMessage")] == [kind]
    assert await client.call("sendMessage", chat_id=USER, text="y")
    server.assert_clean()


async def test_too_many_requests(server: BotApiServer, client: Client) -> None:
    server.faults.add(Fault("sendMessage", FaultKind.TOO_MANY_REQUESTS, retry_after=7))
    with pytest.raises(Refused) as caught:
        await client.call("sendMessage", chat_id=USER, text="x")
    assert (caught.value.status, caught.value.retry_after) == (429, 7)
    assert server.bot_messages(USER) == []


async def test_too_many_requests_on_the_wire(
    server: BotApiServer, http: aiohttp.ClientSession
) -> None:
    server.faults.add(Fault("getMe", FaultKind.TOO_MANY_REQUESTS, retry_after=7))
    async with http.get("getMe") as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == "7"
        assert await response.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }


async def test_any_status_for_some_calls(server: BotApiServer, client: Client) -> None:
    fault = Fault(
        "sendChatAction", FaultKind.STATUS, code=403, description="Forbidden: x", times=2, skip=1
    )
    server.faults.add(fault)
    action = {"chat_id": USER, "action": "typing"}
    assert await client.call("sendChatAction", **action)
    for left in ([fault], []):
        with pytest.raises(Refused) as caught:
            await client.call("sendChatAction", **action)
        assert caught.value.status == 403
        assert server.faults.remaining() == left
    assert await client.call("sendChatAction", **action)
    assert len(server.refused_calls()) == 2


async def test_an_internal_error_is_no_refusal(server: BotApiServer, client: Client) -> None:
    server.faults.add(Fault(ANY_METHOD, FaultKind.STATUS))
    with pytest.raises((telegram.error.NetworkError, aiogram.exceptions.TelegramServerError)):
        await client.call("getMyCommands")


async def test_delay(server: BotApiServer, client: Client) -> None:
    server.faults.add(Fault("sendMessage", FaultKind.DELAY, delay=0.2))
    started = time.monotonic()
    assert await client.call("sendMessage", chat_id=USER, text="x")
    assert time.monotonic() - started >= 0.2


async def test_hang(server: BotApiServer, telegram_client: telegram.Bot) -> None:
    server.faults.add(Fault("sendMessage", FaultKind.HANG))
    with pytest.raises(telegram.error.TimedOut):
        await telegram_client.send_message(USER, "x", read_timeout=0.2)
    assert server.bot_messages(USER) == []


async def test_hang_of_the_other_client(server: BotApiServer, aiogram_client: aiogram.Bot) -> None:
    server.faults.add(Fault("sendMessage", FaultKind.HANG))
    with pytest.raises(aiogram.exceptions.TelegramNetworkError, match="timeout"):
        await aiogram_client.send_message(USER, "x", request_timeout=1)
    assert server.bot_messages(USER) == []


async def test_a_fault_hits_its_own_method_only(server: BotApiServer, client: Client) -> None:
    server.faults.add(Fault("getFile", FaultKind.DROP_BEFORE))
    assert await client.call("sendMessage", chat_id=USER, text="x")
    with pytest.raises(AssertionError, match="getFile"):
        server.assert_clean()
    server.faults.clear()
    server.assert_clean()


async def test_a_download_can_fail(server: BotApiServer, telegram_client: telegram.Bot) -> None:
    stored = server.state.store_file("a.txt", b"abc")
    file = await telegram_client.get_file(stored.file_id)
    for kind in (FaultKind.HTML_502, FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER):
        server.faults.add(Fault(DOWNLOAD, kind))
        with pytest.raises(telegram.error.NetworkError):
            await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == b"abc"
