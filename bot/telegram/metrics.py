"""Figures for Prometheus. Nothing in them leads to a person."""

import time
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

# From “at once” to “the reader has gone”.
_LATENCY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """The figures of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "assistant_answers", "Answers by status.", ["status"], registry=self.registry
        )
        self.latency = Histogram(
            "assistant_answer_seconds",
            "From the arrival of a question to the planned answer.",
            buckets=_LATENCY_BUCKETS,
            registry=self.registry,
        )
        self.queue = Gauge("assistant_queue", "Updates waiting or in hand.", registry=self.registry)
        self.snapshot_age = Gauge(
            "assistant_snapshot_age_seconds",
            "Age of the snapshot in service.",
            registry=self.registry,
        )
        self.set_aside = Gauge(
            "assistant_updates_set_aside", "Updates nobody could handle.", registry=self.registry
        )
        self.handler_failures = Counter(
            "assistant_handler_failures", "Updates whose handling failed.", registry=self.registry
        )
        self.repeated_sends = Counter(
            "assistant_repeated_sends",
            "Messages sent again because the reply to the first sending was lost.",
            registry=self.registry,
        )
        self.given_up_sends = Counter(
            "assistant_given_up_sends", "Messages refused for good.", registry=self.registry
        )
        self.failed_calls = Counter(
            "assistant_failed_calls", "Failed calls by kind of failure.", ["kind"],
            registry=self.registry,
        )  # fmt: skip
        self.limited = Counter(
            "assistant_limited", "Questions refused by a rate limit.", ["limit"],
            registry=self.registry,
        )  # fmt: skip
        self.last_contact: float | None = None

    def poll_succeeded(self) -> None:
        """Telegram was heard just now."""
        self.last_contact = time.monotonic()

    def seconds_since_contact(self) -> float | None:
        """How long Telegram has been silent; None before the first contact."""
        return None if self.last_contact is None else time.monotonic() - self.last_contact

    def note_snapshot(self, created: datetime) -> None:
        """The snapshot in service was made at this moment."""
        self.snapshot_age.set_function(lambda: time.time() - created.timestamp())

    def gauge(self, name: str) -> float:
        """The value of a figure without labels."""
        return self.registry.get_sample_value(name) or 0.0

    def exposition(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self.registry)
