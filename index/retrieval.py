"""Question → ranking → hits: dense and lexical search over one snapshot, as a LangChain retriever.

Four searches (passages and units by meaning, passages and documents by words) name candidate
documents; for these all four sides are computed exactly and fused (see `index.fusion`).
"""

from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Any

import faiss
import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from index.corpus import Corpus, Integers
from index.documents.model import DocumentKind, Metadata
from index.embedding import SentenceEmbeddings, Vectors
from index.evidence_model import EvidenceModel, evidence_model
from index.fusion import Floats, Sides, best_of, fuse, fuse_passages, voice
from index.lexical import LexicalIndex
from index.passages import Passage
from index.places import missing_share, named_places
from index.question import analyse, focus_tokens
from index.ranking import Ranking, cosines, one_thread, rows_of
from index.snapshot import Snapshot
from index.text import to_simplified
from index.understanding import Query
from index.unit_weighing import WEIGHED_DOCUMENTS, WeighedUnits, weigh_units

DEFAULT_TOP = 10
# So many documents of each search are weighed. The right document was among them for all but 12 of
# 1,993 questions, 11 of the 12 about the set where other documents answer too (docs/quality.md).
_CANDIDATE_DOCUMENTS = 40
# So many passages and units are asked for to get that many different documents.
_CANDIDATE_PASSAGES = 160
_CANDIDATE_UNITS = 320
# Another name for what was asked counts less than the word itself: it widens the search, and must
# not outvote the question.
_SYNONYM_WEIGHT = 0.5
# What a document's best unit lacks against the best of all counts so much against it; a document
# none of whose units was weighed lacks this. Chosen on the tune halves (docs/quality.md).
_UNIT_STEP = 0.05
_NO_UNIT_GAP = 6.0
# A further passage of a document comes this much later, so that ten hits name several documents:
# half of it costs .006 of recall at ten on one set, more changes nothing (docs/quality.md).
_REPETITION_PENALTY = 0.3


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer. An empty filter lets all pass.

    Attributes:
        topics: any of these topics.
        places: any of these places.
        kinds: any of these kinds.
        languages: documents in any of these languages, or whose language is not known.
        published_in: published in any of these years.
        in_force_on: drop what had expired, or was not yet in effect, on this day.
    """

    topics: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset()
    languages: frozenset[str] = frozenset()
    published_in: frozenset[int] = frozenset()
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
            and (not self.published_in or _year(metadata) in self.published_in)
            and (self.in_force_on is None or in_force(metadata, self.in_force_on))
        )


NO_FILTERS = Filters()


class Hit(Document):
    """A passage found for a question.

    Attributes:
        passage: the passage; its text is also `page_content`.
        score: the fused score; only its order means anything.
        dense: cosine of question and passage.
        lexical: BM25 share of the passage.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Found:
    """A ranking, its best documents read closely.

    Attributes:
        ranking: the documents found; the first few ordered anew by their best unit.
        weighed: the units of the first few.
        unit_scores: the score of each; shape (units,).
    """

    ranking: Ranking
    weighed: WeighedUnits
    unit_scores: Floats


