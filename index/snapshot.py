"""A snapshot: the immutable folder that holds everything needed to answer.

::

    0012-20261122T190512Z/
        manifest.json          format, model, counts, digest of every file
        configuration.json     profile, glossary, contacts, checks
        documents.jsonl        one document a line: metadata and text
        passages.jsonl         one passage a line, ordered by document and place
        units.npy              one unit a row: document, start, end, sentence, heading
        passages.faiss         passage vectors: float32, inner product
        units.faiss            unit vectors: the same
        passage_words/         BM25 of the passages (arrays and JSON)
        document_words/        BM25 of the documents
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
from index.corpus import Corpus, Integers
from index.documents.model import Metadata
from index.embedding import Vectors
from index.errors import SnapshotError
from index.lexical import DOCUMENT_K1, PASSAGE_K1, LexicalIndex
from index.passages import Passage
from index.sentences import Unit

# Raised when a reader of the older format could not read the newer one.
FORMAT_VERSION = 2
# Rounding in float32 leaves a unit vector's length this near to 1.
_LENGTH_TOLERANCE = 1e-3
_READ_BYTES = 1 << 20
_MANIFEST = "manifest.json"
_CONFIGURATION = "configuration.json"
_DOCUMENTS = "documents.jsonl"
_PASSAGES = "passages.jsonl"
_UNITS = "units.npy"
_PASSAGE_VECTORS = "passages.faiss"
_UNIT_VECTORS = "units.faiss"
_PASSAGE_WORDS = "passage_words"
_DOCUMENT_WORDS = "document_words"

_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """What a snapshot keeps of a document.

    Attributes:
        path: the file's path under the knowledge folder.
        digest: SHA-256 (hex) of the bytes it was read from.
        metadata: what is known about it.
        text: its whole text; spans of passages, units and quotes count in it.
        warnings: what its loader warned about.
    """

    path: str
    digest: str
    metadata: Metadata
    text: str
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
    """What goes into a snapshot.

    Attributes:
        configuration: profile, glossary, contacts and checks.
        documents: the documents.
        passages: the passages of all documents, in their order.
        units: the units of each document.
        passage_vectors: float32 of shape (passages, dimension).
        unit_vectors: float32 of shape (units, dimension).
        knowledge_digest: of everything the snapshot was made from.
        model_id: the model that made the vectors.
        chunker_version: the rules that cut the passages.
    """

    configuration: Configuration
    documents: Sequence[DocumentRecord]
    passages: Sequence[Passage]
    units: Sequence[Sequence[Unit]]
    passage_vectors: Vectors
    unit_vectors: Vectors
    knowledge_digest: str
    model_id: str
    chunker_version: int


class Snapshot:
    """An opened snapshot.

    Attributes:
        manifest: what it says about itself.
        configuration: profile, glossary, contacts and checks.
        documents: document records by path, in the order of the corpus.
        corpus: the documents as texts, passages and units.
        vectors: FAISS index of the passages (inner product of unit vectors: the cosine).
        unit_vectors: the same of the units.
        passage_words: BM25 index of the passages.
        document_words: BM25 index of the documents.
    """

    def __init__(
        self,
        manifest: Manifest,
        configuration: Configuration,
        documents: Iterable[DocumentRecord],
        corpus: Corpus,
        vectors: faiss.Index,
        unit_vectors: faiss.Index,
        passage_words: LexicalIndex,
        document_words: LexicalIndex,
    ) -> None:
        self.manifest = manifest
        self.configuration = configuration
        self.documents = {record.path: record for record in documents}
        self.corpus = corpus
        self.vectors = vectors
        self.unit_vectors = unit_vectors
        self.passage_words = passage_words
        self.document_words = document_words

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages."""
        return self.corpus.passages

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
    units = _unit_table(contents.units)
    _check_vectors(contents.passage_vectors, len(contents.passages))
    _check_vectors(contents.unit_vectors, len(units))
    folder.mkdir(parents=True)
    (folder / _CONFIGURATION).write_text(contents.configuration.model_dump_json(), "utf-8")
    _write_lines(folder / _DOCUMENTS, contents.documents, _document_adapter())
    _write_lines(folder / _PASSAGES, contents.passages, _passage_adapter())
    np.save(folder / _UNITS, units, allow_pickle=False)
    _write_vectors(folder / _PASSAGE_VECTORS, contents.passage_vectors)
    _write_vectors(folder / _UNIT_VECTORS, contents.unit_vectors)
    passage_texts = [passage.embedded_text for passage in contents.passages]
    document_texts = [f"{record.metadata.title}\n{record.text}" for record in contents.documents]
    LexicalIndex.build(passage_texts, PASSAGE_K1).save(folder / _PASSAGE_WORDS)
    LexicalIndex.build(document_texts, DOCUMENT_K1).save(folder / _DOCUMENT_WORDS)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        name=folder.name,
        created=created,
        model_id=contents.model_id,
        dimension=contents.passage_vectors.shape[1],
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
        corpus = _corpus(documents, passages, np.load(folder / _UNITS, allow_pickle=False))
        vectors = faiss.read_index(str(folder / _PASSAGE_VECTORS))
        unit_vectors = faiss.read_index(str(folder / _UNIT_VECTORS))
        passage_words = LexicalIndex.load(folder / _PASSAGE_WORDS, len(passages))
        document_words = LexicalIndex.load(folder / _DOCUMENT_WORDS, len(documents))
    except (OSError, ValueError, RuntimeError, LookupError) as error:
        raise SnapshotError(
            f"snapshot {folder.name} cannot be read; run “xinzhou index”"
        ) from error
    sizes = (vectors.ntotal, unit_vectors.ntotal, vectors.d, unit_vectors.d)
    expected = (manifest.passages, len(corpus.units), manifest.dimension, manifest.dimension)
    counts = (len(documents), len(passages))
    if sizes != expected or counts != (manifest.documents, manifest.passages):
        raise SnapshotError(f"snapshot {folder.name} does not hold together; run “xinzhou index”")
    return Snapshot(
        manifest,
        configuration,
        documents,
        corpus,
        vectors,
        unit_vectors,
        passage_words,
        document_words,
    )


def _unit_table(units: Sequence[Sequence[Unit]]) -> Integers:
    """Units as rows: document, start, end, sentence, heading; int64 of shape (units, 5)."""
    rows = [
        (document, unit.start, unit.end, unit.sentence, unit.is_heading)
        for document, its_units in enumerate(units)
        for unit in its_units
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 5)


def _corpus(
    documents: Sequence[DocumentRecord], passages: Sequence[Passage], units: Integers
) -> Corpus:
    row = {record.path: place for place, record in enumerate(documents)}
    return Corpus(
        titles=[record.metadata.title for record in documents],
        texts=[record.text for record in documents],
        passages=passages,
        passage_document=np.array([row[passage.document] for passage in passages], dtype=np.int64),
        units=[
            Unit(start, end, sentence, bool(heading))
            for _, start, end, sentence, heading in units.tolist()
        ],
        unit_document=units[:, 0],
    )


def _write_vectors(file: Path, vectors: Vectors) -> None:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(file))


def _check_vectors(vectors: Vectors, count: int) -> None:
    if vectors.ndim != 2 or len(vectors) != count:
        raise SnapshotError("there is not one vector for each text; delete the vector cache")
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
