"""The update queue: who gets which update, how often, and when it is forgotten."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Sequence

from tests.botapi.changes import ChangeSignal
from tests.botapi.errors import ApiError
from tests.botapi.json_types import Json
from tests.botapi.loop_thread import LoopThread, on_loop
from tests.botapi.settings import PollingRules
from tests.botapi.specification import check_update

FIRST_UPDATE_ID = 700_000_001
"""Real ids start anywhere; a large one finds code that counts from zero."""

LARGEST_BATCH = 100

STRAY_OFFSET = 10
"""An offset further than this beyond the last update counts as not given."""

# Sent only to bots that ask for them by name.
_OPT_IN_TYPES = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_SET = "terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class UpdateQueue:
    """Keeps updates until the bot acknowledges them.

    Attributes:
        acknowledged: Ids of forgotten updates, in the order in which they were forgotten.
        deliveries: How often each update was handed to the bot.
        conflicts: How many requests were answered with status 409.
    """

    def __init__(
        self,
        rules: PollingRules,
        changes: ChangeSignal,
        clock: Callable[[], float],
        loop_thread: LoopThread,
    ) -> None:
        self.loop_thread = loop_thread
        self.acknowledged: list[int] = []
        self.deliveries: Counter[int] = Counter()
        self.conflicts = 0
        self._rules = rules
        self._changes = changes
        self._clock = clock
        self._ids = itertools.count(FIRST_UPDATE_ID)
        self._pending: dict[int, Json] = {}
        self._arrived_at: dict[int, float] = {}
        self._allowed: frozenset[str] | None = None
        self._arrival = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._previous_offset: int | None = None
        self._previous_start = 0.0
        self._next_prompt_conflict = 0.0

    @on_loop
    def push(self, kind: str, body: object, *, raw: bool = False) -> int | None:
        """Queue an update and return its id, or None if the bot did not ask for its kind.

        Args:
            kind: The field that carries the update, such as ``message``.
            body: What the field holds.
            raw: Queue it unchecked: poison that a well-behaved server would never send.

        Raises:
            SpecificationError: The update is not valid and ``raw`` is not set.
        """
        update_id = next(self._ids)
        update = {"update_id": update_id, kind: body}
        if not raw:
            check_update(update)
            if not self._is_allowed(kind):
                return None
        self._pending[update_id] = update
        self._arrived_at[update_id] = self._clock()
        self._arrival.set()
        self._wake_poller()
        self._changes.notify()
        return update_id

    @property
    @on_loop
    def pending(self) -> list[Json]:
        """The updates that are not acknowledged, oldest first."""
        self._forget_expired()
        return list(self._pending.values())

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Choose which kinds are queued from now on; None changes nothing, [] is the default."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def acknowledge_before(self, offset: int) -> None:
        """Forget all updates with a smaller id."""
        self._acknowledge([update_id for update_id in self._pending if update_id < offset])

    def drop_all(self) -> None:
        """Forget everything undelivered, as ``drop_pending_updates`` asks."""
        self._pending.clear()
        self._arrived_at.clear()
        self._changes.notify()

    async def first(self) -> Json:
        """Wait for an update and return the oldest, without forgetting it."""
        while not self.pending:
            self._arrival.clear()
            await self._arrival.wait()
        return next(iter(self._pending.values()))

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109
        """Answer a getUpdates request.

        Raises:
            ApiError: Status 409, when another request or a webhook took over.
        """
        limit = limit if 1 <= limit <= LARGEST_BATCH else LARGEST_BATCH
        timeout = min(max(timeout, 0.0), self._rules.maximum_timeout)
        limit, timeout = self._brake(offset, limit, timeout)
        self._apply_offset(offset)
        batch = self._deliver(limit)
        if batch or not timeout:
            return batch
        self.interrupt(OTHER_POLLER)
        await self._wait_for_arrival(timeout)
        return self._deliver(limit)

    def interrupt(self, reason: str) -> None:
        """End the waiting getUpdates request, if there is one, with a conflict."""
        waiting, self._poller = self._poller, None
        if waiting is not None and not waiting.done():
            self._conflict(waiting, reason)

    async def refuse_poll(self, reason: str) -> None:
        """Answer a getUpdates request with a conflict.

        Raises:
            ApiError: Always, with status 409.
        """
        refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._conflict(refused, reason)
        await refused

    def count_delivery(self, update: Json) -> None:
        """Note that the bot was sent an update."""
        self.deliveries[update["update_id"]] += 1

    def _is_allowed(self, kind: str) -> bool:
        return kind not in _OPT_IN_TYPES if self._allowed is None else kind in self._allowed

    def _brake(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        now = self._clock()
        since = now - self._previous_start
        repeats = self._rules.brake and offset == self._previous_offset
        self._previous_offset, self._previous_start = offset, now
        if repeats and since < self._rules.brake_window:
            timeout = max(timeout, self._rules.brake_window)
        if repeats and since < self._rules.single_update_window:
            limit = 1
        return limit, timeout

    def _apply_offset(self, offset: int) -> None:
        self._forget_expired()
        if offset < 0:
            self._acknowledge(list(self._pending)[:offset])
        elif self._pending and offset <= max(self._pending) + STRAY_OFFSET:
            self.acknowledge_before(offset)

    def _acknowledge(self, update_ids: list[int]) -> None:
        for update_id in update_ids:
            del self._pending[update_id]
            del self._arrived_at[update_id]
        self.acknowledged.extend(update_ids)
        if update_ids:
            self._changes.notify()

    def _forget_expired(self) -> None:
        horizon = self._clock() - self._rules.retention
        expired = [update_id for update_id, at in self._arrived_at.items() if at < horizon]
        for update_id in expired:
            del self._pending[update_id]
            del self._arrived_at[update_id]

    def _deliver(self, limit: int) -> list[Json]:
        batch = list(itertools.islice(self._pending.values(), limit))
        for update in batch:
            self.count_delivery(update)
        if batch:
            self._changes.notify()
        return batch

    async def _wait_for_arrival(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = woken
        try:
            await asyncio.wait({woken}, timeout=seconds)
            was_displaced = self._poller is not woken
            if was_displaced or woken.done():
                # A displaced request gets nothing but its conflict, which may come late.
                await woken
        finally:
            # A cancelled future counts as done: nobody waits any more.
            woken.cancel()

    def _wake_poller(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _conflict(self, refused: asyncio.Future[None], reason: str) -> None:
        self.conflicts += 1
        self._changes.notify()
        error = ApiError(409, f"Conflict: {reason}")
        now = self._clock()
        if now >= self._next_prompt_conflict:
            self._next_prompt_conflict = now + self._rules.conflict_pause
            _fail(refused, error)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(self._rules.conflict_pause, _fail, refused, error)


def _fail(future: asyncio.Future[None], error: ApiError) -> None:
    if not future.done():
        future.set_exception(error)