class HybridRetriever(BaseRetriever):
    """Finds the passages of one snapshot that a question asks for.

    ``retriever.invoke(question, synonyms=(), top=10, filters=Filters(...))`` returns `Hit` objects,
    best first.
    """

    snapshot: Snapshot
    embeddings: SentenceEmbeddings
    coefficients: EvidenceModel = Field(default_factory=evidence_model)

    def find(self, query: Query, filters: Filters = NO_FILTERS) -> Found | None:
        """Find and order the documents for a question; None where none may answer.

        Raises:
            ModelError: the embedding model cannot be loaded.
        """
        ranking = self.rank(query, filters)
        weighed = self.weigh(ranking)
        if weighed is None:
            return None
        return read_closely(
            ranking, weighed, self.coefficients.units.predict(weighed.columns), self.snapshot.corpus
        )

    def weigh(self, ranking: Ranking) -> WeighedUnits | None:
        """Describe the units of the best documents; None where there are none."""
        snapshot, corpus = self.snapshot, self.snapshot.corpus
        best = ranking.documents[:WEIGHED_DOCUMENTS]
        rows = rows_of(best, corpus.first_unit)
        if not len(rows):
            return None
        unit_cosines = cosines(snapshot.unit_vectors, rows, ranking.vector)
        places = named_places(ranking.question.folded)
        missing = {
            document: missing_share(places, corpus.titles[document] + corpus.texts[document])
            for document in best.tolist()
        }
        return weigh_units(ranking, corpus, unit_cosines, missing)

    def rank(self, query: Query, filters: Filters = NO_FILTERS) -> Ranking:
        """Order the documents for a question by what speaks for them as wholes.

        Raises:
            ModelError: the embedding model cannot be loaded.
        """
        snapshot, corpus = self.snapshot, self.snapshot.corpus
        vector = self.embeddings.encode_queries([embedded_question(query)])[0]
        passage_shares = self._shares(snapshot.passage_words, query)
        document_shares = self._shares(snapshot.document_words, query)
        allowed = self._allowed(filters)
        candidates = self._candidates(vector, passage_shares, document_shares, allowed)
        passages = rows_of(candidates, corpus.first_passage)
        units = rows_of(candidates, corpus.first_unit)
        owners = np.searchsorted(candidates, corpus.passage_document[passages])
        passage_cosines = cosines(snapshot.vectors, passages, vector)
        unit_cosines = cosines(snapshot.unit_vectors, units, vector)
        count = len(candidates)
        sides = Sides(
            dense=best_of(passage_cosines, owners, count),
            sentence=best_of(
                unit_cosines, np.searchsorted(candidates, corpus.unit_document[units]), count
            ),
            lexical=best_of(passage_shares[passages], owners, count),
            document=document_shares[candidates],
        )
        best_share = float(np.max((sides.lexical + sides.document) / 2, initial=0.0))
        loudness = voice(best_share)
        jointness = 1 - len(corpus.titles) / max(len(corpus.passages), 1)
        scores = fuse(sides, loudness, jointness)
        order = np.argsort(-scores, kind="stable")
        best_first = rows_of(candidates[order], corpus.first_passage)
        place = np.searchsorted(passages, best_first)  # both hold the same rows; `passages` ascends
        return Ranking(
            question=analyse(query.text, snapshot.passage_words.idf),
            vector=vector,
            documents=candidates[order],
            scores=scores[order],
            sides=Sides(
                dense=sides.dense[order],
                sentence=sides.sentence[order],
                lexical=sides.lexical[order],
                document=sides.document[order],
            ),
            passages=best_first,
            passage_scores=fuse_passages(passage_cosines, passage_shares[passages], loudness)[
                place
            ],
            passage_cosines=passage_cosines[place],
            passage_shares=passage_shares[best_first],
        )

    def hits_of(self, ranking: Ranking, top: int) -> list[Hit]:
        """The best passages of a ranking, best first.

        The best passage of each document scores as its document does, a further one less.
        """
        corpus = self.snapshot.corpus
        document_score = dict(zip(ranking.documents.tolist(), ranking.scores.tolist(), strict=True))
        rank = {document: place for place, document in enumerate(ranking.documents.tolist())}
        hits: list[tuple[float, int, Hit]] = []
        repetitions: dict[int, int] = {}
        best: dict[int, float] = {}
        for place in np.argsort(-ranking.passage_scores, kind="stable").tolist():
            row = int(ranking.passages[place])
            document = int(corpus.passage_document[row])
            score = float(ranking.passage_scores[place])
            gap = best.setdefault(document, score) - score
            repetition = repetitions.get(document, 0)
            repetitions[document] = repetition + 1
            passage = corpus.passages[row]
            hit = Hit(
                id=passage.id,
                page_content=passage.text,
                passage=passage,
                score=document_score[document] - gap - _REPETITION_PENALTY * repetition,
                dense=float(ranking.passage_cosines[place]),
                lexical=float(ranking.passage_shares[place]),
            )
            hits.append((-hit.score, rank[document], hit))
        # Of hits that score alike, the one of the better document comes first.
        return [hit for *_, hit in sorted(hits, key=itemgetter(0, 1))][:top]

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        synonyms: tuple[str, ...] = (),
        top: int = DEFAULT_TOP,
        filters: Filters = NO_FILTERS,
    ) -> list[Document]:
        found = self.find(Query(query, synonyms), filters)
        hits: list[Any] = self.hits_of(found.ranking, top) if found else []
        return hits

    def _shares(self, words: LexicalIndex, query: Query) -> Floats:
        shares: Floats = words.shares(focus_tokens(query.text)).astype(np.float64)
        for synonym in query.synonyms:
            np.maximum(shares, _SYNONYM_WEIGHT * words.shares(focus_tokens(synonym)), out=shares)
        return shares

    def _allowed(self, filters: Filters) -> Integers | None:
        """Rows of the documents that may answer; None where all may."""
        if filters == NO_FILTERS:
            return None
        records = self.snapshot.documents.values()
        return np.flatnonzero([filters.allow(record.metadata) for record in records])

    def _candidates(
        self,
        vector: Vectors,
        passage_shares: Floats,
        document_shares: Floats,
        allowed: Integers | None,
    ) -> Integers:
        """Rows of the documents that any of the four searches names, ascending."""
        snapshot, corpus = self.snapshot, self.snapshot.corpus
        if allowed is not None:
            # Rows that may not answer must not take the places of those that may.
            document_shares = _only(document_shares, allowed)
            passage_shares = _only(passage_shares, rows_of(allowed, corpus.first_passage))
        passages = _nearest(
            snapshot.vectors, vector, _CANDIDATE_PASSAGES, allowed, corpus.first_passage
        )
        units = _nearest(
            snapshot.unit_vectors, vector, _CANDIDATE_UNITS, allowed, corpus.first_unit
        )
        named = (
            corpus.passage_document[passages],
            corpus.unit_document[units],
            corpus.passage_document[_largest(passage_shares, _CANDIDATE_PASSAGES)],
            _largest(document_shares, _CANDIDATE_DOCUMENTS),
        )
        return np.unique(np.concatenate([_first_different(rows) for rows in named]))


