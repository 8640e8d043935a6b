"""Asks gold questions. What is right about the answers is decided elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.answering.answer import Answer
from bot.assistant import Assistant, Question
from bot.evaluation.gold import GoldQuestion
from index.embedding import SentenceEmbeddings
from index.searching import Searcher
from index.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PinnedIndex:
    """One snapshot, published or not, whatever is published meanwhile."""

    pinned: Searcher

    def searcher(self) -> Searcher:
        """The searcher of the snapshot."""
        return self.pinned


def assistant_over(snapshot: Snapshot, embeddings: SentenceEmbeddings) -> Assistant:
    """An assistant over one snapshot.

    Raises:
        SnapshotError: the snapshot was made with another model.
    """
    return Assistant(PinnedIndex(Searcher(snapshot, embeddings)))


def reference_day(snapshot: Snapshot) -> date:
    """The day on which questions without a date of their own are asked.

    The newest date of publication: with the clock, the same answers would be judged differently
    once a document has expired.
    """
    days = [record.metadata.published for record in snapshot.documents.values()]
    return max((day for day in days if day), default=datetime.now(UTC).date())


def ask(
    assistant: Assistant,
    questions: Sequence[GoldQuestion],
    day: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Answer]:
    """Ask all questions in order; one answer each.

    Args:
        assistant: who answers. Conversations begin anew, so it must not have heard them before.
        questions: what to ask.
        day: the day for questions without one.
        progress: told how many are done, of how many.

    Raises:
        SnapshotError: there is no snapshot that can be opened.
        ModelError: the embedding model cannot be loaded.
    """
    answers = []
    for done, gold in enumerate(questions, start=1):
        question = Question(
            gold.question, id=gold.id, session=gold.session, today=gold.today or day
        )
        answers.append(assistant.answer(question))
        progress(done, len(questions))
    return answers
