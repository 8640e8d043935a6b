"""Lets synchronous tests call the server, which lives on an event loop in another thread."""

import asyncio
import functools
import threading
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

CALL_SECONDS = 10.0
"""Upper bound for one call into the loop; the functions called never wait, so this is a stall."""


class LoopThread:
    """The thread on which the server's state may be touched."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread_id: int | None = None

    def attach(self) -> None:
        """Take the running loop and the current thread as the server's own."""
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()

    def detach(self) -> None:
        """Forget the loop, so that a stopped server can still be read."""
        self._loop = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The server's event loop.

        Raises:
            RuntimeError: The server does not run.
        """
        if self._loop is None:
            raise RuntimeError("The server does not run.")
        return self._loop

    @property
    def is_elsewhere(self) -> bool:
        """Whether the caller is on another thread than the server."""
        return self._loop is not None and self._thread_id != threading.get_ident()

    def run(self, function: Callable[[], Result]) -> Result:
        """Call the function on the server's thread and return what it returns."""
        if self._loop is None or not self.is_elsewhere:
            return function()

        async def call() -> Result:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(CALL_SECONDS)


class Owned(Protocol):
    """An object whose state belongs to the server's thread."""

    loop_thread: LoopThread


Owner = TypeVar("Owner", bound=Owned)


def on_loop(
    method: Callable[Concatenate[Owner, Parameters], Result],
) -> Callable[Concatenate[Owner, Parameters], Result]:
    """Make a method run on the server's thread, whichever thread calls it."""

    @functools.wraps(method)
    def wrapper(self: Owner, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return self.loop_thread.run(functools.partial(method, self, *args, **kwargs))

    return wrapper
