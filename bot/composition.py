"""Puts the parts together as the settings ask. The only place that knows them all."""

from bot.assistant import Assistant
from bot.gate import make_gate
from bot.settings import Settings
from index.build import Builder, Progress
from index.embedding import SentenceEmbeddings
from index.searching import LiveIndex, Searcher
from index.store import SnapshotStore
from index.vector_cache import VectorCache


class Workshop:
    """All parts for one set of settings; the model is shared among them and loaded once."""

    def __init__(self, settings: Settings) -> None:
        """Name the model without loading it.

        Raises:
            ModelError: the setting names a model folder that is not there.
        """
        self.settings = settings
        self.store = SnapshotStore(settings.index_dir)
        self.embeddings = SentenceEmbeddings(settings.embedding_model, settings.models_dir)

    def assistant(self) -> Assistant:
        """An assistant over the snapshot in service."""
        return Assistant(LiveIndex(self.store, self.embeddings))

    def builder(
        self, progress: Progress = lambda step, done, total: None, *, has_gate: bool = False
    ) -> Builder:
        """A builder of snapshots.

        Args:
            progress: told how far a run is.
            has_gate: publish only what passes the knowledge folder's own checks.
        """
        cache = VectorCache(self.settings.vector_cache_file, self.embeddings)
        gate = make_gate(self.embeddings) if has_gate else None
        return Builder(self.settings.knowledge_dir, self.store, cache, gate, progress)

    def searcher(self) -> Searcher:
        """A searcher of the snapshot in service.

        Raises:
            SnapshotError: there is no snapshot that can be opened.
        """
        return Searcher(self.store.open_current(), self.embeddings)
