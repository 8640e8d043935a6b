"""The server: its life, the way of a request through it, and what tests read and wait for."""

import asyncio
import concurrent.futures
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.botapi.changes import ChangeSignal
from tests.botapi.errors import ApiError, too_many_requests
from tests.botapi.faults import DOWNLOAD, Fault, FaultKind, FaultQueue
from tests.botapi.flood import FloodControl
from tests.botapi.json_types import Json
from tests.botapi.loop_thread import LoopThread, on_loop
from tests.botapi.methods.context import Context
from tests.botapi.methods.table import METHODS
from tests.botapi.people import People, Sent
from tests.botapi.requests import RawRequest, Request, parse_request, read_request
from tests.botapi.settings import ServerSettings
from tests.botapi.specification import SpecificationError, check_result, request_model
from tests.botapi.state import State
from tests.botapi.updates import UpdateQueue
from tests.botapi.webhook import WebhookDelivery

Result = TypeVar("Result")

LARGEST_REQUEST_BYTES = 60 * 10**6
"""More than the 50 MB that a bot may upload, so that the method itself can refuse them."""

CLOSING_SECONDS = 0.2
"""Requests still open when the server stops are long polls and injected hangs."""

START_SECONDS = 10.0
"""Upper bound for the start and the stop of a server in a thread."""

RECENT_CALLS = 8
"""How many calls a failed wait shows."""


@dataclass
class Call:
    """One request of the bot, as it went.

    Attributes:
        method: The method in its documented spelling, or as sent if it does not exist.
        parameters: The decoded parameters, without files.
        at: When it came, on the server's clock.
        result: What was answered.
        error: Why it was refused.
        fault: What was injected.
    """

    method: str
    parameters: Json
    at: float
    result: Any = None
    error: ApiError | None = None
    fault: FaultKind | None = None


