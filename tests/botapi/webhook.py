"""Delivery of updates to the bot's webhook."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.botapi.changes import ChangeSignal
from tests.botapi.json_types import Json
from tests.botapi.settings import WebhookRules
from tests.botapi.state import unix_time
from tests.botapi.updates import UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

ExecuteReply = Callable[[str, Json], Awaitable[None]]


@dataclass(frozen=True)
class Webhook:
    """Where updates go."""

    url: str
    secret_token: str | None
    max_connections: int


def is_loopback(url: str) -> bool:
    """Whether a link leads to this machine: nothing else is ever contacted."""
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


class WebhookDelivery:
    """Sends one update after the other and repeats each until it is taken.

    The real server gives up after 24 hours and delivers different chats in parallel; neither is
    copied.

    Attributes:
        current: The registered webhook.
        attempts: Update id and answered status of each delivery; status 0 if there was no answer.
    """

    def __init__(
        self,
        rules: WebhookRules,
        updates: UpdateQueue,
        changes: ChangeSignal,
        execute_reply: ExecuteReply,
    ) -> None:
        self.current: Webhook | None = None
        self.attempts: list[tuple[int, int]] = []
        self._rules = rules
        self._updates = updates
        self._changes = changes
        self._execute_reply = execute_reply
        self._task: asyncio.Task[None] | None = None
        self._last_error: Json = {}

    def start(self, webhook: Webhook) -> None:
        """Deliver to a webhook from now on, in place of any other."""
        self.stop()
        self.current = webhook
        self._task = asyncio.get_running_loop().create_task(self._deliver_all(webhook))

    def stop(self) -> None:
        """Deliver no more."""
        self.current = None
        self._last_error = {}
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def info(self) -> Json:
        """Return what getWebhookInfo tells."""
        info: Json = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self.current is not None:
            info["url"] = self.current.url
            info["max_connections"] = self.current.max_connections
        return {**info, **self._last_error}

    async def _deliver_all(self, webhook: Webhook) -> None:
        timeout = ClientTimeout(total=self._rules.request_timeout)
        delay = self._rules.first_delay
        async with ClientSession(timeout=timeout) as session:
            while True:
                update = await self._updates.first()
                if await self._deliver(session, webhook, update):
                    self._updates.acknowledge_before(update["update_id"] + 1)
                    delay = self._rules.first_delay
                else:
                    await asyncio.sleep(delay)
                    delay = min(2 * delay, self._rules.maximum_delay)

    async def _deliver(self, session: ClientSession, webhook: Webhook, update: Json) -> bool:
        headers = {SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
        self._updates.count_delivery(update)
        try:
            async with session.post(webhook.url, json=update, headers=headers) as response:
                status, body = response.status, await response.text()
        except (ClientError, OSError, TimeoutError) as error:
            self._note_attempt(update, 0, f"Connection failed: {type(error).__name__}")
            return False
        if not 200 <= status < 300:
            self._note_attempt(
                update, status, f"Wrong response from the webhook: {status} {response.reason}"
            )
            return False
        self._note_attempt(update, status, None)
        await self._execute(body)
        return True

    def _note_attempt(self, update: Json, status: int, error: str | None) -> None:
        self.attempts.append((update["update_id"], status))
        if error is not None:
            self._last_error = {"last_error_date": unix_time(), "last_error_message": error}
        self._changes.notify()

    async def _execute(self, body: str) -> None:
        # A bot may put one method call into its answer; its result is not told to the bot.
        try:
            reply = json.loads(body)
        except ValueError:
            return
        if isinstance(reply, dict) and isinstance(reply.get("method"), str):
            await self._execute_reply(reply.pop("method"), reply)
