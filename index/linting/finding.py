"""Something wrong in a knowledge folder."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """The bot would say something wrong, or nothing."""
    WARNING = "warning"
    """Better mended; the bot works as it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where.

    Attributes:
        file: path under the knowledge folder, with ``/``.
        line: counted from 1; None where it concerns the whole file.
        message: what is wrong and what to do.
        severity: how bad it is.
    """

    file: str
    line: int | None
    message: str
    severity: Severity = Severity.ERROR

    @property
    def text(self) -> str:
        """The finding on one line."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.severity}: {self.message}"