@dataclass(frozen=True)
class Answer:
    """A response before it is sent."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)

    def to_response(self) -> web.Response:
        """Return the HTTP response."""
        return web.json_response(self.body, status=self.status, headers=self.headers)


class BotApiServer:
    """A Bot API server on a free port of 127.0.0.1, for one bot.

    An asynchronous test enters it with ``async with``; a synchronous one uses
    ``threaded_server``. Everything here but ``wait_for`` may be called from any thread.

    Attributes:
        people: The human side.
        updates: The update queue.
        faults: Faults to inject.
        state: The data; from another thread, read it through ``read``.
        webhook: Delivery to the bot's webhook.
        calls: All requests, in the order of their arrival.
        violations: What a careful client would not have sent. A test asserts that it is empty.
        token_revoked: Whether all requests are answered with 401.
    """

    def __init__(self, settings: ServerSettings | None = None) -> None:
        self.settings = settings or ServerSettings()
        self.loop_thread = LoopThread()
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.token_revoked = False
        clock = time.monotonic
        self._clock = clock
        self._changes = ChangeSignal()
        self.state = State(self.settings)
        self.faults = FaultQueue(self.loop_thread)
        self.updates = UpdateQueue(self.settings.polling, self._changes, clock, self.loop_thread)
        self.people = People(self.state, self.updates, clock, self.loop_thread)
        self.webhook = WebhookDelivery(
            self.settings.webhook, self.updates, self._changes, self._execute_webhook_reply
        )
        self._context = Context(
            settings=self.settings,
            state=self.state,
            updates=self.updates,
            webhook=self.webhook,
            flood=FloodControl(self.settings.flood, clock),
            clock=clock,
        )
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        self.loop_thread.attach()
        application = web.Application(client_max_size=LARGEST_REQUEST_BYTES)
        application.router.add_route("*", "/bot{token}/{method}", self._handle_method)
        application.router.add_get("/file/bot{token}/{path:.+}", self._handle_download)
        self._runner = web.AppRunner(
            application,
            access_log=None,
            handle_signals=False,
            handler_cancellation=True,
            shutdown_timeout=CLOSING_SECONDS,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        self.loop_thread.detach()

    @property
    def url(self) -> str:
        """The base URL, in the place of ``https://api.telegram.org``."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.settings.token

    async def wait_for(self, condition: Callable[[], Result], *, within: float = 5.0) -> Result:
        """Wait in an asynchronous test until a condition is true; return its value.

        Raises:
            TimeoutError: It stayed false; the message shows the latest calls.
        """
        try:
            return await self._changes.wait_until(condition, within)
        except TimeoutError as error:
            raise TimeoutError(f"{error} {self._situation()}") from None

    def block_until(self, condition: Callable[[], Result], *, within: float = 5.0) -> Result:
        """Wait in a synchronous test; the condition is called on the server's thread.

        Raises:
            TimeoutError: It stayed false; the message shows the latest calls.
        """
        if not self.loop_thread.is_elsewhere:
            raise RuntimeError("An asynchronous test awaits wait_for instead.")
        loop = self.loop_thread.loop
        return asyncio.run_coroutine_threadsafe(
            self.wait_for(condition, within=within), loop
        ).result()

    @on_loop
    def read(self, function: Callable[[State], Result]) -> Result:
        """Read the state on the server's thread."""
        return function(self.state)

    @on_loop
    def calls_to(self, *methods: str) -> list[Call]:
        """Return the calls of some methods, in order."""
        return [call for call in self.calls if call.method in methods]

    @on_loop
    def refused_calls(self) -> list[Call]:
        """Return the calls that were answered with an error, injected ones included."""
        return [call for call in self.calls if call.error is not None]

    @on_loop
    def bot_messages(self, chat_id: int) -> list[Json]:
        """Return the bot's messages in a chat as people see them now, oldest first."""
        return [
            message
            for (chat, _), message in self.state.messages.items()
            if chat == chat_id and self.state.is_from_bot(message)
        ]

    @on_loop
    def bot_messages_after(self, sent: Sent) -> list[Json]:
        """Return the bot's messages that came after a person's message in the same chat."""
        return [
            message
            for message in self.bot_messages(sent.chat_id)
            if message["message_id"] > sent.message_id
        ]

    @on_loop
    def message(self, chat_id: int, message_id: int) -> Json | None:
        """Return one message as it is now, or None if it is gone."""
        return self.state.messages.get((chat_id, message_id))

    @on_loop
    def callback_answer(self, query_id: str) -> Json | None:
        """Return what the bot answered to a click, if it did."""
        return self.state.callback_answers.get(query_id)

    @on_loop
    def inline_answer(self, query_id: str) -> Json | None:
        """Return what the bot answered to an inline query, if it did."""
        return self.state.inline_answers.get(query_id)

    @on_loop
    def is_quiet(self, seconds: float) -> bool:
        """Whether all updates are taken and the bot only polled for so long."""
        since = self._clock() - seconds
        acted = any(call.at > since and call.method != "getUpdates" for call in self.calls)
        return not acted and not self.updates.pending

    @on_loop
    def assert_clean(self) -> None:
        """Fail if the bot broke a rule or a fault did not happen."""
        assert not self.violations, self.violations
        assert not self.faults.remaining(), self.faults.remaining()

    async def execute(self, raw: RawRequest, call: Call) -> Answer:
        """Carry out a request and return the answer."""
        try:
            call.result = await self._perform(raw, call)
        except ApiError as error:
            call.error = error
            return _refusal(error)
        except SpecificationError as error:
            self.violations.append(f"the server itself: {error}")
            call.error = ApiError(500, "Internal Server Error: invalid result")
            return _refusal(call.error)
        finally:
            self._changes.notify()
        return Answer(200, {"ok": True, "result": call.result})

    async def _perform(self, raw: RawRequest, call: Call) -> Any:
        request = parse_request(raw, self.violations)
        call.parameters = request.parameters
        method = METHODS.get(request.method)
        if method is None:
            self.violations.append(f"{request.method}: not implemented by the test server")
            raise ApiError(501, "Not Implemented: the test server lacks this method")
        result = await method(self._context, request)
        _check_own_result(request, result)
        return result

    async def _handle_method(self, http: web.Request) -> web.StreamResponse:
        call = self._record(http.match_info["method"])
        fault = self._take_fault(call)
        early = await self._apply(fault, http, call)
        if early is not None:
            return early
        if self._is_unauthorized(http):
            return self._refuse(call, ApiError(401, "Unauthorized"))
        try:
            raw = await read_request(http)
        except ValueError:
            self.violations.append(f"{call.method}: the body is not JSON")
            return self._refuse(call, ApiError(400, "Bad Request: can't parse JSON object"))
        call.parameters = raw.parameters
        answer = await self.execute(raw, call)
        if fault is not None and fault.kind is FaultKind.DROP_AFTER:
            return _drop(http)
        return answer.to_response()

    async def _handle_download(self, http: web.Request) -> web.StreamResponse:
        call = self._record(DOWNLOAD)
        call.parameters = {"path": http.match_info["path"]}
        fault = self._take_fault(call)
        early = await self._apply(fault, http, call)
        if early is not None:
            return early
        file = self.state.file_at(http.match_info["path"])
        if file is None or self._is_unauthorized(http):
            return self._refuse(call, ApiError(404, "Not Found"))
        if fault is not None and fault.kind is FaultKind.DROP_AFTER:
            return _drop(http)
        return web.Response(body=file.content)

    def _record(self, method: str) -> Call:
        model = request_model(method)
        call = Call(model.__api_method__ if model else method, {}, self._clock())
        self.calls.append(call)
        self._changes.notify()
        return call

    def _take_fault(self, call: Call) -> Fault | None:
        fault = self.faults.take(call.method)
        if fault is not None:
            call.fault = fault.kind
        return fault

    async def _apply(
        self, fault: Fault | None, http: web.Request, call: Call
    ) -> web.StreamResponse | None:
        if fault is None:
            return None
        match fault.kind:
            case FaultKind.TOO_MANY_REQUESTS:
                return self._refuse(call, too_many_requests(fault.retry_after))
            case FaultKind.STATUS:
                return self._refuse(call, ApiError(fault.code, fault.description))
            case FaultKind.HTML_502:
                page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
                return web.Response(status=502, text=page, content_type="text/html")
            case FaultKind.GARBAGE:
                return web.Response(text='{"ok":tru', content_type="application/json")
            case FaultKind.DROP_BEFORE:
                return _drop(http)
            case FaultKind.HANG:
                # Ends when the client goes away or the server stops: both cancel this handler.
                await asyncio.Event().wait()
            case FaultKind.DELAY:
                await asyncio.sleep(fault.delay)
        return None

    def _is_unauthorized(self, http: web.Request) -> bool:
        return self.token_revoked or http.match_info["token"] != self.settings.token

    def _refuse(self, call: Call, error: ApiError) -> web.Response:
        call.error = error
        self._changes.notify()
        return _refusal(error).to_response()

    async def _execute_webhook_reply(self, method: str, parameters: Json) -> None:
        call = self._record(method)
        await self.execute(RawRequest(method, parameters), call)

    def _situation(self) -> str:
        latest = [
            f"{call.method}({json.dumps(call.parameters, ensure_ascii=False)[:120]})"
            f"{f' -> {call.error}' if call.error else ''}"
            for call in self.calls[-RECENT_CALLS:]
        ]
        return (
            f"Pending updates: {len(self.updates.pending)}. "
            f"Violations: {self.violations}. Latest calls: {latest}"
        )


@contextlib.contextmanager
def threaded_server(settings: ServerSettings | None = None) -> Iterator[BotApiServer]:
    """Run a server on an event loop in a thread of its own, for a synchronous test."""
    server = BotApiServer(settings)
    ready: concurrent.futures.Future[asyncio.Event] = concurrent.futures.Future()

    async def serve() -> None:
        stop = asyncio.Event()
        async with server:
            ready.set_result(stop)
            await stop.wait()

    def run() -> None:
        asyncio.run(serve())

    thread = threading.Thread(target=run, name="bot-api-server", daemon=True)
    thread.start()
    stop = ready.result(timeout=START_SECONDS)
    loop = server.loop_thread.loop
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=START_SECONDS)


def _check_own_result(request: Request, result: Any) -> None:
    # getUpdates may carry poison that a test pushed on purpose.
    if request.method != "getUpdates":
        check_result(type(request.model), result)


def _refusal(error: ApiError) -> Answer:
    body: Json = {"ok": False, "error_code": error.status, "description": error.description}
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
        headers["Retry-After"] = str(error.retry_after)
    return Answer(error.status, body, headers)


def _drop(http: web.Request) -> web.Response:
    if http.transport is not None:
        http.transport.abort()
    return web.Response()
