"""Servers and clients for the tests of the server itself."""

from collections.abc import AsyncIterator

import aiogram
import aiohttp
import pytest
import telegram

from tests.botapi import BotApiServer, FloodRules, PollingRules, ServerSettings
from tests.botapi.clients import AiogramClient, Client, TelegramClient, aiogram_bot, telegram_bot

USER = 7
GROUP = -1001


@pytest.fixture
def settings() -> ServerSettings:
    """Settings without the limits that only slow down a test which is not about them."""
    return ServerSettings(
        flood=FloodRules(enabled=False),
        polling=PollingRules(brake=False, conflict_pause=0.3),
    )


@pytest.fixture
async def server(settings: ServerSettings) -> AsyncIterator[BotApiServer]:
    async with BotApiServer(settings) as running:
        running.people.open_private_chat(USER)
        running.people.open_group(GROUP)
        yield running


@pytest.fixture
async def telegram_client(server: BotApiServer) -> AsyncIterator[telegram.Bot]:
    async with telegram_bot(server.url, server.token) as bot:
        yield bot


@pytest.fixture
async def aiogram_client(server: BotApiServer) -> AsyncIterator[aiogram.Bot]:
    async with aiogram_bot(server.url, server.token) as bot:
        yield bot


@pytest.fixture(params=["python-telegram-bot", "aiogram"])
async def client(request: pytest.FixtureRequest, server: BotApiServer) -> AsyncIterator[Client]:
    """Each of the two clients in turn."""
    if request.param == "aiogram":
        async with aiogram_bot(server.url, server.token) as bot:
            yield AiogramClient(bot)
    else:
        async with telegram_bot(server.url, server.token) as bot:
            yield TelegramClient(bot)


@pytest.fixture
async def http(server: BotApiServer) -> AsyncIterator[aiohttp.ClientSession]:
    """Plain HTTP, for what no client would send."""
    async with aiohttp.ClientSession(f"{server.url}/bot{server.token}/") as session:
        yield session
