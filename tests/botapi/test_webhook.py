"""Delivery to a webhook: order, secret, repetition, and calls in the answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from tests.botapi import BotApiServer
from tests.botapi.clients import Client, Refused
from tests.botapi.conftest import USER
from tests.botapi.json_types import Json
from tests.botapi.webhook import SECRET_HEADER


@dataclass
class Receiver:
    """A bot's webhook, which answers with the given statuses and then with 200."""

    statuses: list[int] = field(default_factory=list)
    reply: Json | None = None
    texts: list[str] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    url: str = ""

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.texts.append(update["message"]["text"])
        self.secrets.append(request.headers.get(SECRET_HEADER))
        status = self.statuses.pop(0) if self.statuses else 200
        return (
            web.json_response(self.reply, status=status)
            if self.reply
            else web.Response(status=status)
        )


@contextlib.asynccontextmanager
async def running(receiver: Receiver) -> AsyncIterator[Receiver]:
    application = web.Application()
    application.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def test_updates_come_in_order_with_the_secret(server: BotApiServer, client: Client) -> None:
    server.people.user_says(USER, "before")
    async with running(Receiver()) as receiver:
        await client.call("setWebhook", url=receiver.url, secret_token="s3cret")
        for text in ("a", "b", "c"):
            server.people.user_says(USER, text)
        await server.wait_for(lambda: len(server.updates.acknowledged) == 4)
    assert receiver.texts == ["before", "a", "b", "c"]
    assert receiver.secrets == ["s3cret"] * 4
    assert server.updates.pending == []


async def test_an_update_is_repeated_until_it_is_taken(
    server: BotApiServer, client: Client
) -> None:
    async with running(Receiver(statuses=[500, 403])) as receiver:
        await client.call("setWebhook", url=receiver.url)
        first = server.people.user_says(USER, "a").update_id
        second = server.people.user_says(USER, "b").update_id
        await server.wait_for(lambda: not server.updates.pending)
    assert receiver.texts == ["a", "a", "a", "b"]
    assert receiver.secrets == [None] * 4
    assert server.webhook.attempts == [(first, 500), (first, 403), (first, 200), (second, 200)]
    info = await client.call("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 403 Forbidden"


async def test_nobody_at_the_webhook(server: BotApiServer, client: Client) -> None:
    async with running(Receiver()) as receiver:
        pass
    await client.call("setWebhook", url=receiver.url, max_connections=3)
    sent = server.people.user_says(USER, "a")
    await server.wait_for(lambda: len(server.webhook.attempts) == 2)
    assert server.webhook.attempts == [(sent.update_id, 0)] * 2
    info = await client.call("getWebhookInfo")
    assert info["url"] == receiver.url
    assert info["pending_update_count"] == 1
    assert info["max_connections"] == 3
    assert info["last_error_message"].startswith("Connection failed")


async def test_a_method_call_in_the_answer_is_carried_out(
    server: BotApiServer, client: Client
) -> None:
    reply = {"method": "sendMessage", "chat_id": USER, "text": "from the webhook"}
    async with running(Receiver(reply=reply)) as receiver:
        await client.call("setWebhook", url=receiver.url)
        server.people.user_says(USER, "a")
        await server.wait_for(lambda: server.bot_messages(USER))
    assert server.bot_messages(USER)[0]["text"] == "from the webhook"
    server.assert_clean()


async def test_polling_and_webhook_exclude_each_other(server: BotApiServer, client: Client) -> None:
    polling = asyncio.create_task(client.call("getUpdates", timeout=30))
    await server.wait_for(lambda: server.calls_to("getUpdates"))
    async with running(Receiver()) as receiver:
        await client.call("setWebhook", url=receiver.url)
        with pytest.raises(Refused, match="terminated by setwebhook request"):
            await polling
        with pytest.raises(Refused, match="while webhook is active") as caught:
            await client.call("getUpdates", timeout=0)
        assert caught.value.status == 409
        await client.call("deleteWebhook")
        assert await client.call("getUpdates", timeout=0) == []
        assert (await client.call("getWebhookInfo"))["url"] == ""
        sent = server.people.user_says(USER, "a")
        [update] = await client.call("getUpdates", timeout=0)
        assert update["update_id"] == sent.update_id
        assert receiver.texts == []


async def test_an_empty_url_removes_the_webhook(server: BotApiServer, client: Client) -> None:
    await client.call("setWebhook", url="http://127.0.0.1:9/")
    await client.call("setWebhook", url="")
    assert server.webhook.current is None


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
async def test_pending_updates_can_be_dropped(
    server: BotApiServer, client: Client, method: str
) -> None:
    server.people.user_says(USER, "a")
    url = {"url": ""} if method == "setWebhook" else {}
    await client.call(method, drop_pending_updates=True, **url)
    assert server.updates.pending == []
    assert server.updates.acknowledged == []


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"url": "http://127.0.0.1:9/", "secret_token": "a b"}, "unallowed characters"),
        ({"url": "https://example.org/"}, "bad webhook"),
    ],
)
async def test_a_bad_webhook_is_refused(
    server: BotApiServer, client: Client, parameters: dict[str, str], text: str
) -> None:
    with pytest.raises(Refused, match=text):
        await client.call("setWebhook", **parameters)
    assert server.webhook.current is None
