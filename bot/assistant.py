"""The assistant: questions in, answers out, over the snapshot in service."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        text: as it was asked.
        id: of the asker's choosing; comes back with the answer.
        session: questions of one session are one conversation, in order; None stands alone.
        today: stands in for the clock.
    """

    text: str
    id: str | None = None
    session: str | None = None
    today: date | None = None
