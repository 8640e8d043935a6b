"""The service: puts its parts together, starts them, and ends them in good order."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from filelock import FileLock, Timeout

from bot.assistant import Assistant
from bot.records import Records
from bot.settings import Settings, SettingsError
from bot.telegram.client import CallError, Client, RejectedTokenError
from bot.telegram.commands import Commands
from bot.telegram.delivery import Delivery
from bot.telegram.holdings import Holdings
from bot.telegram.inbox import Inbox
from bot.telegram.lanes import Lanes
from bot.telegram.limits import QuestionLimits
from bot.telegram.logs import set_up_logs
from bot.telegram.metrics import Metrics
from bot.telegram.outbox import Outbox
from bot.telegram.polling import Intake, Poller
from bot.telegram.presses import Presses
from bot.telegram.questions import QuestionDesk
from bot.telegram.reception import Reception
from bot.telegram.signs import Signs
from bot.telegram.waiting import Backoff, sleep_unless
from bot.telegram.worker import Worker
from index.store import SnapshotStore

log = logging.getLogger(__name__)

# Supervisors kill after ten seconds; two are left for closing connections and files.
STOP_SECONDS = 8.0
# One refusal may be a fault on Telegram's side; as many as this in a row are the token's.
_REFUSALS_TO_BELIEVE = 3


def serve(settings: Settings, assistant: Assistant) -> int:
    """Answer in Telegram until SIGTERM or SIGINT; return the exit code.

    Raises:
        SettingsError: the token is missing or not accepted, or another process serves already.
        RecordsError: the records cannot be opened.
    """
    set_up_logs(settings)
    client = Client(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data_dir / "serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise SettingsError(
            f"another process serves from {settings.data_dir} already; stop it, or set DATA_DIR"
        ) from None
    records = Records(settings.records_file)
    service = _Service(settings, assistant, records, client)
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
        self, settings: Settings, assistant: Assistant, records: Records, client: Client
    ) -> None:
        self._settings = settings
        self._assistant = assistant
        self._records = records
        self._client = client
        self._metrics = Metrics()
        self.is_hanging = False

    async def run(self) -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        username = await self._introduce(stopping)
        if username is None:
            return
        limits = QuestionLimits(
            self._settings.questions_per_minute, self._settings.questions_per_minute_overall
        )
        desk = QuestionDesk(self._assistant, self._records, limits, self._metrics)
        try:
            async with self._working(username, desk) as intake:
                poller = asyncio.create_task(
                    Poller(self._client, intake, self._metrics).run(stopping)
                )
                waiting = asyncio.create_task(stopping.wait())
                await asyncio.wait({poller, waiting}, return_when=asyncio.FIRST_COMPLETED)
                poller.cancel()
                outcome, _ = await asyncio.gather(poller, waiting, return_exceptions=True)
                if isinstance(outcome, Exception):
                    # A bug: the supervisor restarts the process, which is better than being deaf.
                    raise outcome
        finally:
            desk.close()
            self.is_hanging = desk.is_hanging
            await self._client.stop()
        log.info("stopped")

    async def _introduce(self, stopping: asyncio.Event) -> str | None:
        """Learn the bot's name, however long that takes; None if the process is to stop first.

        Raises:
            SettingsError: Telegram does not accept the token.
        """
        backoff = Backoff()
        refusals = 0
        while not stopping.is_set():
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
            await sleep_unless(stopping, backoff.seconds())
        return None

    @asynccontextmanager
    async def _working(self, username: str, desk: QuestionDesk) -> AsyncIterator[Intake]:
        """Everything that deals with updates, running; ended in good order."""
        store = SnapshotStore(self._settings.index_dir)
        holdings = Holdings(store, lambda: self._assistant.manifest.name)
        commands = Commands(
            self._assistant, holdings, self._records, desk, self._settings.retention_days
        )
        presses = Presses(self._assistant, self._records, desk, commands)
        worker = Worker(
            self._client,
            username,
            self._records,
            Reception(self._records, desk, commands, presses),
            Delivery(
                self._client,
                Outbox(self._records),
                self._metrics,
                self._settings.telegram_messages_per_second,
            ),
            self._metrics,
        )
        lanes = Lanes(worker.work)
        self._metrics.queue.set_function(lambda: len(lanes))
        signs = Signs(self._client)
        intake = Intake(Inbox(self._records), lanes, signs.show)
        resumed = intake.resume()
        if resumed:
            log.info("resuming %d updates", resumed)
        try:
            yield intake
        finally:
            await signs.close()
            await lanes.close(STOP_SECONDS)
