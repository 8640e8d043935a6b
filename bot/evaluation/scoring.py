"""Verdicts → figures, by class and over all, and which of them lie below their floors."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answering.answer import Answer
from bot.evaluation.gold import Expectation, GoldError, GoldQuestion
from bot.evaluation.judging import Outcome, Verdict
from index.plain_yaml import load_plain_yaml

FLOORS_FILE = "floors.yaml"


@dataclass(frozen=True, slots=True)
class Judged:
    """A gold question, the answer that came, and what it is worth."""

    gold: GoldQuestion
    answer: Answer
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """The share; NaN where there is nothing to count."""
        return self.count / self.total if self.total else math.nan


@dataclass(frozen=True, slots=True)
class ClassScore:
    """The figures of one class.

    Attributes:
        name: the class.
        asked: how many questions it has.
        outcomes: how many answers came to what.
        citations: how many of the answers that should cite a document cite the right one.
        passed: how many answers have nothing wrong with them.
    """

    name: str
    asked: int
    outcomes: Counter[Outcome]
    citations: Share
    passed: Share


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures over all classes.

    Attributes:
        right: answerable questions answered rightly, with the right citation.
        not_invented: questions that no document answers (wholly), and no answer was invented.
        refused: answerable questions that were refused.
        leading: right answers that begin with what was asked for.
        understood: follow-ups taken up from the conversation as they were meant.
        left_alone: questions within a conversation that stand alone and were left alone.
        misquoted: quotes that do not stand word for word in their document.
    """

    right: Share
    not_invented: Share
    refused: Share
    leading: Share
    understood: Share
    left_alone: Share
    misquoted: int


class Floors(BaseModel):
    """What each figure must reach. Those not named have no floor.

    Attributes:
        classes: the share of a class that must pass.
        right: see `Figures`; the others likewise.
        refused_at_most: the largest share of answerable questions that may be refused.
        misquoted_at_most: how many misquotations may be.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: dict[str, float] = Field(default_factory=dict)
    right: float = 0.0
    not_invented: float = 0.0
    refused_at_most: float = 1.0
    leading: float = 0.0
    understood: float = 0.0
    left_alone: float = 0.0
    misquoted_at_most: int = 0


def read_floors(folder: Path) -> Floors:
    """Read the floors that stand beside the gold questions; without the file, none but 0 misquotes.

    Raises:
        GoldError: the file is not YAML or has unknown keys.
    """
    file = folder / FLOORS_FILE
    if not file.is_file():
        return Floors()
    try:
        return Floors.model_validate(load_plain_yaml(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise GoldError(f"{file} cannot be used ({reason})") from error


def by_class(judged: Iterable[Judged]) -> list[ClassScore]:
    """The figures of each class, in the order in which the classes come."""
    classes: dict[str, list[Judged]] = {}
    for item in judged:
        classes.setdefault(item.gold.category, []).append(item)
    return [_class_score(name, items) for name, items in classes.items()]


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures over all classes."""
    answerable = _expecting(judged, Expectation.ANSWER)
    unanswerable = _expecting(judged, Expectation.REFUSAL)
    inner = _inner_turns(judged)
    return Figures(
        right=_share(
            item.verdict.outcome is Outcome.RIGHT and item.verdict.is_citation_right is not False
            for item in answerable
        ),
        not_invented=_share(not item.verdict.is_invented for item in unanswerable),
        refused=_share(item.verdict.outcome is Outcome.REFUSED_WRONGLY for item in answerable),
        leading=_share(
            item.verdict.is_leading for item in judged if item.verdict.is_leading is not None
        ),
        understood=_share(
            bool(item.verdict.is_resolved_rightly) for item in inner if item.gold.resolved is True
        ),
        left_alone=_share(
            bool(item.verdict.is_resolved_rightly) for item in inner if item.gold.resolved is False
        ),
        misquoted=sum(len(item.verdict.misquoted) for item in judged),
    )


def below_floor(scores: Iterable[ClassScore], found: Figures, floors: Floors) -> Iterator[str]:
    """What lies below its floor, in words. A figure of nothing counted lies below none."""
    reached = {score.name: score.passed.value for score in scores}
    for name, floor in floors.classes.items():
        if name not in reached:
            yield f"{name}: there are no such questions"
        elif reached[name] < floor:
            yield f"{name}: {reached[name]:.1%} pass, the floor is {floor:.1%}"
    for title, share, floor in (
        ("answered rightly", found.right, floors.right),
        ("nothing invented", found.not_invented, floors.not_invented),
        ("begins with what was asked for", found.leading, floors.leading),
        ("follow-ups understood", found.understood, floors.understood),
        ("stand-alone questions left alone", found.left_alone, floors.left_alone),
    ):
        if share.value < floor:
            yield f"{title}: {share.value:.1%}, the floor is {floor:.1%}"
    if found.refused.value > floors.refused_at_most:
        yield f"refused wrongly: {found.refused.value:.1%}, at most {floors.refused_at_most:.1%}"
    if found.misquoted > floors.misquoted_at_most:
        yield f"not word for word: {found.misquoted} quotes, at most {floors.misquoted_at_most}"


def _class_score(name: str, items: Sequence[Judged]) -> ClassScore:
    verdicts = [item.verdict for item in items]
    cited = [v.is_citation_right for v in verdicts if v.is_citation_right is not None]
    return ClassScore(
        name=name,
        asked=len(items),
        outcomes=Counter(verdict.outcome for verdict in verdicts),
        citations=_share(cited),
        passed=_share(verdict.passed for verdict in verdicts),
    )


def _expecting(judged: Iterable[Judged], expectation: Expectation) -> list[Judged]:
    return [item for item in judged if item.gold.expectation is expectation]


def _inner_turns(judged: Iterable[Judged]) -> list[Judged]:
    """The turns of conversations but the first: nothing comes before a first one."""
    seen: set[str] = set()
    inner = []
    for item in judged:
        session = item.gold.session
        if session in seen:
            inner.append(item)
        elif session is not None:
            seen.add(session)
    return inner


def _share(flags: Iterable[bool]) -> Share:
    counted = list(flags)
    return Share(sum(counted), len(counted))
