"""Gaps: what people asked and no document answers, grouped by likeness, most asked first."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import yaml

from bot.answering.answer import Status
from bot.records import OpenQuestion, Records
from index.documents.model import DocumentKind
from index.text import tokens

UNANSWERED = frozenset({Status.NOT_FOUND, Status.PARTIAL, Status.OUTDATED})
# Two questions that share this much of their words ask for the same thing.
LIKENESS = 0.5
# Compared with one another; what is older waits until these are settled.
_MOST_QUESTIONS = 2000
# Where documents written by staff lie in the knowledge folder.
STAFF_FOLDER = "answers"


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that are alike and lack an answer.

    Attributes:
        questions: they, oldest first.
    """

    questions: tuple[OpenQuestion, ...]

    @property
    def id(self) -> int:
        """The id of the first question; it stays when more people ask."""
        return self.questions[0].id

    @property
    def question(self) -> str:
        """The question as it was put last: later ones tend to be clearer."""
        return self.questions[-1].question

    @property
    def answers(self) -> list[int]:
        """The ids of all answers that were none."""
        return [question.id for question in self.questions]

    @property
    def rated_down(self) -> int:
        """How many askers said that they were not content."""
        return sum(question.rating == -1 for question in self.questions)

    @property
    def latest(self) -> datetime:
        """When it was asked last."""
        return self.questions[-1].at


def find_gaps(records: Records) -> list[Gap]:
    """All gaps, most asked first."""
    return group(records.open_questions(UNANSWERED)[-_MOST_QUESTIONS:])


def find_gap(records: Records, number: int) -> Gap | None:
    """The gap that a question belongs to; None where it is settled."""
    return next((gap for gap in find_gaps(records) if number in gap.answers), None)


def group(questions: Sequence[OpenQuestion]) -> list[Gap]:
    """Group like questions: each joins the first group whose first question it is like."""
    groups: list[tuple[frozenset[str], list[OpenQuestion]]] = []
    for question in questions:
        words = frozenset(tokens(question.question))
        for first, members in groups:
            if likeness(first, words) >= LIKENESS:
                members.append(question)
                break
        else:
            groups.append((words, [question]))
    gaps = [Gap(tuple(members)) for _, members in groups]
    return sorted(gaps, key=lambda gap: (-len(gap.questions), -gap.latest.timestamp()))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of words that two questions have in common."""
    return len(one & other) / len(one | other) if one | other else 1.0


def gaps_csv(gaps: Iterable[Gap]) -> str:
    """The gaps as a table for a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(("question", "asked", "rated_down", "last_asked", "wordings"))
    for gap in gaps:
        wordings = dict.fromkeys(question.question for question in gap.questions)
        writer.writerow(
            (
                _cell(gap.question),
                len(gap.questions),
                gap.rated_down,
                gap.latest.date().isoformat(),
                _cell(" | ".join(wordings)),
            )
        )
    return stream.getvalue()


def staff_document(question: str, answer: str, publisher: str, day: date) -> str:
    """The document that answers a gap, as a file of the knowledge folder."""
    head = yaml.safe_dump(
        {
            "title": " ".join(question.split()),
            "publisher": publisher,
            "published": day,
            "kind": DocumentKind.ANSWER.value,
        },
        allow_unicode=True,
        sort_keys=False,
    )
    return f"---\n{head}---\n{answer.strip()}\n"


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
