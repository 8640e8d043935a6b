"""Gold questions: what is asked, and what a right answer looks like.

A folder of ``*.jsonl`` files, one class of questions a file, one question a line::

    {"id": "plain-001", "class": "plain", "question": "…", "status": ["answered"],
     "documents": ["talent/….md"], "contains": ["20名"]}

Lines of one ``session`` are one conversation, in order.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answering.answer import Status
from index.errors import AssistantError

# Statuses under which something from the documents is said.
SAYING = frozenset({Status.ANSWERED, Status.PARTIAL, Status.OUTDATED})
# Statuses under which a question is turned away.
REFUSING = frozenset({Status.NOT_FOUND, Status.OUT_OF_SCOPE, Status.CLARIFY, Status.PERSONAL_DATA})


class GoldError(AssistantError):
    """Gold questions cannot be read."""


class Expectation(StrEnum):
    """What a question is there to measure."""

    ANSWER = "answer"
    """A document answers it, wholly."""
    REFUSAL = "refusal"
    """No document answers it, or only part of it."""
    COURTESY = "courtesy"
    """It asks nothing."""


class GoldQuestion(BaseModel):
    """One question and what is expected.

    Attributes:
        id: unique among all gold questions.
        category: the class it is counted in, named as its file.
        question: as a person would ask it.
        session: questions of one session are one conversation, in order.
        today: stands in for the clock.
        status: the statuses that are right.
        documents: one of these must be cited; empty leaves it open.
        contains: all of these must stand in the answer or its quotes.
        excludes: none of these may stand in the answer itself.
        rivals: figures that are easily confused with the right one. They may be mentioned, but
            not before the first of `contains`.
        resolved: whether it must be taken up from the conversation (True) or left alone (False);
            None where neither is asked.
        understood: one of these must stand in what the question was understood as.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    category: str = Field(alias="class", min_length=1)
    question: str = Field(min_length=1)
    session: str | None = None
    today: date | None = None
    status: tuple[Status, ...] = Field(min_length=1)
    documents: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    resolved: bool | None = None
    understood: tuple[str, ...] = ()

    @property
    def expectation(self) -> Expectation:
        """What the question measures."""
        if self.status == (Status.SMALL_TALK,):
            return Expectation.COURTESY
        if set(self.status) <= SAYING and self.status != (Status.PARTIAL,):
            return Expectation.ANSWER
        return Expectation.REFUSAL


def read_gold(folder: Path) -> list[GoldQuestion]:
    """Read all gold questions of a folder, file by file in the order of their names.

    Raises:
        GoldError: there are none, a line is no gold question, or an id stands twice.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise GoldError(f"no gold questions (*.jsonl) in {folder}; name their folder with --gold")
    questions: list[GoldQuestion] = []
    places: dict[str, str] = {}
    for file in files:
        for number, question in _read_file(file):
            place = f"{file.name}, line {number}"
            if question.id in places:
                raise GoldError(f"{place}: the id {question.id} stands in {places[question.id]}")
            if question.category != file.stem:
                raise GoldError(f"{place}: the class must be {file.stem}, as the file is named")
            places[question.id] = place
            questions.append(question)
    return questions


def _read_file(file: Path) -> Iterator[tuple[int, GoldQuestion]]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{file} cannot be read as UTF-8 text ({error})") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, GoldQuestion.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise GoldError(f"{file.name}, line {number}: {where}: {first['msg']}") from error
