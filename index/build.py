"""Knowledge folder → snapshot: read what changed, embed what is new, verify, publish."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from time import monotonic

from pydantic import BaseModel, ConfigDict

from index.chunking import CHUNKER_VERSION, chunk
from index.configuration import Configuration, read_configuration
from index.documents.loading import document_digest, document_files, load_document
from index.embedding import Vectors
from index.errors import KnowledgeError, SnapshotError
from index.passages import Passage
from index.sentences import units
from index.snapshot import (
    CheckReport,
    Contents,
    DocumentRecord,
    Gate,
    Snapshot,
    open_snapshot,
    write_manifest,
    write_snapshot,
)
from index.store import SnapshotStore
from index.vector_cache import VectorCache

# A refresh that loses more than this share of the passages is more often a mistake (a folder not
# mounted, files moved away) than meant.
LARGEST_LOSS = 0.5

Progress = Callable[[str, int, int], None]
"""Told the name of the step, how much of it is done, and of how much."""


class Refusal(BaseModel):
    """A file that is not in the snapshot, and why."""

    model_config = ConfigDict(frozen=True)

    document: str
    reason: str


class DocumentChanges(BaseModel):
    """Paths of documents, against the snapshot in service."""

    model_config = ConfigDict(frozen=True)

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    unchanged: int = 0


class PassageChanges(BaseModel):
    """Counts of passages, against the snapshot in service."""

    model_config = ConfigDict(frozen=True)

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0


class BuildReport(BaseModel):
    """What an indexing run did.

    Attributes:
        snapshot: the snapshot in service after the run; None where there is none.
        published: whether this run put it there.
        documents: which documents changed.
        passages: how many passages changed.
        embedded: how many passages were embedded (the rest came from the cache).
        refused: files that are not in the snapshot.
        warnings: what staff should look at, by document.
        checks: the result of the checks; None where they did not run.
        held_back: why a snapshot that was built was not published.
        elapsed_ms: how long it took.
    """

    model_config = ConfigDict(frozen=True)

    snapshot: str | None
    published: bool
    documents: DocumentChanges
    passages: PassageChanges
    embedded: int = 0
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    checks: CheckReport | None = None
    held_back: str | None = None
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """The knowledge folder as read."""

    configuration: Configuration
    records: tuple[DocumentRecord, ...]
    passages: tuple[Passage, ...]
    refused: tuple[Refusal, ...]
    digest: str


class Builder:
    """Builds snapshots of one knowledge folder into one store."""

    def __init__(
        self,
        knowledge: Path,
        store: SnapshotStore,
        cache: VectorCache,
        gate: Gate | None = None,
        progress: Progress = lambda step, done, total: None,
    ) -> None:
        """Name the parts.

        Args:
            knowledge: the folder of documents.
            store: where snapshots are published.
            cache: embeds passages.
            gate: the checks a snapshot must pass; None publishes without.
            progress: told how far the run is.
        """
        self._knowledge = knowledge
        self._store = store
        self._cache = cache
        self._gate = gate
        self._progress = progress

    def build(self, *, dry_run: bool = False, force: bool = False) -> BuildReport:
        """Bring the snapshot in service up to date with the knowledge folder.

        Args:
            dry_run: only report what would change.
            force: publish even if the checks fail or most passages would be lost, and rebuild
                even if nothing changed.

        Raises:
            KnowledgeError: the folder is missing or empty, or its configuration is wrong.
            ModelError: the model cannot be loaded.
            SnapshotError: another run is at work, or nothing can be written.
        """
        started = monotonic()
        with self._store.locked():
            previous = self._previous()
            read = self._read(previous)
            report = BuildReport(
                snapshot=previous.manifest.name if previous else None,
                published=False,
                documents=_document_changes(previous, read),
                passages=_passage_changes(previous, read),
                refused=read.refused,
                warnings=tuple(
                    f"{record.path}: {warning}"
                    for record in read.records
                    for warning in record.warnings
                ),
            )
            up_to_date = previous is not None and previous.manifest.knowledge_digest == read.digest
            if not dry_run and (force or not up_to_date):
                report = self._publish(previous, read, report, force=force)
            elapsed_ms = round((monotonic() - started) * 1000)
            return report.model_copy(update={"elapsed_ms": elapsed_ms})

    def _previous(self) -> Snapshot | None:
        """The snapshot in service if it can be built upon."""
        try:
            previous = self._store.open_current()
            previous.require_model(self._cache.embeddings.model_id)
        except SnapshotError:
            return None
        return previous if previous.manifest.chunker_version == CHUNKER_VERSION else None

    def _read(self, previous: Snapshot | None) -> _Read:
        configuration = read_configuration(self._knowledge)
        known = _known_documents(previous)
        records: list[DocumentRecord] = []
        passages: list[Passage] = []
        refused: list[Refusal] = []
        paths = list(document_files(self._knowledge))
        for done, path in enumerate(paths, start=1):
            record: DocumentRecord | None = None
            its_passages: tuple[Passage, ...] = ()
            try:
                record, its_passages = self._read_document(path, known)
            except KnowledgeError as error:
                reason = str(error)
                if path in known:
                    # What was good stays: a file damaged today does not take back yesterday's.
                    reason += " (the version indexed before stays in service)"
                    record, its_passages = known[path]
                refused.append(Refusal(document=path, reason=reason))
            if record is not None:
                records.append(record)
                passages.extend(its_passages)
            self._progress("reading", done, len(paths))
        if not passages:
            reasons = "".join(f"; {refusal.reason}" for refusal in refused[:1])
            raise KnowledgeError(
                f"{self._knowledge} holds no document that can be read{reasons}; "
                "add one and index again (what is published stays in service)",
            )
        return _Read(
            configuration=configuration,
            records=tuple(records),
            passages=tuple(passages),
            refused=tuple(refused),
            digest=_knowledge_digest(configuration, records),
        )

    def _read_document(
        self, path: str, known: dict[str, tuple[DocumentRecord, tuple[Passage, ...]]]
    ) -> tuple[DocumentRecord, tuple[Passage, ...]]:
        """Take an unchanged document from the last snapshot, else load and cut it."""
        if path in known:
            record, passages = known[path]
            if record.digest == document_digest(self._knowledge, path):
                return record, passages
        document = load_document(self._knowledge, path)
        record = DocumentRecord(
            path, document.digest, document.metadata, document.text, document.warnings
        )
        return record, chunk(document)

    def _publish(
        self, previous: Snapshot | None, read: _Read, report: BuildReport, *, force: bool
    ) -> BuildReport:
        document_units = [list(units(record.text)) for record in read.records]
        passage_vectors, embedded = self._embed(
            "embedding passages", [passage.embedded_text for passage in read.passages]
        )
        unit_vectors, _ = self._embed(
            "embedding sentences",
            [
                record.text[unit.start : unit.end]
                for record, its_units in zip(read.records, document_units, strict=True)
                for unit in its_units
            ],
        )
        created = datetime.now(UTC).replace(microsecond=0)
        contents = Contents(
            configuration=read.configuration,
            documents=read.records,
            passages=read.passages,
            units=document_units,
            passage_vectors=passage_vectors,
            unit_vectors=unit_vectors,
            knowledge_digest=read.digest,
            model_id=self._cache.embeddings.model_id,
            chunker_version=CHUNKER_VERSION,
        )
        with self._writing():
            folder = self._store.new_folder(created)
            manifest = write_snapshot(folder, contents, created)
        # Opened as the bot will open it: what cannot be read back is not published.
        snapshot = open_snapshot(folder)
        checks = self._gate(snapshot) if self._gate else None
        with self._writing():
            write_manifest(folder, manifest.model_copy(update={"checks": checks}))
        report = report.model_copy(update={"embedded": embedded, "checks": checks})
        held_back = _reason_to_hold_back(previous, read, checks)
        if held_back and not force:
            return report.model_copy(update={"held_back": held_back})
        with self._writing():
            self._store.publish(folder)
        return report.model_copy(update={"snapshot": manifest.name, "published": True})

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Name the folder where nothing can be written, a full disk most often."""
        try:
            yield
        except (OSError, RuntimeError) as error:  # FAISS raises the latter
            reason = getattr(error, "strerror", None) or "the disk may be full"
            raise SnapshotError(
                f"{self._store.folder} cannot be written ({reason}); "
                "what is published stays in service",
            ) from error

    def _embed(self, step: str, texts: list[str]) -> tuple[Vectors, int]:
        return self._cache.encode_documents(
            texts, lambda done, total: self._progress(step, done, total)
        )


