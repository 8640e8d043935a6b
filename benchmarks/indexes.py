"""The sets as indexes: built by the real builder, and kept: a second run embeds nothing."""

import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks.datasets import Case, Dataset, read_datasets, topic_of
from index.build import Builder
from index.bundled_model import MODEL_NAME
from index.embedding import SentenceEmbeddings, Vectors
from index.retrieval import Filters
from index.snapshot import Snapshot
from index.store import SnapshotStore
from index.text import letters
from index.vector_cache import VectorCache

# Under the project's own data folder: the exported model is shared, all else is the benchmark's.
REPOSITORY = Path(__file__).parents[1]
MODELS = REPOSITORY / "var" / "models"
WORKSPACE = REPOSITORY / "var" / "bench"
# A shorter answer (“11”, “医院”) stands in many documents that do not answer.
_LEAST_TELLING_LETTERS = 4
_QUESTIONS_AT_ONCE = 64


class RememberedQuestions(SentenceEmbeddings):
    """Embeds questions, each once and for all: their vectors are kept in a file."""

    def __init__(self, model: str, models_folder: Path, file: Path) -> None:
        super().__init__(model, models_folder)
        self._file = file
        self._vectors: dict[str, Vectors] = {}
        if file.is_file():
            with np.load(file, allow_pickle=False) as kept:
                self._vectors = dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, those seen before from memory."""
        missing = [text for text in texts if self._name_of(text) not in self._vectors]
        if missing:
            vectors = super().encode_queries(missing)
            names = map(self._name_of, missing)
            self._vectors.update(zip(names, vectors, strict=True))
        return np.stack([self._vectors[self._name_of(text)] for text in texts])

    def encode_anew(self, text: str) -> Vectors:
        """Embed a question, whether its vector is known or not."""
        return super().encode_queries([text])

    def remember(self, texts: Iterable[str]) -> None:
        """Embed questions and keep their vectors."""
        missing = [
            text for text in dict.fromkeys(texts) if self._name_of(text) not in self._vectors
        ]
        for start in range(0, len(missing), _QUESTIONS_AT_ONCE):
            self.encode_queries(missing[start : start + _QUESTIONS_AT_ONCE])
            _tell("embedding questions", start, len(missing))
        if missing:
            _tell("embedding questions", len(missing), len(missing))
            names, vectors = list(self._vectors), np.stack(list(self._vectors.values()))
            # In two steps: a run that is cut short leaves the old file whole.
            draft = self._file.with_suffix(".new.npz")
            np.savez(draft, names=np.array(names), vectors=vectors)
            draft.replace(self._file)

    def _name_of(self, text: str) -> str:
        return hashlib.sha256(f"{self.model_id}\0{text}".encode()).hexdigest()


@dataclass(frozen=True)
class Indexed:
    """A set with its index.

    Attributes:
        dataset: the set.
        snapshot: the index of its documents.
        embeddings: embeds questions.
    """

    dataset: Dataset
    snapshot: Snapshot
    embeddings: RememberedQuestions

    def without_answer(self, case: Case) -> Filters:
        """Leaves out the document that answers a question, and all others that hold the answer."""
        answer = letters(case.answer)
        telling = len(answer) >= _LEAST_TELLING_LETTERS
        return Filters(
            topics=frozenset(
                topic_of(path)
                for path, text in self._letters.items()
                if path != case.document and not (telling and answer in text)
            )
        )

    @cached_property
    def _letters(self) -> dict[str, str]:
        return {path: letters(record.text) for path, record in self.snapshot.documents.items()}


def open_indexes(data: Path, workspace: Path = WORKSPACE) -> dict[str, Indexed]:
    """Bring the index of each set up to date and open it.

    Args:
        data: the folder of the sets.
        workspace: where indexes and vectors are kept.

    Raises:
        DataError: the folder of the sets is missing or incomplete.
        KnowledgeError, ModelError, SnapshotError: an index cannot be built.
    """
    datasets = read_datasets(data)
    workspace.mkdir(parents=True, exist_ok=True)
    embeddings = RememberedQuestions(MODEL_NAME, MODELS, workspace / "questions.npz")
    cache = VectorCache(workspace / "vectors.sqlite3", embeddings)
    indexes = {}
    for name, dataset in datasets.items():
        folder = workspace / name
        dataset.write(folder / "knowledge")
        store = SnapshotStore(folder / "index")

        def tell(step: str, done: int, total: int, name: str = name) -> None:
            _tell(f"{name}: {step}", done, total)

        # Forced: the index is also outdated where only the code that makes it changed.
        Builder(folder / "knowledge", store, cache, progress=tell).build(force=True)
        indexes[name] = Indexed(dataset, store.open_current(), embeddings)
    return indexes


def _tell(step: str, done: int, total: int) -> None:
    end = "\n" if done == total else "\r"
    print(f"  {step} {done} / {total}    ", end=end, file=sys.stderr, flush=True)
