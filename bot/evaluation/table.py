"""The figures for the terminal and for scripts."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.evaluation.judging import Outcome
from bot.evaluation.scoring import ClassScore, Figures, Floors, Judged, Share

_HEADS = ("class", "asked", *Outcome, "citation right", "pass", "floor")


def table_lines(scores: Iterable[ClassScore], found: Figures, floors: Floors) -> Iterator[str]:
    """The table by class, then the figures over all, in aligned columns."""
    rows = [_HEADS, *(_row(score, floors) for score in scores)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for row in rows:
        name, *numbers = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((name, *numbers))
    yield ""
    for title, share in (
        ("answerable: right answer with the right citation", found.right),
        ("unanswerable or partly: no invented answer", found.not_invented),
        ("answerable but refused", found.refused),
        ("right answers that begin with what was asked for", found.leading),
        ("follow-ups understood", found.understood),
        ("stand-alone questions left alone", found.left_alone),
    ):
        yield f"{title:<50} {_percent(share.value):>6}  ({share.count} of {share.total})"
    yield f"{'quotes not word for word in their document':<50} {found.misquoted:>6}"


def scores_record(
    judged: Iterable[Judged], scores: Iterable[ClassScore], found: Figures, below: Sequence[str]
) -> dict[str, Any]:
    """Everything, ready for JSON; a share of nothing is null."""
    return {
        "classes": {
            score.name: {
                "asked": score.asked,
                **{outcome.value: score.outcomes[outcome] for outcome in Outcome},
                "citation right": _number(score.citations),
                "pass": _number(score.passed),
            }
            for score in scores
        },
        "right": _number(found.right),
        "not_invented": _number(found.not_invented),
        "refused": _number(found.refused),
        "leading": _number(found.leading),
        "understood": _number(found.understood),
        "left_alone": _number(found.left_alone),
        "misquoted": found.misquoted,
        "below_floor": list(below),
        "failed": [
            {
                "id": item.gold.id,
                "question": item.gold.question,
                "status": item.answer.status,
                "understood_as": item.answer.understood_as,
                "answer": item.answer.text,
                "problems": item.verdict.problems,
            }
            for item in judged
            if not item.verdict.passed
        ],
    }


def _row(score: ClassScore, floors: Floors) -> tuple[str, ...]:
    floor = floors.classes.get(score.name)
    return (
        score.name,
        str(score.asked),
        *(str(score.outcomes[outcome]) for outcome in Outcome),
        _percent(score.citations.value),
        _percent(score.passed.value),
        "–" if floor is None else _percent(floor),
    )


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1%}"


def _number(share: Share) -> float | None:
    return None if math.isnan(share.value) else round(share.value, 4)
