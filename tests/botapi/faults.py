"""Faults that a test injects: what a network, a proxy or an overloaded server does to a bot."""

from dataclasses import dataclass
from enum import StrEnum

from tests.botapi.loop_thread import LoopThread, on_loop

ANY_METHOD = "*"
DOWNLOAD = "download"
"""The name under which faults match the download of a file, which is no method of the Bot API."""


class FaultKind(StrEnum):
    """What goes wrong."""

    TOO_MANY_REQUESTS = "429"
    """Refused with status 429 and ``retry_after``."""
    STATUS = "status"
    """Refused with ``code`` and ``description``."""
    HTML_502 = "html502"
    """A proxy's error page in place of an answer; the request was not carried out."""
    GARBAGE = "garbage"
    """JSON that ends in the middle; the request was not carried out."""
    DROP_BEFORE = "drop_before"
    """The connection breaks; the request was not carried out."""
    DROP_AFTER = "drop_after"
    """The connection breaks after the request was carried out: the answer is lost."""
    DELAY = "delay"
    """Carried out and answered ``delay`` seconds late."""
    HANG = "hang"
    """Neither carried out nor answered for as long as the client waits."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with calls of one method.

    Attributes:
        method: The method, DOWNLOAD, or ANY_METHOD.
        kind: What goes wrong.
        times: How many calls are hit.
        skip: How many calls pass unharmed first.
        code: HTTP status, for STATUS.
        description: Text of the answer, for STATUS.
        retry_after: Seconds, for TOO_MANY_REQUESTS.
        delay: Seconds, for DELAY.
    """

    method: str
    kind: FaultKind
    times: int = 1
    skip: int = 0
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 1
    delay: float = 0.0

    def matches(self, method: str) -> bool:
        """Whether calls of the method are meant."""
        return self.method == ANY_METHOD or self.method.lower() == method.lower()


@dataclass
class _Armed:
    fault: Fault
    to_skip: int
    remaining: int


class FaultQueue:
    """The faults still to come; of several for one method, the first added comes first."""

    def __init__(self, loop_thread: LoopThread) -> None:
        self.loop_thread = loop_thread
        self._armed: list[_Armed] = []

    @on_loop
    def add(self, *faults: Fault) -> None:
        """Arm faults."""
        self._armed.extend(_Armed(fault, fault.skip, fault.times) for fault in faults)

    @on_loop
    def clear(self) -> None:
        """Disarm whatever has not happened."""
        self._armed.clear()

    @on_loop
    def remaining(self) -> list[Fault]:
        """Return the faults that have not happened as often as they should."""
        return [armed.fault for armed in self._armed]

    def take(self, method: str) -> Fault | None:
        """Return the fault that hits this call, if any, and count it."""
        for armed in self._armed:
            if not armed.fault.matches(method):
                continue
            if armed.to_skip:
                armed.to_skip -= 1
                return None
            armed.remaining -= 1
            if not armed.remaining:
                self._armed.remove(armed)
            return armed.fault
        return None
