"""Question → hits: dense and lexical search over one snapshot, fused, as a LangChain retriever."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from index.documents.model import DocumentKind, Metadata
from index.embedding import SentenceEmbeddings
from index.passages import Passage
from index.snapshot import Snapshot
from index.understanding import Query

DEFAULT_TOP = 10
# Another name for what was asked counts less than the word itself: it widens the search, and must
# not outvote the question.
_SYNONYM_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer. An empty filter lets all pass.

    Attributes:
        topics: any of these topics.
        places: any of these places.
        kinds: any of these kinds.
        languages: documents in any of these languages, or whose language is not known.
        in_force_on: drop what had expired, or was not yet in effect, on this day.
    """

    topics: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset()
    languages: frozenset[str] = frozenset()
    in_force_on: date | None = None

    def allow(self, metadata: Metadata) -> bool:
        """Whether a document may answer."""
        return (
            (not self.topics or not self.topics.isdisjoint(metadata.topics))
            and (not self.places or not self.places.isdisjoint(metadata.places))
            and (not self.kinds or metadata.kind in self.kinds)
            and (
                not self.languages
                or metadata.language is None
                or metadata.language in self.languages
            )
            and (self.in_force_on is None or in_force(metadata, self.in_force_on))
        )


NO_FILTERS = Filters()


class Hit(Document):
    """A passage found for a question.

    Attributes:
        passage: the passage; its text is also `page_content`.
        score: the fused score; only its order means anything.
        dense: cosine of question and passage.
        lexical: BM25 score of the passage.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float


class HybridRetriever(BaseRetriever):
    """Finds the passages of one snapshot that a question asks for.

    ``retriever.invoke(question, synonyms=(), top=10, filters=Filters(...))`` returns `Hit` objects,
    best first.
    """

    snapshot: Snapshot
    embeddings: SentenceEmbeddings

    def hits(
        self, query: Query, top: int = DEFAULT_TOP, filters: Filters = NO_FILTERS
    ) -> list[Hit]:
        """The hits for a question, best first. As `invoke`, but typed.

        Raises:
            ModelError: the embedding model cannot be loaded.
        """
        found: Any = self.invoke(query.text, synonyms=query.synonyms, top=top, filters=filters)
        hits: list[Hit] = found
        return hits

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        synonyms: tuple[str, ...] = (),
        top: int = DEFAULT_TOP,
        filters: Filters = NO_FILTERS,
    ) -> list[Document]:
        snapshot = self.snapshot
        allowed = np.array(
            [
                filters.allow(snapshot.documents[passage.document].metadata)
                for passage in snapshot.passages
            ]
        )
        if not allowed.any():
            return []
        dense = self._dense_scores(query)
        lexical = snapshot.lexical.scores(query)
        if synonyms:
            lexical += _SYNONYM_WEIGHT * snapshot.lexical.scores(" ".join(synonyms))
        fused = np.where(allowed, fuse(dense, lexical), -np.inf)
        best = np.argsort(-fused, kind="stable")[: min(top, int(allowed.sum()))]
        return [
            Hit(
                id=snapshot.passages[row].id,
                page_content=snapshot.passages[row].text,
                passage=snapshot.passages[row],
                score=float(fused[row]),
                dense=float(dense[row]),
                lexical=float(lexical[row]),
            )
            for row in best
        ]

    def _dense_scores(self, question: str) -> npt.NDArray[np.float32]:
        vector = self.embeddings.encode_queries([question])
        scores, rows = self.snapshot.vectors.search(vector, len(self.snapshot.passages))
        ordered = np.empty(len(self.snapshot.passages), dtype=np.float32)
        ordered[rows[0]] = scores[0]
        return ordered


def fuse(
    dense: npt.NDArray[np.float32], lexical: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Join cosines and BM25 scores of the same passages into one score.

    Both are brought to mean 0 and deviation 1 over all passages and added: cosines of E5 crowd
    into 0.7-1.0 and BM25 scores have no upper bound, so neither can be taken as it is.
    """
    return _standardised(dense) + _standardised(lexical)


def in_force(metadata: Metadata, day: date) -> bool:
    """Whether a document is in effect on a day, as far as its dates say."""
    begun = metadata.effective is None or metadata.effective <= day
    return begun and (metadata.expires is None or day <= metadata.expires)


def _standardised(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    deviation = scores.std()
    if deviation == 0:
        return np.zeros_like(scores)
    standardised: npt.NDArray[np.float32] = (scores - scores.mean()) / deviation
    return standardised
