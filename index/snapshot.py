"""A snapshot: the immutable folder that holds everything needed to answer.

::

    0012-20261122T190512Z/
        manifest.json          format, model, counts, digest of every file
        configuration.json     profile, glossary, contacts, checks
        documents.jsonl        one document record a line
        passages.jsonl         one passage a line, in the order of the vectors
        vectors.faiss          float32, inner product
        lexical/               BM25 (arrays and JSON)
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import faiss
import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from index.configuration import Configuration
from index.documents.model import Metadata
from index.embedding import Vectors
from index.errors import SnapshotError
from index.lexical import LexicalIndex
from index.passages import Passage

# Raised when a reader of the older format could not read the newer one.
FORMAT_VERSION = 1
# Rounding in float32 leaves a unit vector's length this near to 1.
_LENGTH_TOLERANCE = 1e-3
_READ_BYTES = 1 << 20
_MANIFEST = "manifest.json"
_CONFIGURATION = "configuration.json"
_DOCUMENTS = "documents.jsonl"
_PASSAGES = "passages.jsonl"
_VECTORS = "vectors.faiss"
_LEXICAL = "lexical"

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What a snapshot keeps of a document; its text lies in the passages.

    Attributes:
        path: the file's path under the knowledge folder.
        digest: SHA-256 (hex) of the bytes it was read from.
        metadata: what is known about it.
        warnings: what its loader warned about.
    """

    path: str
    digest: str
    metadata: Metadata
    warnings: tuple[str, ...] = ()


class CheckFailure(BaseModel):
    """A check that a snapshot did not pass, in words for staff."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    expected: str
    found: str


class CheckReport(BaseModel):
    """The result of running the knowledge folder's checks on a snapshot."""

    model_config = ConfigDict(frozen=True)

    passed: int
    failures: tuple[CheckFailure, ...] = ()


