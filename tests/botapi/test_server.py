"""The server's life, waiting, and its use from synchronous tests."""

import asyncio
import threading
import urllib.request
from typing import Any

import pytest

from tests.botapi import BotApiServer, Fault, FaultKind, threaded_server
from tests.botapi.clients import telegram_bot
from tests.botapi.conftest import USER
from tests.botapi.methods import table
from tests.botapi.methods.context import Context
from tests.botapi.requests import Request
from tests.botapi.specification import SpecificationError


async def echo_once(url: str, token: str) -> None:
    """Be a bot for one message."""
    async with telegram_bot(url, token) as bot:
        for update in await bot.get_updates(timeout=5):
            assert update.message is not None
            await bot.send_message(update.message.chat.id, f"echo {update.message.text}")
            await bot.get_updates(offset=update.update_id + 1, timeout=0)


def test_a_synchronous_test_talks_to_a_bot_elsewhere() -> None:
    with threaded_server() as server:
        bot = threading.Thread(target=asyncio.run, args=(echo_once(server.url, server.token),))
        bot.start()
        server.block_until(lambda: server.calls_to("getUpdates"))
        sent = server.people.user_says(USER, "hi")
        [answer] = server.block_until(lambda: server.bot_messages_after(sent))
        server.block_until(lambda: server.is_quiet(0.1))
        bot.join()
        assert answer["text"] == "echo hi"
        assert server.updates.acknowledged == [sent.update_id]
        assert server.updates.pending == []
        assert server.read(lambda state: list(state.chats)) == [USER]
        server.assert_clean()
    assert server.bot_messages(USER) == [answer], "a stopped server can still be read"


def test_helpers_work_from_many_threads() -> None:
    with threaded_server() as server:
        threads = [
            threading.Thread(target=server.people.user_says, args=(user, "x"))
            for user in range(1, 21)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.updates.pending) == 20


def test_helpers_run_on_the_thread_of_the_server() -> None:
    with threaded_server() as server:
        assert server.read(lambda _: threading.current_thread().name) == "bot-api-server"


def test_a_stopped_server_is_gone() -> None:
    with threaded_server() as server:
        url = f"{server.url}/bot{server.token}/getMe"
        with urllib.request.urlopen(url, timeout=5) as response:
            assert response.status == 200
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(url, timeout=5)


def test_errors_of_helpers_reach_the_calling_thread() -> None:
    with threaded_server() as server, pytest.raises(LookupError):
        server.people.user_clicks(USER, 1, "x")


def test_a_wait_that_fails_shows_what_happened() -> None:
    with threaded_server() as server:
        url = f"{server.url}/bot{server.token}/getChat?chat_id=5"
        with pytest.raises(OSError, match="400"):
            urllib.request.urlopen(url, timeout=5)
        with pytest.raises(TimeoutError, match=r"getChat\(.*chat not found"):
            server.block_until(lambda: False, within=0.1)


async def test_each_kind_of_test_has_its_own_wait(server: BotApiServer) -> None:
    with pytest.raises(RuntimeError, match="wait_for"):
        server.block_until(lambda: True)
    with pytest.raises(TimeoutError, match="Pending updates: 0"):
        await server.wait_for(lambda: False, within=0.05)


async def test_a_wait_sees_what_happens_outside(server: BotApiServer) -> None:
    happened = threading.Event()
    threading.Timer(0.1, happened.set).start()
    assert await server.wait_for(happened.is_set)


async def test_a_server_is_not_quiet_while_the_bot_works(server: BotApiServer) -> None:
    assert server.is_quiet(0.1)
    server.people.user_says(USER, "x")
    assert not server.is_quiet(0.1)
    server.updates.drop_all()
    async with telegram_bot(server.url, server.token):
        assert not server.is_quiet(60)


async def test_a_hanging_request_does_not_keep_the_server_alive() -> None:
    async with BotApiServer() as server:
        server.faults.add(Fault("getMe", FaultKind.HANG))
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url[-5:]))
        writer.write(f"GET /bot{server.token}/getMe HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await server.wait_for(lambda: server.calls)
    assert await reader.read() == b""
    writer.close()


async def test_a_message_that_telegram_could_not_send_is_not_stored(server: BotApiServer) -> None:
    chat = server.state.open_private_chat(USER)
    message = {"message_id": 1, "date": 1, "chat": chat, "mood": "good"}
    with pytest.raises(SpecificationError, match="mood"):
        server.state.store_message(message)
    assert server.state.messages == {}


async def test_the_server_finds_its_own_mistakes(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def get_me(_context: Context, _request: Request) -> dict[str, Any]:
        return {"id": 1, "is_bot": True}

    monkeypatch.setattr(table, "METHODS", {"getMe": get_me})
    monkeypatch.setattr("tests.botapi.server.METHODS", table.METHODS)
    url = f"{server.url}/bot{server.token}/getMe"
    with pytest.raises(OSError, match="500"):
        await asyncio.to_thread(urllib.request.urlopen, url)
    assert server.violations[0].startswith("the server itself: getMe")
