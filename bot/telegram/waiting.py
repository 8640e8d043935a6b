"""How long to wait before the next try."""

import asyncio
import contextlib
import random

# Every fault must be over for the reader within five seconds of its end.
LONGEST_SECONDS = 3.0
_FIRST_SECONDS = 0.5
_GROWTH = 1.5


class Backoff:
    """Waits that grow from try to try, up to a bound, each a little different.

    Many chats that wait for the same outage must not all knock at the same moment.
    """

    def __init__(self) -> None:
        self._next = _FIRST_SECONDS

    def seconds(self) -> float:
        """The next wait."""
        wait = self._next
        self._next = min(LONGEST_SECONDS, wait * _GROWTH)
        return wait * random.uniform(0.8, 1.0)  # noqa: S311 - nothing to do with secrets

    def reset(self) -> None:
        """It worked: begin anew."""
        self._next = _FIRST_SECONDS


async def sleep_unless(stopping: asyncio.Event, seconds: float) -> None:
    """Sleep, but no longer than until the process is to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
