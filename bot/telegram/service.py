"""The service: puts its parts together, starts them, and ends them in good order."""

import asyncio
import logging
import os
import signal
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from functools import partial

from filelock import FileLock, Timeout

from bot.assistant import Assistant
from bot.records import Records
from bot.settings import Settings, SettingsError
from bot.telegram.alerts import Alerts
from bot.telegram.client import CallError, Client, RejectedTokenError
from bot.telegram.commands import Commands
from bot.telegram.delivery import Delivery
from bot.telegram.holdings import Holdings
from bot.telegram.inbox import Inbox
from bot.telegram.inline import InlineAnswers
from bot.telegram.lanes import Lanes
from bot.telegram.library import Library
from bot.telegram.limits import QuestionLimits
from bot.telegram.logs import set_up_logs
from bot.telegram.metrics import Metrics
from bot.telegram.outbox import Outbox
from bot.telegram.polling import Intake, Poller
from bot.telegram.presses import Presses
from bot.telegram.profile import present
from bot.telegram.questions import QuestionDesk
from bot.telegram.reception import Reception
from bot.telegram.signs import Signs
from bot.telegram.staff import Staff
from bot.telegram.waiting import Backoff, sleep_unless
from bot.telegram.web import Condition, WebServer, register_webhook
from bot.telegram.worker import Worker
from index.build import Builder
from index.errors import AssistantError
from index.store import SnapshotStore

log = logging.getLogger(__name__)

# Supervisors kill after ten seconds; two are left for closing connections and files.
STOP_SECONDS = 8.0
# Often enough that a figure in a graph moves; a purge with nothing to delete takes a moment.
_HOUSEKEEPING_SECONDS = 600.0
# Six polls without an answer.
_DEAF_SECONDS = 60.0
# One refusal may be a fault on Telegram's side; as many as this in a row are the token's.
_REFUSALS_TO_BELIEVE = 3


def serve(
    settings: Settings,
    assistant: Assistant,
    make_builder: Callable[[], Builder] | None = None,
) -> int:
    """Answer in Telegram until SIGTERM or SIGINT; return the exit code.

    Args:
        settings: the settings.
        assistant: answers questions.
        make_builder: makes what staff publish with; None makes one that loads the model anew.

    Raises:
        SettingsError: the token is missing or not accepted, or another process serves already.
        RecordsError: the records cannot be opened.
    """
    set_up_logs(settings)
    client = Client(settings)
    if settings.webhook_url and not (settings.webhook_secret and settings.http_address):
        raise SettingsError("WEBHOOK_URL needs WEBHOOK_SECRET and HTTP_ADDRESS; see .env.example")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data_dir / "serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise SettingsError(
            f"another process serves from {settings.data_dir} already; stop it, or set DATA_DIR"
        ) from None
    records = Records(settings.records_file)
    service = _Service(settings, assistant, records, client, make_builder)
    try:
        asyncio.run(service.run())
    finally:
        records.close()
        lock.release()
    if service.is_hanging:
        # The interpreter would wait for the thread that hangs until the supervisor kills it.
        log.warning("an answer that hangs is left behind")
        logging.shutdown()
        os._exit(0)
    return 0


