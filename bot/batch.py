"""Questions by the file: one JSON object a line."""

import codecs
from collections.abc import Iterable, Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from index.errors import AssistantError

# A line is one question; the cap keeps a file without line ends out of the memory.
MAX_LINE_BYTES = 1_000_000


class BatchError(AssistantError):
    """A batch file has a line that is no question."""


class BatchLine(BaseModel):
    """One line of a batch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    id: str | int | None = None
    session: str | None = None
    today: date | None = None

    @field_validator("session", mode="before")
    @classmethod
    def _a_number_is_a_name_too(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value


def read_batch(lines: Iterable[bytes]) -> Iterator[BatchLine]:
    """Read the lines of a batch one by one; blank ones are passed over.

    Raises:
        BatchError: a line is too long, not UTF-8 JSON, or has no question.
    """
    for number, whole_line in enumerate(lines, start=1):
        # Windows programs put a byte order mark before the first line.
        line = whole_line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        if len(line) > MAX_LINE_BYTES:
            raise BatchError(f"line {number} is longer than {MAX_LINE_BYTES} bytes; split it")
        try:
            yield BatchLine.model_validate_json(line)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise BatchError(
                f'line {number} is no question ({reason}); write {{"id": …, "question": …}}'
            ) from error
