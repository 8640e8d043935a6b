"""Everything one snapshot can be asked, and the snapshot in service at any moment."""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic

from index.agreement import agrees, attributes_left_out, named
from index.configuration import Configuration
from index.documents.model import Metadata
from index.embedding import SentenceEmbeddings
from index.errors import SnapshotError
from index.evidence import Evidence, weigh
from index.evidence_model import EvidenceModel, evidence_model
from index.passages import Passage
from index.places import Gazetteer
from index.retrieval import DEFAULT_TOP, NO_FILTERS, Filters, Hit, HybridRetriever, in_force
from index.snapshot import Manifest, Snapshot
from index.store import SnapshotStore
from index.understanding import Query, Understanding

_log = logging.getLogger(__name__)
# A new snapshot must be in service within 5 seconds; reading the pointer takes microseconds.
_POINTER_AGE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What a snapshot has on a question.

    Attributes:
        query: the question as it was searched.
        hits: the passages found, best first.
        evidence: the sentences that answer best, and how likely it is that they do.
    """

    query: Query
    hits: tuple[Hit, ...]
    evidence: Evidence


class Searcher:
    """Searches one snapshot.

    Attributes:
        understanding: reads questions with the snapshot's glossary.
        gazetteer: finds places, and knows which ones the documents speak for.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        embeddings: SentenceEmbeddings,
        coefficients: EvidenceModel | None = None,
    ) -> None:
        """Bind a snapshot to the model it was made with.

        Args:
            snapshot: what is searched.
            embeddings: embeds questions.
            coefficients: the fitted models of evidence; None for those that ship.

        Raises:
            SnapshotError: it was made with another model.
        """
        snapshot.require_model(embeddings.model_id)
        self._snapshot = snapshot
        configuration = snapshot.configuration
        home = configuration.profile.place.zh if configuration.profile else None
        self.understanding = Understanding(configuration.glossary, snapshot.passage_words)
        self.gazetteer = Gazetteer(configuration.glossary, home)
        self._coefficients = coefficients or evidence_model()
        self._retriever = HybridRetriever(
            snapshot=snapshot, embeddings=embeddings, coefficients=self._coefficients
        )
        self._passages = {passage.id: passage for passage in snapshot.passages}
        self._superseded = {
            record.metadata.supersedes
            for record in snapshot.documents.values()
            if record.metadata.supersedes
        }

    @property
    def manifest(self) -> Manifest:
        """What the snapshot says about itself."""
        return self._snapshot.manifest

    @property
    def configuration(self) -> Configuration:
        """The snapshot's profile, glossary, contacts and checks."""
        return self._snapshot.configuration

    def hits(
        self, question: str, top: int = DEFAULT_TOP, filters: Filters = NO_FILTERS
    ) -> list[Hit]:
        """The passages found for a question, best first.

        Raises:
            ModelError: the embedding model cannot be loaded.
        """
        found = self._retriever.find(self.understanding.read(question), filters)
        return self._retriever.hits_of(found.ranking, top) if found else []

    def find(self, question: str, filters: Filters = NO_FILTERS) -> Findings:
        """What the snapshot has on a question.

        Raises:
            ModelError: the embedding model cannot be loaded.
        """
        query = self.understanding.read(question)
        years = named(query.text, self.understanding, self.gazetteer).report_years
        if years and not filters.published_in:
            # What was reported in a year stands in that year's documents, if anywhere.
            findings = self.find(question, replace(filters, published_in=years))
            if findings.evidence.quotes:
                return findings
        found = self._retriever.find(query, filters)
        hits = self._retriever.hits_of(found.ranking, DEFAULT_TOP) if found else []
        evidence = self._agreeing(query, weigh(found, self._snapshot, self._coefficients))
        return Findings(query, tuple(hits), evidence)

    def _agreeing(self, query: Query, evidence: Evidence) -> Evidence:
        """The evidence without the quotes that speak of something else than was asked."""
        asked = named(query.text, self.understanding, self.gazetteer)
        quotes = []
        for quote in evidence.quotes:
            metadata = self.metadata(quote.passage.document)
            if agrees(quote, asked, metadata.places, metadata.published):
                quotes.append(quote)
        # The neighbour of the sentence asked for (签约 beside 落地) comes behind it.
        quotes.sort(key=lambda quote: attributes_left_out(quote, asked))
        return replace(
            evidence,
            quotes=tuple(quotes),
            probability=evidence.probability if quotes else 0.0,
            signals=evidence.signals | {"quotes_agreeing": float(len(quotes))},
            names_known=bool(quotes) and bool(asked.things or asked.places),
            words_known=not self.understanding.unknown_words(query.text),
        )

    def metadata(self, document: str) -> Metadata:
        """What is known about a document of this snapshot."""
        return self._snapshot.documents[document].metadata

    def passage(self, passage_id: str) -> Passage | None:
        """A passage by its id; None where this snapshot has no such passage."""
        return self._passages.get(passage_id)

    def is_current(self, document: str, day: date) -> bool:
        """Whether a document is in force on a day and no other has superseded it."""
        return document not in self._superseded and in_force(self.metadata(document), day)


class LiveIndex:
    """The snapshot in service: follows the pointer without a restart.

    A snapshot that cannot be opened is refused, and the old one stays in service. Safe to use
    from several threads.
    """

    def __init__(self, store: SnapshotStore, embeddings: SentenceEmbeddings) -> None:
        self._store = store
        self._embeddings = embeddings
        self._lock = threading.Lock()
        self._searcher: Searcher | None = None
        self._refused: str | None = None
        self._checked = float("-inf")

    def searcher(self) -> Searcher:
        """A searcher of the snapshot in service.

        Raises:
            SnapshotError: there is none, it is damaged, or it was made with another model.
        """
        with self._lock:
            if self._searcher is None:
                self._searcher = self._open()
            elif monotonic() - self._checked >= _POINTER_AGE_SECONDS:
                self._searcher = self._refreshed(self._searcher)
            return self._searcher

    def _open(self) -> Searcher:
        searcher = Searcher(self._store.open_current(), self._embeddings)
        self._checked = monotonic()
        return searcher

    def _refreshed(self, searcher: Searcher) -> Searcher:
        self._checked = monotonic()
        name: str | None = None
        try:
            name = self._store.current_name()
            if name in (None, searcher.manifest.name, self._refused):
                return searcher
            return self._open()
        except SnapshotError as error:
            _log.error("snapshot refused, %s stays in service: %s", searcher.manifest.name, error)
            self._refused = name
            return searcher
