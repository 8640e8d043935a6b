"""Vectors that were computed before, by model and text: a refresh embeds only what is new."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.embedding import SentenceEmbeddings, Vectors
from index.errors import SnapshotError

# Written after each of these, so that a build killed halfway goes on where it was.
_TEXTS_PER_WRITE = 256
# SQLite allows 32,766 parameters in a statement; a few hundred are as fast.
_DIGESTS_PER_QUERY = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    model TEXT NOT NULL, digest BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (model, digest)
) WITHOUT ROWID
"""


class VectorCache:
    """Embeds passages through a cache on disk (SQLite).

    Attributes:
        embeddings: what embeds the texts that the cache does not have.
    """

    def __init__(self, file: Path, embeddings: SentenceEmbeddings) -> None:
        self._file = file
        self.embeddings = embeddings

    def encode_documents(
        self,
        texts: Sequence[str],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> tuple[Vectors, int]:
        """Vectors for `texts`, from the cache where it has them.

        Args:
            texts: passages, as they are embedded.
            progress: told how many of the missing texts are done, and how many they are.

        Returns:
            float32 of shape (len(texts), dimension), and how many texts were embedded.

        Raises:
            ModelError: the model cannot be loaded.
            SnapshotError: the cache cannot be written.
        """
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SnapshotError(
                f"{self._file.parent} cannot be written ({error.strerror}); correct DATA_DIR"
            ) from error
        try:
            with closing(sqlite3.connect(self._file, timeout=60)) as database:
                # A lost cache costs time, not truth: no full synchronisation.
                database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
                database.execute(_SCHEMA)
                known = self._known(database, digests)
                missing = {d: t for d, t in zip(digests, texts, strict=True) if d not in known}
                for done, (digest, vector) in enumerate(self._embed(database, missing), start=1):
                    known[digest] = vector
                    progress(done, len(missing))
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error
        if not texts:
            return np.empty((0, 0), dtype=np.float32), 0
        try:
            vectors = np.stack([np.frombuffer(known[digest], dtype="<f4") for digest in digests])
        except ValueError as error:
            raise self._unusable(error) from error
        return vectors.astype(np.float32, copy=False), len(missing)

    def _unusable(self, error: Exception) -> SnapshotError:
        return SnapshotError(
            f"the vector cache {self._file} cannot be used ({error}); delete it and index again"
        )

    def _known(self, database: sqlite3.Connection, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        known: dict[bytes, bytes] = {}
        for start in range(0, len(digests), _DIGESTS_PER_QUERY):
            part = digests[start : start + _DIGESTS_PER_QUERY]
            marks = ",".join("?" * len(part))
            known.update(
                database.execute(
                    f"SELECT digest, vector FROM vectors WHERE model = ? AND digest IN ({marks})",  # noqa: S608 - marks only
                    (self.embeddings.model_id, *part),
                )
            )
        return known

    def _embed(
        self, database: sqlite3.Connection, missing: dict[bytes, str]
    ) -> Iterator[tuple[bytes, bytes]]:
        # Texts of like length share a batch, so that little is spent on padding.
        by_length = sorted(missing.items(), key=lambda item: len(item[1]))
        for start in range(0, len(by_length), _TEXTS_PER_WRITE):
            part = by_length[start : start + _TEXTS_PER_WRITE]
            vectors = self.embeddings.encode_documents([text for _, text in part])
            rows = [
                (digest, vector.astype("<f4").tobytes())
                for (digest, _), vector in zip(part, vectors, strict=True)
            ]
            with database:
                database.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                    [(self.embeddings.model_id, *row) for row in rows],
                )
            yield from rows
