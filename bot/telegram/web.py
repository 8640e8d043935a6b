"""The service's own small web server: webhook, health, readiness, metrics."""

import asyncio
import hmac
import json
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.settings import Settings, SettingsError
from bot.telegram.client import ALLOWED_UPDATES, CallError, Client
from bot.telegram.metrics import Metrics
from bot.telegram.polling import Intake, is_update
from bot.telegram.waiting import Backoff, sleep_unless

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
WEBHOOK_PATH = "/webhook"
# An update is some kB; Telegram sends no files with it.
_LARGEST_BODY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether the service is well.

    Attributes:
        is_healthy: asked by who restarts it: whether a restart would not help.
        is_ready: asked by who sends it work: whether it can answer now.
        reason: why not, in a few words.
    """

    is_healthy: bool
    is_ready: bool
    reason: str = ""


class WebServer:
    """Listens on one address."""

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        intake: Intake,
        condition: Callable[[], Condition],
    ) -> None:
        secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        routes: list[tuple[str, type[RequestHandler], dict[str, object]]] = [
            ("/healthz", _Health, {"condition": condition, "field": "is_healthy"}),
            ("/readyz", _Health, {"condition": condition, "field": "is_ready"}),
            ("/metrics", _MetricsPage, {"metrics": metrics}),
        ]
        if settings.webhook_url:
            routes.append(
                (WEBHOOK_PATH, _Webhook, {"secret": secret, "intake": intake, "metrics": metrics})
            )
        self._server = HTTPServer(Application(routes), max_body_size=_LARGEST_BODY_BYTES)
        self._address = settings.http_address

    def start(self) -> None:
        """Begin to listen.

        Raises:
            SettingsError: the address cannot be listened on.
        """
        host, _, port = self._address.rpartition(":")
        try:
            self._server.listen(int(port), host)
        except (OSError, ValueError) as error:
            raise SettingsError(f"HTTP_ADDRESS {self._address} cannot be used: {error}") from error

    async def stop(self) -> None:
        """Take no more requests."""
        self._server.stop()
        await self._server.close_all_connections()


async def register_webhook(client: Client, settings: Settings, stopping: asyncio.Event) -> None:
    """Tell Telegram where to deliver, however long that takes."""
    backoff = Backoff()
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    payload = {
        "url": f"{(settings.webhook_url or '').rstrip('/')}{WEBHOOK_PATH}",
        "secret_token": secret,
        "allowed_updates": list(ALLOWED_UPDATES),
    }
    while not stopping.is_set():
        try:
            await client.call("setWebhook", payload)
        except CallError as error:
            log.warning("the webhook could not be registered: %s; trying again", error)
            await sleep_unless(stopping, backoff.seconds())
        else:
            return


class _Health(RequestHandler):
    def initialize(self, condition: Callable[[], Condition], field: str) -> None:
        self._condition = condition
        self._field = field

    def get(self) -> None:
        condition = self._condition()
        is_well = getattr(condition, self._field)
        self.set_status(200 if is_well else 503)
        self.write("ok\n" if is_well else f"{condition.reason}\n")


class _MetricsPage(RequestHandler):
    def initialize(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.write(self._metrics.exposition())


class _Webhook(RequestHandler):
    def initialize(self, secret: str, intake: Intake, metrics: Metrics) -> None:
        self._secret = secret
        self._intake = intake
        self._metrics = metrics

    async def post(self) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(403)
            return
        try:
            raw = json.loads(self.request.body)
        except ValueError:
            self.set_status(400)
            return
        if not is_update(raw):
            # Telegram would repeat it for a day, and nothing could ever be done with it.
            log.error("the webhook received something without an update id")
            return
        await self._intake.room()
        try:
            self._intake.take([raw])
        except sqlite3.Error:
            log.exception("an update cannot be stored; Telegram will repeat it")
            self.set_status(500)
            return
        self._metrics.poll_succeeded()
