"""The documents on file, as the snapshot in service has them."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from index.documents.model import Metadata
from index.errors import AssistantError
from index.snapshot import Manifest
from index.store import SnapshotStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The documents of one snapshot.

    Attributes:
        manifest: what the snapshot says about itself.
        documents: what is known about each document, by its path.
    """

    manifest: Manifest
    documents: dict[str, Metadata]

    @property
    def newest(self) -> date | None:
        """When the newest document was published."""
        return max((m.published for m in self.documents.values() if m.published), default=None)

    @property
    def originals(self) -> list[Metadata]:
        """The documents without their translations, the newest first."""
        return sorted(
            (metadata for metadata in self.documents.values() if not metadata.translation_of),
            key=lambda metadata: metadata.published or date.min,
            reverse=True,
        )

    def expiring(self, today: date, within: timedelta) -> dict[str, date]:
        """Documents in force today that will not be so for long, by path, the first first."""
        soon = {
            path: metadata.expires
            for path, metadata in self.documents.items()
            if metadata.expires and today <= metadata.expires <= today + within
        }
        return dict(sorted(soon.items(), key=lambda item: item[1]))


class Holdings:
    """Reads the catalogue of the snapshot in service, anew when another takes its place."""

    def __init__(self, store: SnapshotStore, in_service: Callable[[], str]) -> None:
        """Name the parts.

        Args:
            store: where the snapshots are.
            in_service: tells the name of the snapshot that answers.
        """
        self._store = store
        self._in_service = in_service
        self._catalogue: Catalogue | None = None

    async def catalogue(self) -> Catalogue | None:
        """The catalogue of the snapshot in service; None where none can be opened."""
        try:
            # Both read files: off the event loop.
            name = await asyncio.to_thread(self._in_service)
            if self._catalogue is None or self._catalogue.manifest.name != name:
                self._catalogue = await asyncio.to_thread(self._read)
        except AssistantError as error:
            log.warning("the catalogue cannot be read: %s", error)
            return None
        return self._catalogue

    def _read(self) -> Catalogue:
        snapshot = self._store.open_current()
        documents = {path: record.metadata for path, record in snapshot.documents.items()}
        return Catalogue(snapshot.manifest, documents)
