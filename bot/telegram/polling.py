"""Fetches updates: never deaf, never in a hot loop, and acknowledges only what is on disk."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from bot.telegram import texts
from bot.telegram.alerts import Alerts
from bot.telegram.client import CallError, Client, ConflictError, FloodError
from bot.telegram.inbox import Inbox, StoredUpdate
from bot.telegram.lanes import Lanes
from bot.telegram.metrics import Metrics
from bot.telegram.waiting import LONGEST_SECONDS, Backoff, sleep_unless

log = logging.getLogger(__name__)

# A shorter outage is nothing staff need to know of.
_SILENCE_SECONDS = 120.0

Arrived = Callable[[StoredUpdate], None]
"""Told of every new update before it is queued."""


class Intake:
    """Takes raw updates: to disk first, then into their lanes. Polling and webhook share it."""

    def __init__(self, inbox: Inbox, lanes: Lanes, arrived: Arrived) -> None:
        self._inbox = inbox
        self._lanes = lanes
        self._arrived = arrived

    async def room(self) -> None:
        """Wait until more may be taken in."""
        await self._lanes.room()

    def resume(self) -> int:
        """Queue what a former life left; return how many updates that are."""
        left = self._inbox.unfinished()
        for update in left:
            self._lanes.put(update)
        return len(left)

    def take(self, raws: Sequence[Any]) -> None:
        """Take updates. When this returns they are on disk.

        Raises:
            sqlite3.Error: they could not be written.
        """
        for update in self._inbox.add([raw for raw in raws if is_update(raw)]):
            self._arrived(update)
            self._lanes.put(update)


class Poller:
    """Asks Telegram for updates until told to stop."""

    def __init__(self, client: Client, intake: Intake, metrics: Metrics, alerts: Alerts) -> None:
        self._alerts = alerts
        self._client = client
        self._intake = intake
        self._metrics = metrics
        self._backoff = Backoff()

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until `stopping` is set.

        Polling begins without an offset: Telegram then sends everything that is not acknowledged,
        and what is on disk already is recognised by its id.
        """
        offset = 0
        while not stopping.is_set():
            await self._intake.room()
            try:
                raws = await self._client.updates(offset)
                self._intake.take(raws)
            except CallError as error:
                await self._wait_after(error, stopping)
                continue
            except sqlite3.Error:
                # Not acknowledged: Telegram keeps the updates until they can be written.
                log.exception("updates cannot be stored; trying again")
                await sleep_unless(stopping, LONGEST_SECONDS)
                continue
            self._note_contact()
            self._backoff.reset()
            ids = [raw["update_id"] for raw in raws if is_update(raw)]
            if ids:
                offset = max(ids) + 1
            elif raws:
                log.error("Telegram sent %d updates without an id; they block the queue", len(raws))
                await sleep_unless(stopping, LONGEST_SECONDS)

    def _note_contact(self) -> None:
        silence = self._metrics.seconds_since_contact()
        if silence is not None and silence > _SILENCE_SECONDS:
            self._alerts.tell(texts.ALERT_SILENCE, minutes=round(silence / 60))
        self._metrics.poll_succeeded()

    async def _wait_after(self, error: CallError, stopping: asyncio.Event) -> None:
        self._metrics.failed_calls.labels(type(error).__name__).inc()
        wait = error.seconds if isinstance(error, FloodError) else self._backoff.seconds()
        log.warning("fetching updates failed: %s; trying again in %.1f s", error, wait)
        if isinstance(error, ConflictError) and error.is_webhook:
            await self._remove_webhook()
        await sleep_unless(stopping, wait)

    async def _remove_webhook(self) -> None:
        log.warning("a webhook is registered; removing it, since this service polls")
        try:
            await self._client.call("deleteWebhook", {"drop_pending_updates": False})
        except CallError as error:
            log.warning("the webhook could not be removed: %s", error)


def is_update(raw: object) -> bool:
    """Whether something can be stored as an update at all: it is told apart by its id."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number < 1 << 63
