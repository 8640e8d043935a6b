"""Sends what lies in the outbox, until Telegram has it or will never take it."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiolimiter import AsyncLimiter

from bot.telegram.client import (
    CallError,
    Client,
    FloodError,
    ForbiddenError,
    InDoubtError,
    MovedError,
    RefusedError,
)
from bot.telegram.metrics import Metrics
from bot.telegram.outbox import Outbox, OutboxRow, Outgoing
from bot.telegram.waiting import LONGEST_SECONDS, Backoff

log = logging.getLogger(__name__)

# These lose their use with time: a failure is not repeated.
_FLEETING = frozenset({"answerCallbackQuery", "answerInlineQuery", "setMyCommands"})
# What is taken away, one after another, from a message that Telegram refuses.
_DISPENSABLE = ("reply_markup", "reply_parameters", "message_thread_id")


class Delivery:
    """Sends the calls that answer an update, in order, each until it is through."""

    def __init__(
        self, client: Client, outbox: Outbox, metrics: Metrics, messages_per_second: float
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._metrics = metrics
        self._pace = AsyncLimiter(messages_per_second, 1)

    async def deliver(self, update_id: int) -> None:
        """Send what is left for an update."""
        for row in self._outbox.unsent(update_id):
            if row.in_doubt:
                self._metrics.repeated_sends.inc()
            await self._send(row)

    async def _send(self, row: OutboxRow) -> None:
        outgoing = row.outgoing
        backoff = Backoff()
        while True:
            await self._note(self._outbox.mark_sending, row)
            try:
                async with self._pace:
                    await self._client.call(outgoing.method, outgoing.payload)
            except CallError as error:
                next_try = await self._after_failure(row, outgoing, error, backoff)
                if next_try is not None:
                    outgoing = next_try
                    continue
                await self._note(self._outbox.give_up, row)
            else:
                await self._note(self._outbox.mark_sent, row)
            return

    async def _after_failure(
        self, row: OutboxRow, outgoing: Outgoing, error: CallError, backoff: Backoff
    ) -> Outgoing | None:
        """What to try next, after the wait that the error asks for; None to give up."""
        self._metrics.failed_calls.labels(type(error).__name__).inc()
        if not isinstance(error, InDoubtError):
            await self._note(self._outbox.mark_unsent, row)
        if outgoing.method in _FLEETING or isinstance(error, ForbiddenError):
            return None
        match error:
            case MovedError(chat=chat):
                return _to_chat(outgoing, chat)
            case RefusedError():
                simpler = simpler_form(outgoing, str(error))
                log.warning("%s was refused (%s)", outgoing.method, error)
                if simpler is None:
                    self._metrics.given_up_sends.inc()
                return simpler
            case FloodError(seconds=seconds):
                await asyncio.sleep(seconds)
            case _:
                log.warning("%s failed: %s", outgoing.method, error)
                if isinstance(error, InDoubtError):
                    self._metrics.repeated_sends.inc()
                await asyncio.sleep(backoff.seconds())
        return outgoing

    async def _note(self, write: Callable[[OutboxRow], None], row: OutboxRow) -> None:
        """Write a state down. Nothing goes on before that, however long the disk is full."""
        while True:
            try:
                write(row)
            except sqlite3.Error:
                log.exception("the records cannot be written; trying again")
                await asyncio.sleep(LONGEST_SECONDS)
            else:
                return


def simpler_form(outgoing: Outgoing, refusal: str) -> Outgoing | None:
    """A call that Telegram may take in the place of a refused one; None where there is none.

    Args:
        outgoing: the refused call.
        refusal: what Telegram said, in lower case.
    """
    if "text" not in outgoing.payload or "chat not found" in refusal or "not modified" in refusal:
        return None
    if "parse_mode" in outgoing.payload and outgoing.plain is not None:
        payload = _without(outgoing.payload, "parse_mode") | {"text": outgoing.plain}
        return replace(outgoing, payload=payload)
    for name in _DISPENSABLE:
        if name in outgoing.payload:
            return replace(outgoing, payload=_without(outgoing.payload, name))
    return None


def _to_chat(outgoing: Outgoing, chat: int) -> Outgoing:
    return replace(outgoing, payload=outgoing.payload | {"chat_id": chat})


def _without(payload: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != name}
