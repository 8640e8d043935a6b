"""Deals with one update after it is on disk: read, answer, plan, deliver, done."""

import asyncio
import logging
import secrets
import sqlite3
from time import monotonic

from bot.answering.texts import say
from bot.language import Language
from bot.records import Records
from bot.telegram import texts
from bot.telegram.alerts import Alerts
from bot.telegram.client import Client
from bot.telegram.delivery import Delivery
from bot.telegram.inbox import MOST_BEGINNINGS, Inbox, StoredUpdate, UpdateState
from bot.telegram.incoming import Incoming, Place, Pressed, Said, read_update
from bot.telegram.metrics import Metrics
from bot.telegram.outbox import Outbox
from bot.telegram.reception import Reception
from bot.telegram.replies import Reply, message, toast
from bot.telegram.waiting import LONGEST_SECONDS

log = logging.getLogger(__name__)


class Worker:
    """Carries an update through its states; each step is on disk before the next begins."""

    def __init__(
        self,
        client: Client,
        username: str,
        records: Records,
        reception: Reception,
        delivery: Delivery,
        metrics: Metrics,
        alerts: Alerts,
    ) -> None:
        self._client = client
        self._username = username
        self._records = records
        self._inbox = Inbox(records)
        self._outbox = Outbox(records)
        self._reception = reception
        self._delivery = delivery
        self._metrics = metrics
        self._alerts = alerts

    async def work(self, update: StoredUpdate) -> None:
        """Deal with an update. Never raises: the updates behind it must go on."""
        is_planned = update.state is UpdateState.PLANNED
        while True:
            try:
                if not is_planned:
                    await self._plan(update)
                    is_planned = True
                await self._delivery.deliver(update.id)
                self._inbox.finish(update.id)
            except sqlite3.Error:
                log.exception("the records cannot be written; trying again")
                await asyncio.sleep(LONGEST_SECONDS)
                continue
            except Exception as error:
                log.exception("update %d is set aside", update.id)
                self._set_aside(update, str(error) or type(error).__name__)
            return

    async def _plan(self, update: StoredUpdate) -> None:
        started = monotonic()
        if update.begun >= MOST_BEGINNINGS:
            raise PoisonError(f"begun {update.begun} times without an end")
        self._inbox.begin(update.id)
        incoming = self._read(update)
        reply = await self._answered(incoming) if incoming else Reply()
        with self._records.transaction():
            for effect in reply.effects:
                effect()
            self._outbox.plan(update.id, reply.outgoing)
            self._inbox.mark_planned(update.id)
        self._metrics.latency.observe(monotonic() - started)

    def _read(self, update: StoredUpdate) -> Incoming | None:
        try:
            return read_update(update.raw, self._client, self._username)
        except Exception as error:
            # Whatever Telegram may send one day, it must not stop what comes behind it.
            raise PoisonError(f"unreadable ({type(error).__name__})") from error

    async def _answered(self, incoming: Incoming) -> Reply:
        try:
            return await self._reception.reply(incoming)
        except sqlite3.Error:
            raise
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("handling update %d failed, reference %s", incoming.update_id, reference)
            self._metrics.handler_failures.inc()
            return _apology(incoming, reference)

    def _set_aside(self, update: StoredUpdate, reason: str) -> None:
        try:
            self._inbox.set_aside(update.id, reason)
            self._metrics.set_aside.set(self._inbox.count_set_aside())
            self._alerts.tell(texts.ALERT_POISON, update=update.id, reason=reason)
        except sqlite3.Error:
            # It is still on disk and is tried again after the next start.
            log.exception("update %d cannot be set aside", update.id)


class PoisonError(Exception):
    """An update that cannot be dealt with."""


def _apology(incoming: Incoming, reference: str) -> Reply:
    language = incoming.person.language or Language.SIMPLIFIED
    text = say(texts.FAILED, language, reference=reference)
    match incoming:
        case Said(place=place):
            return message(place, text)
        case Pressed(place=Place() as place, query=query):
            return toast(query) + message(place, text)
    return Reply()