def _known_documents(
    previous: Snapshot | None,
) -> dict[str, tuple[DocumentRecord, tuple[Passage, ...]]]:
    if previous is None:
        return {}
    return {
        path: (previous.documents[path], tuple(passages))
        for path, passages in groupby(previous.passages, key=lambda passage: passage.document)
    }


def _knowledge_digest(configuration: Configuration, records: list[DocumentRecord]) -> str:
    digest = hashlib.sha256(configuration.model_dump_json().encode())
    for record in records:
        digest.update(f"{record.path}\0{record.digest}\0".encode())
    return digest.hexdigest()


def _document_changes(previous: Snapshot | None, read: _Read) -> DocumentChanges:
    old = {path: record.digest for path, record in previous.documents.items()} if previous else {}
    new = {record.path: record.digest for record in read.records}
    return DocumentChanges(
        created=tuple(path for path in new if path not in old),
        updated=tuple(path for path in new if path in old and new[path] != old[path]),
        deleted=tuple(path for path in old if path not in new),
        unchanged=sum(new.get(path) == digest for path, digest in old.items()),
    )


def _passage_changes(previous: Snapshot | None, read: _Read) -> PassageChanges:
    old = dict(_texts(previous.passages)) if previous else {}
    new = dict(_texts(read.passages))
    kept = [name for name in new if name in old]
    return PassageChanges(
        created=len(new) - len(kept),
        updated=sum(new[name] != old[name] for name in kept),
        deleted=len(old) - len(kept),
        unchanged=sum(new[name] == old[name] for name in kept),
    )


def _texts(passages: tuple[Passage, ...]) -> Iterator[tuple[str, str]]:
    return ((passage.id, passage.embedded_text) for passage in passages)


def _reason_to_hold_back(
    previous: Snapshot | None, read: _Read, checks: CheckReport | None
) -> str | None:
    if previous and len(read.passages) < len(previous.passages) * (1 - LARGEST_LOSS):
        return (
            f"{len(previous.passages) - len(read.passages)} of {len(previous.passages)} passages "
            "would be lost; if that is meant, repeat with --force"
        )
    if checks and checks.failures:
        return f"{len(checks.failures)} checks failed; mend the documents or the checks, or --force"
    return None