class Manifest(BaseModel):
    """What a snapshot says about itself."""

    model_config = ConfigDict(frozen=True)

    format_version: int
    name: str
    created: datetime
    model_id: str
    dimension: int
    chunker_version: int
    documents: int
    passages: int
    knowledge_digest: str
    files: dict[str, str]
    checks: CheckReport | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a snapshot."""

    configuration: Configuration
    documents: Sequence[DocumentRecord]
    passages: Sequence[Passage]
    vectors: Vectors
    knowledge_digest: str
    model_id: str
    chunker_version: int


class Snapshot:
    """An opened snapshot.

    Attributes:
        manifest: what it says about itself.
        configuration: profile, glossary, contacts and checks.
        documents: document records by path.
        passages: all passages, in the order of the vectors.
        vectors: the FAISS index (inner product of unit vectors: the cosine).
        lexical: the BM25 index.
    """

    def __init__(
        self,
        manifest: Manifest,
        configuration: Configuration,
        documents: Iterable[DocumentRecord],
        passages: Sequence[Passage],
        vectors: faiss.Index,
        lexical: LexicalIndex,
    ) -> None:
        self.manifest = manifest
        self.configuration = configuration
        self.documents = {record.path: record for record in documents}
        self.passages = tuple(passages)
        self.vectors = vectors
        self.lexical = lexical

    def require_model(self, model_id: str) -> None:
        """Refuse to be searched with vectors of another model.

        Raises:
            SnapshotError: the snapshot was made with another model.
        """
        if self.manifest.model_id != model_id:
            raise SnapshotError(
                f"snapshot {self.manifest.name} was made with the model {self.manifest.model_id}, "
                f"but {model_id} is configured; run “xinzhou index”, or set EMBEDDING_MODEL back",
            )


def write_snapshot(folder: Path, contents: Contents, created: datetime) -> Manifest:
    """Write a snapshot into the new folder `folder`, whose name becomes the snapshot's.

    Every file is synchronised to disk: what is published later survives a power cut.

    Raises:
        SnapshotError: the vectors do not fit the passages.
    """
    _check_vectors(contents.vectors, len(contents.passages))
    folder.mkdir(parents=True)
    (folder / _CONFIGURATION).write_text(contents.configuration.model_dump_json(), "utf-8")
    _write_lines(folder / _DOCUMENTS, contents.documents, _document_adapter())
    _write_lines(folder / _PASSAGES, contents.passages, _passage_adapter())
    vectors = faiss.IndexFlatIP(contents.vectors.shape[1])
    vectors.add(contents.vectors)
    faiss.write_index(vectors, str(folder / _VECTORS))
    lexical = LexicalIndex.build([passage.embedded_text for passage in contents.passages])
    lexical.save(folder / _LEXICAL)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        name=folder.name,
        created=created,
        model_id=contents.model_id,
        dimension=contents.vectors.shape[1],
        chunker_version=contents.chunker_version,
        documents=len(contents.documents),
        passages=len(contents.passages),
        knowledge_digest=contents.knowledge_digest,
        files={name: _file_digest(folder / name) for name in _files(folder)},
    )
    write_manifest(folder, manifest)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write (or replace) the manifest of a snapshot that is not published yet."""
    (folder / _MANIFEST).write_text(manifest.model_dump_json(indent=1), "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a snapshot.

    Raises:
        SnapshotError: it is missing, damaged, or of another format.
    """
    try:
        manifest = Manifest.model_validate_json((folder / _MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise SnapshotError(
            f"snapshot {folder.name} is damaged (no readable {_MANIFEST}); "
            "run “xinzhou rollback” or “xinzhou index”",
        ) from error
    if manifest.format_version != FORMAT_VERSION:
        raise SnapshotError(
            f"snapshot {folder.name} has format {manifest.format_version}, this program reads "
            f"{FORMAT_VERSION}; run “xinzhou index”",
        )
    return manifest


def open_snapshot(folder: Path) -> Snapshot:
    """Verify and open a snapshot.

    Raises:
        SnapshotError: a file is missing or is not the one that was written, or the counts differ.
    """
    manifest = read_manifest(folder)
    for name, digest in manifest.files.items():
        if _file_digest(folder / name) != digest:
            raise SnapshotError(
                f"snapshot {folder.name} is damaged ({name}); "
                "run “xinzhou rollback” or “xinzhou index”",
            )
    try:
        configuration = Configuration.model_validate_json((folder / _CONFIGURATION).read_bytes())
        documents = _read_lines(folder / _DOCUMENTS, _document_adapter())
        passages = _read_lines(folder / _PASSAGES, _passage_adapter())
        vectors = faiss.read_index(str(folder / _VECTORS))
        lexical = LexicalIndex.load(folder / _LEXICAL, len(passages))
    except (OSError, ValueError, RuntimeError, LookupError) as error:
        raise SnapshotError(
            f"snapshot {folder.name} cannot be read; run “xinzhou index”"
        ) from error
    counts = (len(documents), len(passages), vectors.ntotal, vectors.d)
    if counts != (manifest.documents, manifest.passages, manifest.passages, manifest.dimension):
        raise SnapshotError(f"snapshot {folder.name} does not hold together; run “xinzhou index”")
    return Snapshot(manifest, configuration, documents, passages, vectors, lexical)


def _check_vectors(vectors: Vectors, passages: int) -> None:
    if vectors.ndim != 2 or len(vectors) != passages:
        raise SnapshotError("there is not one vector for each passage; delete the vector cache")
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.all(np.abs(lengths - 1) < _LENGTH_TOLERANCE):
        raise SnapshotError("a vector is not of unit length; delete the vector cache, index again")


def _files(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != _MANIFEST:
            yield file.relative_to(folder).as_posix()


def _file_digest(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while block := stream.read(_READ_BYTES):
                digest.update(block)
    except OSError:
        return ""  # never equals a digest: reported as damage
    return digest.hexdigest()


def _write_lines(file: Path, records: Sequence[_Record], adapter: "TypeAdapter[_Record]") -> None:
    with file.open("wb") as stream:
        for record in records:
            stream.write(adapter.dump_json(record) + b"\n")


def _read_lines(file: Path, adapter: "TypeAdapter[_Record]") -> tuple[_Record, ...]:
    with file.open("rb") as stream:
        return tuple(adapter.validate_json(line) for line in stream)


def _document_adapter() -> "TypeAdapter[DocumentRecord]":
    return TypeAdapter(DocumentRecord)


def _passage_adapter() -> "TypeAdapter[Passage]":
    return TypeAdapter(Passage)


Gate = Callable[[Snapshot], CheckReport]
"""Runs the checks on a snapshot that is not published yet. Handed in by `bot`: `index` does not
know how questions are answered."""