class _Service:
    """One run of the service.

    Attributes:
        is_hanging: whether the run ended with an answer still being worked on.
    """

    def __init__(
        self,
        settings: Settings,
        assistant: Assistant,
        records: Records,
        client: Client,
        make_builder: Callable[[], Builder] | None,
    ) -> None:
        self._settings = settings
        self._assistant = assistant
        self._records = records
        self._client = client
        self._make_builder = make_builder or partial(_make_builder, settings)
        self._metrics = Metrics()
        self._stopping = asyncio.Event()
        self._alerts = Alerts(client, settings.staff_ids)
        limits = QuestionLimits(
            settings.questions_per_minute, settings.questions_per_minute_overall
        )
        self._desk = QuestionDesk(
            assistant, records, limits, self._metrics, log_questions=settings.log_questions
        )
        store = SnapshotStore(settings.index_dir)
        self._holdings = Holdings(store, lambda: assistant.manifest.name)
        library = Library(settings.knowledge_dir, store, self._make_builder)
        commands = Commands(assistant, self._holdings, records, self._desk, settings.retention_days)
        staff = Staff(
            settings.staff_ids,
            records,
            library,
            self._holdings,
            client,
            self._metrics,
            settings.data_dir / "uploads",
        )
        self._reception = Reception(
            records,
            self._desk,
            commands,
            Presses(assistant, records, self._desk, commands, staff, client),
            staff,
            InlineAnswers(records, self._desk, limits, self._metrics),
        )
        self.is_hanging = False

    async def run(self) -> None:
        """Serve until told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        try:
            username = await self._introduce()
            if username is not None:
                await self._serve(username)
        finally:
            await self._alerts.close()
            self._desk.close()
            self.is_hanging = self._desk.is_hanging
            await self._client.stop()
        log.info("stopped")

    async def _introduce(self) -> str | None:
        """Learn the bot's name, however long that takes; None if the process is to stop first.

        Raises:
            SettingsError: Telegram does not accept the token.
        """
        backoff = Backoff()
        refusals = 0
        while not self._stopping.is_set():
            try:
                me = await self._client.start()
            except RejectedTokenError:
                refusals += 1
                if refusals == _REFUSALS_TO_BELIEVE:
                    raise SettingsError(
                        "Telegram does not accept TELEGRAM_BOT_TOKEN; copy it again from "
                        "@BotFather, and check TELEGRAM_API_BASE_URL"
                    ) from None
            except CallError as error:
                log.warning("Telegram is not reached: %s; trying again", error)
            else:
                log.info("serving as @%s", me.username)
                return me.username or ""
            await sleep_unless(self._stopping, backoff.seconds())
        return None

    async def _serve(self, username: str) -> None:
        """Everything that deals with updates, running; ended in good order."""
        delivery = Delivery(
            self._client,
            Outbox(self._records),
            self._metrics,
            self._settings.telegram_messages_per_second,
        )
        worker = Worker(
            self._client,
            username,
            self._records,
            self._reception,
            delivery,
            self._metrics,
            self._alerts,
        )
        lanes = Lanes(worker.work)
        self._metrics.queue.set_function(lambda: len(lanes))
        signs = Signs(self._client)
        intake = Intake(Inbox(self._records), lanes, signs.show)
        web = WebServer(self._settings, self._metrics, intake, self._condition)
        if self._settings.http_address:
            web.start()
        resumed = intake.resume()
        if resumed:
            log.info("resuming %d updates", resumed)
        tasks = [asyncio.create_task(work) for work in self._tasks(intake)]
        waiting = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({*tasks, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await web.stop()
            for task in (*tasks, waiting):
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            await signs.close()
            await lanes.close(STOP_SECONDS)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                # A bug: the supervisor restarts the process, which is better than being deaf.
                raise outcome

    def _tasks(self, intake: Intake) -> Iterator[Coroutine[None, None, None]]:
        """What runs beside the lanes, each until the process is to stop."""
        if self._settings.webhook_url:
            yield self._receive()
        else:
            yield Poller(self._client, intake, self._metrics, self._alerts).run(self._stopping)
        yield self._keep_house()
        yield self._prepare()

    async def _receive(self) -> None:
        await register_webhook(self._client, self._settings, self._stopping)
        await self._stopping.wait()

    async def _prepare(self) -> None:
        """Load the model before somebody has to wait for it, and present the bot."""
        try:
            profile = await asyncio.to_thread(lambda: self._assistant.configuration.profile)
        except AssistantError as error:
            log.error("no questions can be answered: %s", error)  # noqa: TRY400
            profile = None
        if profile and profile.topics:
            await self._desk.answer(profile.topics[0].question.zh, session=None)
        await present(self._client, profile, self._settings.staff_ids)
        await self._stopping.wait()

    async def _keep_house(self) -> None:
        """Delete what is kept no longer; look at the age of the snapshot."""
        while not self._stopping.is_set():
            try:
                self._records.purge(timedelta(days=self._settings.retention_days))
                catalogue = await self._holdings.catalogue()
                if catalogue is not None:
                    self._metrics.note_snapshot(catalogue.manifest.created)
            except sqlite3.Error:
                log.exception("old records could not be deleted; trying again later")
            await sleep_unless(self._stopping, _HOUSEKEEPING_SECONDS)

    def _condition(self) -> Condition:
        if self._desk.is_stuck:
            return Condition(is_healthy=False, is_ready=False, reason="all answers hang")
        silence = self._metrics.seconds_since_contact()
        if not self._settings.webhook_url and (silence is None or silence > _DEAF_SECONDS):
            return Condition(is_healthy=True, is_ready=False, reason="Telegram is silent")
        return Condition(is_healthy=True, is_ready=True)


def _make_builder(settings: Settings) -> Builder:
    from bot.composition import Workshop

    return Workshop(settings).builder(has_gate=True)
