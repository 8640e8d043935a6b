"""Shows at once that something arrived: “typing …”, before anything is worked out."""

import asyncio
import logging
from time import monotonic
from typing import Any

from telegram.constants import ChatAction

from bot.telegram.client import CallError, Client
from bot.telegram.inbox import StoredUpdate

log = logging.getLogger(__name__)

# Telegram shows the sign for five seconds.
_SHOWN_SECONDS = 4.0
# Under a flood of messages the signs are what can be left out.
_MOST_AT_ONCE = 20


class Signs:
    """Sends signs beside the ordinary way: they are not kept, not repeated, and may fail."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()
        self._shown: dict[int, float] = {}

    def show(self, update: StoredUpdate) -> None:
        """Show the chat of an update that it was received."""
        payload = _typing(update.raw)
        now = monotonic()
        if payload is None or len(self._tasks) >= _MOST_AT_ONCE:
            return
        if now - self._shown.get(update.lane, float("-inf")) < _SHOWN_SECONDS:
            return
        self._shown = {
            lane: at for lane, at in self._shown.items() if now - at < _SHOWN_SECONDS
        } | {update.lane: now}
        task = asyncio.create_task(self._send(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Send none of those that are still on their way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self, payload: dict[str, Any]) -> None:
        try:
            await self._client.call("sendChatAction", payload)
        except CallError as error:
            log.debug("no sign of receipt: %s", error)


def _typing(raw: dict[str, Any]) -> dict[str, Any] | None:
    """The parameters of the sign; None where the update is no message from a private chat.

    In groups most of what arrives is not for the bot, which only a handler finds out.
    """
    message = raw.get("message")
    if not isinstance(message, dict):
        return None
    chat = message.get("chat")
    if not isinstance(chat, dict) or chat.get("type") != "private":
        return None
    return {"chat_id": chat.get("id"), "action": ChatAction.TYPING}
