"""Tells staff what they should look at. Not more often than they can bear."""

import asyncio
import logging
from time import monotonic

from bot.answering.texts import say
from bot.language import Language
from bot.telegram.client import CallError, Client
from index.configuration import Text

log = logging.getLogger(__name__)

# The first of a kind is told at once; what follows within this time is in the log and the metrics.
QUIET_SECONDS = 600.0


class Alerts:
    """Messages to all staff, beside the ordinary way: an alert that fails is not repeated."""

    def __init__(self, client: Client, staff: frozenset[int]) -> None:
        self._client = client
        self._staff = sorted(staff)
        self._told: dict[Text, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(self, text: Text, **values: object) -> None:
        """Tell all staff, unless they were told of the same kind of thing a moment ago."""
        if monotonic() - self._told.get(text, float("-inf")) < QUIET_SECONDS:
            return
        self._told[text] = monotonic()
        for person in self._staff:
            words = say(text, Language.SIMPLIFIED, **values)
            task = asyncio.create_task(self._send(person, words))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Send none of those that are still on their way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self, person: int, words: str) -> None:
        try:
            await self._client.call("sendMessage", {"chat_id": person, "text": words})
        except CallError as error:
            log.warning("staff could not be told: %s", error)
