"""A whole evaluation: gold questions asked of a snapshot, judged and counted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.gold import read_gold
from bot.evaluation.judging import judge
from bot.evaluation.running import ask, assistant_over, reference_day
from bot.evaluation.scoring import (
    ClassScore,
    Figures,
    Floors,
    Judged,
    below_floor,
    by_class,
    figures,
    read_floors,
)
from index.embedding import SentenceEmbeddings
from index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out.

    Attributes:
        judged: all questions with their answers and verdicts.
        scores: the figures by class.
        figures: the figures over all classes.
        floors: what the figures must reach.
        below: what lies below its floor, in words.
    """

    judged: tuple[Judged, ...]
    scores: tuple[ClassScore, ...]
    figures: Figures
    floors: Floors
    below: tuple[str, ...]


def evaluate(
    folder: Path,
    snapshot: Snapshot,
    embeddings: SentenceEmbeddings,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """Ask a snapshot the gold questions of a folder and judge the answers.

    Raises:
        GoldError: the folder holds no gold questions, or wrong ones.
        SnapshotError: the snapshot was made with another model.
        ModelError: the embedding model cannot be loaded.
    """
    questions, floors = read_gold(folder), read_floors(folder)
    answers = ask(
        assistant_over(snapshot, embeddings), questions, reference_day(snapshot), progress
    )
    texts = {passage.id: passage.text for passage in snapshot.passages}
    judged = tuple(
        Judged(gold, answer, judge(gold, answer, texts.get))
        for gold, answer in zip(questions, answers, strict=True)
    )
    scores, found = tuple(by_class(judged)), figures(judged)
    return Evaluation(judged, scores, found, floors, tuple(below_floor(scores, found, floors)))