def _year(metadata: Metadata) -> int | None:
    return metadata.published.year if metadata.published else None


def embedded_question(query: Query) -> str:
    """What of a question is embedded: simplified, so that both scripts find the same."""
    return to_simplified(query.text)


def in_force(metadata: Metadata, day: date) -> bool:
    """Whether a document is in effect on a day, as far as its dates say."""
    begun = metadata.effective is None or metadata.effective <= day
    return begun and (metadata.expires is None or day <= metadata.expires)


def read_closely(
    ranking: Ranking, weighed: WeighedUnits, unit_scores: Floats, corpus: Corpus
) -> Found:
    """Order the best documents of a ranking anew, by their best units."""
    owners = corpus.unit_document[weighed.rows]
    return Found(_reordered(ranking, owners, unit_scores), weighed, unit_scores)


def _reordered(ranking: Ranking, owners: Integers, unit_scores: Floats) -> Ranking:
    """The best documents ordered anew by fused score and best unit, the rest behind them.

    Args:
        ranking: the documents found.
        owners: the document (row) of each weighed unit; shape (units,).
        unit_scores: the score of each weighed unit; shape (units,).
    """
    best = float(unit_scores.max())
    head = ranking.documents[:WEIGHED_DOCUMENTS]
    gaps = [
        float(unit_scores[owners == document].max(initial=best - _NO_UNIT_GAP)) - best
        for document in head
    ]
    scores = ranking.scores.copy()
    scores[: len(head)] += _UNIT_STEP * np.array(gaps)
    # The rest keeps its own order, behind the last of the best.
    excess = scores[len(head) :].max(initial=-np.inf) - scores[: len(head)].min()
    scores[len(head) :] -= max(excess, 0.0)
    order = np.argsort(-scores, kind="stable")
    sides = ranking.sides
    return replace(
        ranking,
        documents=ranking.documents[order],
        scores=scores[order],
        sides=Sides(
            dense=sides.dense[order],
            sentence=sides.sentence[order],
            lexical=sides.lexical[order],
            document=sides.document[order],
        ),
    )


def _nearest(
    vectors: faiss.Index, vector: Vectors, count: int, allowed: Integers | None, first: Integers
) -> Integers:
    """The rows nearest in meaning, best first, among those of the documents that may answer."""
    parameters = None
    if allowed is not None:
        selector = faiss.IDSelectorBatch(rows_of(allowed, first))
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg] # the stub lacks it
    one_thread()
    _, rows = vectors.search(vector[None], count, params=parameters)
    # FAISS fills up with -1 where there are fewer rows than asked for.
    found: Integers = rows[0][rows[0] >= 0]
    return found


def _largest(shares: Floats, count: int) -> Integers:
    """The rows with the largest shares, best first; none without any share."""
    count = min(count, len(shares))
    rows = np.argpartition(-shares, count - 1)[:count] if count else np.zeros(0, dtype=np.int64)
    ordered = rows[np.argsort(-shares[rows], kind="stable")]
    return ordered[shares[ordered] > 0]


def _only(shares: Floats, rows: Integers) -> Floats:
    """Shares of some rows, and zero for all others."""
    kept = np.zeros_like(shares)
    kept[rows] = shares[rows]
    return kept


def _first_different(documents: Integers) -> Integers:
    """The first documents named, each once, at most as many as are weighed."""
    _, places = np.unique(documents, return_index=True)
    return documents[np.sort(places)[:_CANDIDATE_DOCUMENTS]]
