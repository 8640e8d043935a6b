"""What staff do to the knowledge folder and the snapshots. Everything here blocks for seconds."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import yaml

from index.build import Builder, BuildReport
from index.documents.loading import load_document
from index.documents.model import Document
from index.errors import KnowledgeError
from index.snapshot import Manifest
from index.store import SnapshotStore

# Where files sent by staff lie in the knowledge folder.
UPLOAD_FOLDER = "uploads"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A file on its way into the knowledge folder.

    Attributes:
        path: where it will lie, relative to the folder.
        content: its bytes.
        published: its date, where the file itself does not say.
    """

    path: str
    content: bytes
    published: date | None = None


class Library:
    """The knowledge folder and the snapshots made of it."""

    def __init__(
        self, knowledge: Path, store: SnapshotStore, make_builder: Callable[[], Builder]
    ) -> None:
        self._knowledge = knowledge
        self._store = store
        self._make_builder = make_builder

    def reindex(self) -> BuildReport:
        """Bring the snapshot in service up to date.

        Raises:
            AssistantError: it cannot be built.
        """
        return self._make_builder().build()

    def rollback(self) -> Manifest:
        """Put the snapshot before the one in service back.

        Raises:
            SnapshotError: there is none.
        """
        return self._store.rollback()

    def preview(self, new: NewDocument) -> Document:
        """Read a file as indexing would, without keeping it.

        Raises:
            KnowledgeError: it cannot be read.
        """
        with TemporaryDirectory() as folder:
            _write(Path(folder), new)
            return load_document(Path(folder), new.path)

    def publish(self, new: NewDocument) -> BuildReport:
        """Put a file into the knowledge folder and publish; take it out again if that fails.

        Doing it twice does it once: a restart may repeat it.

        Raises:
            AssistantError: the snapshot cannot be built, or the file cannot be read.
        """
        target = self._knowledge / new.path
        former = target.read_bytes() if target.is_file() else None
        _write(self._knowledge, new)
        try:
            report = self._make_builder().build()
        except BaseException:
            self._take_back(target, former)
            raise
        refused = [refusal for refusal in report.refused if refusal.document == new.path]
        if report.held_back or refused:
            self._take_back(target, former)
        if refused:
            raise KnowledgeError(refused[0].reason)
        return report

    def _take_back(self, target: Path, former: bytes | None) -> None:
        if former is not None:
            target.write_bytes(former)
            return
        target.unlink(missing_ok=True)
        target.with_suffix(".yaml").unlink(missing_ok=True)


def upload_path(name: str) -> str:
    """Where a file with this name is kept. Nothing in the name can lead elsewhere."""
    base = PurePath(name.replace("\\", "/")).name.lstrip(".")
    safe = "".join(c if c.isalnum() or c in "._- ()（）《》〔〕" else "_" for c in base)
    return f"{UPLOAD_FOLDER}/{safe or 'file'}"


def _write(root: Path, new: NewDocument) -> None:
    target = root / new.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if new.published is not None:
        sidecar = yaml.safe_dump({"published": new.published})
        target.with_suffix(".yaml").write_text(sidecar, "utf-8")
    # Whole or not at all: an indexing run may read the folder at any moment.
    aside = target.with_name(f".{target.name}.new")
    with aside.open("wb") as stream:
        stream.write(new.content)
        stream.flush()
        os.fsync(stream.fileno())
    shutil.move(aside, target)
