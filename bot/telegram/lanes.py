"""Order within a chat, concurrency between chats."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from bot.telegram.inbox import StoredUpdate

# Enough to bridge a busy minute; what is more waits at Telegram, which keeps it for a day.
LONGEST_QUEUE = 1000

Work = Callable[[StoredUpdate], Awaitable[None]]
"""Deals with one update. Must not raise."""


class Lanes:
    """One queue for each chat, each worked off by a task of its own while it holds anything."""

    def __init__(self, work: Work, longest: int = LONGEST_QUEUE) -> None:
        self._work = work
        self._longest = longest
        self._queues: dict[int, deque[StoredUpdate]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._size = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._closed = False

    def __len__(self) -> int:
        """How many updates are waiting or in hand."""
        return self._size

    def put(self, update: StoredUpdate) -> None:
        """Queue an update behind the others of its lane."""
        self._size += 1
        if self._size >= self._longest:
            self._has_room.clear()
        if update.lane in self._queues:
            self._queues[update.lane].append(update)
            return
        self._queues[update.lane] = deque([update])
        task = asyncio.create_task(self._work_off(update.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def room(self) -> None:
        """Wait until more may be taken in."""
        await self._has_room.wait()

    async def close(self, seconds: float) -> None:
        """Begin nothing more, and give what is in hand some seconds to end."""
        self._closed = True
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _work_off(self, lane: int) -> None:
        queue = self._queues[lane]
        try:
            while queue and not self._closed:
                await self._work(queue.popleft())
                self._size -= 1
                if self._size < self._longest:
                    self._has_room.set()
        finally:
            del self._queues[lane]
