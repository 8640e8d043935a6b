"""How often one person may ask, and how often all of them together."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

# Beyond this many people the longest silent ones are forgotten; by then their allowance is full.
_MOST_PEOPLE = 10_000


class Allowance:
    """Fills steadily up to a number a minute; one question costs one."""

    def __init__(self, per_minute: int, now: float) -> None:
        self._per_minute = per_minute
        self._level = float(per_minute)
        self._at = now

    def seconds_until_free(self, now: float) -> float:
        """How long until the next question may come; 0 if now."""
        self._level = min(self._per_minute, self._level + (now - self._at) * self._per_minute / 60)
        self._at = now
        return max(0.0, 1 - self._level) * 60 / self._per_minute

    def take(self) -> None:
        """Pay for a question."""
        self._level -= 1


class QuestionLimits:
    """The allowances of each person and of all together."""

    def __init__(
        self, per_person: int, overall: int, clock: Callable[[], float] = monotonic
    ) -> None:
        """Set the limits, in questions a minute."""
        self._clock = clock
        self._per_person = per_person
        self._overall = Allowance(overall, clock())
        self._people: OrderedDict[int, Allowance] = OrderedDict()
        self._told: set[int] = set()

    def seconds_to_wait(self, person: int) -> float:
        """Count a question; return how long this person must wait instead, or 0."""
        now = self._clock()
        allowance = self._people.setdefault(person, Allowance(self._per_person, now))
        self._people.move_to_end(person)
        if len(self._people) > _MOST_PEOPLE:
            forgotten, _ = self._people.popitem(last=False)
            self._told.discard(forgotten)
        wait = allowance.seconds_until_free(now)
        if wait == 0:
            allowance.take()
            self._told.discard(person)
        return wait

    def is_overall_spent(self) -> bool:
        """Count a question against the limit of all; whether it is spent."""
        if self._overall.seconds_until_free(self._clock()) > 0:
            return True
        self._overall.take()
        return False

    def is_first_refusal(self, person: int) -> bool:
        """Whether the person was not told yet to slow down: it is said once, not every time."""
        first = person not in self._told
        self._told.add(person)
        return first
