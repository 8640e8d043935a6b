"""Waking those who wait for the server's state to change."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

LOOK_AGAIN_SECONDS = 0.05
"""A condition may also depend on what the server does not see, such as a process that ends."""


class ChangeSignal:
    """Tells waiters that something happened, without saying what."""

    def __init__(self) -> None:
        self._happened = asyncio.Event()

    def notify(self) -> None:
        """Wake everyone who waits."""
        self._happened.set()
        self._happened = asyncio.Event()

    async def wait_until(self, condition: Callable[[], Result], within: float) -> Result:
        """Return the condition's value as soon as it is true.

        Raises:
            TimeoutError: The condition stayed false for ``within`` seconds.
        """
        deadline = time.monotonic() + within
        while True:
            value = condition()
            if value:
                return value
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError(f"The condition stayed false for {within} seconds.")
            await self._wait(min(remaining, LOOK_AGAIN_SECONDS))

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._happened.wait(), seconds)
        except TimeoutError:
            return
