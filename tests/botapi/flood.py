"""Flood control: token buckets per chat, per group and over all chats."""

import math
from collections.abc import Callable

from tests.botapi.errors import too_many_requests
from tests.botapi.settings import FloodRules


class TokenBucket:
    """Fills at a steady rate up to a burst; one message costs one token."""

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._level = burst
        self._filled_at = now

    def seconds_until_free(self, now: float) -> float:
        """Return how long the next message must wait; 0 if it may be sent now."""
        self._fill(now)
        return max(0.0, 1 - self._level) / self._per_second

    def take(self, now: float) -> None:
        """Pay for one message."""
        self._fill(now)
        self._level -= 1

    def _fill(self, now: float) -> None:
        gained = (now - self._filled_at) * self._per_second
        self._level = min(self._burst, self._level + gained)
        self._filled_at = now


class FloodControl:
    """Refuses messages that come faster than the rules allow."""

    def __init__(self, rules: FloodRules, clock: Callable[[], float]) -> None:
        self._rules = rules
        self._clock = clock
        self._buckets: dict[str, TokenBucket] = {}

    def admit(self, chat_id: int) -> None:
        """Count one message to the chat.

        Raises:
            ApiError: Status 429; the message is not counted then.
        """
        if not self._rules.enabled:
            return
        now = self._clock()
        buckets = self._buckets_of(chat_id, now)
        wait = max(bucket.seconds_until_free(now) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for bucket in buckets:
            bucket.take(now)

    def _buckets_of(self, chat_id: int, now: float) -> list[TokenBucket]:
        rules = self._rules
        limits = [
            ("all", rules.overall_per_second, rules.overall_per_second),
            (f"chat {chat_id}", rules.per_chat_per_second, rules.per_chat_burst),
        ]
        if chat_id < 0:
            per_second = rules.group_per_minute / 60
            limits.append((f"group {chat_id}", per_second, rules.group_per_minute))
        return [
            self._buckets.setdefault(name, TokenBucket(per_second, burst, now))
            for name, per_second, burst in limits
        ]
