"""The index folder: the last few snapshots and the pointer to the one in service.

::

    INDEX_DIR/
        current          the name of the snapshot in service (one line)
        lock             held while a snapshot is built or the pointer is moved
        snapshots/       the published ones
        building/        snapshots being built; what a killed build left is removed by the next
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import SnapshotError
from index.snapshot import Manifest, Snapshot, open_snapshot, read_manifest

# The one in service and four to go back to.
KEPT_SNAPSHOTS = 5
# A clerk who starts a second run by accident waits this long before being told why.
LOCK_TIMEOUT_SECONDS = 10.0

_NAME = re.compile(r"(\d{4,})-\d{8}T\d{6}Z\Z")


class SnapshotStore:
    """Finds, publishes, rolls back and removes snapshots under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"
        self._snapshots = folder / "snapshots"
        self._building = folder / "building"

    def current_name(self) -> str | None:
        """The name of the snapshot in service; None where none was ever published.

        Raises:
            SnapshotError: the pointer holds no snapshot's name.
        """
        try:
            name = self._pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._bad_pointer() from error
        if not _NAME.match(name):
            raise self._bad_pointer()
        return name

    def open_current(self) -> Snapshot:
        """Verify and open the snapshot in service.

        Raises:
            SnapshotError: there is none, or it is damaged.
        """
        name = self.current_name()
        if name is None:
            raise SnapshotError(f"no snapshot under {self.folder} yet; run “xinzhou index”")
        return open_snapshot(self._snapshots / name)

    def manifests(self) -> list[Manifest]:
        """The manifests of the published snapshots that can be read, newest first."""
        found = []
        for name in reversed(self._names()):
            try:
                found.append(read_manifest(self._snapshots / name))
            except SnapshotError:
                continue
        return found

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for a change. The lock of a dead process is void at once.

        Raises:
            SnapshotError: another process holds it for longer than `LOCK_TIMEOUT_SECONDS`, or the
                folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "lock", timeout=LOCK_TIMEOUT_SECONDS)
            lock.acquire()
        except Timeout as error:
            raise SnapshotError(
                f"another run is working on {self.folder}; wait for it to end and try again",
            ) from error
        except OSError as error:
            raise SnapshotError(f"{self.folder} cannot be written ({error.strerror})") from error
        try:
            yield
        finally:
            lock.release()

    def new_folder(self, created: datetime) -> Path:
        """A folder aside for the next snapshot; it does not exist yet. Call it `locked`."""
        shutil.rmtree(self._building, ignore_errors=True)
        self._building.mkdir(parents=True)
        last = self._names()[-1:]
        number = int(last[0].split("-")[0]) + 1 if last else 1
        return self._building / f"{number:04d}-{created:%Y%m%dT%H%M%SZ}"

    def publish(self, built: Path) -> None:
        """Put a built and verified snapshot into service. Call it `locked`.

        The pointer is replaced in one step after everything it points to is on disk: a crash at
        any moment leaves the old snapshot in service, or the new one.
        """
        _synchronise(built)
        self._snapshots.mkdir(exist_ok=True)
        built.rename(self._snapshots / built.name)
        _synchronise_folder(self._snapshots)
        self._point_to(built.name)
        self._prune()

    def rollback(self, name: str | None = None) -> Manifest:
        """Return to an earlier snapshot: `name`, or the one before the one in service.

        Where the pointer is damaged, the newest snapshot goes back into service.

        Raises:
            SnapshotError: there is no such snapshot, or it is damaged.
        """
        with self.locked():
            names = self._names()
            target = name if name is not None else self._before_current(names)
            if target not in names:
                known = ", ".join(names) or "none"
                raise SnapshotError(f"there is no snapshot {target}; there are: {known}")
            manifest = open_snapshot(self._snapshots / target).manifest
            self._point_to(target)
            return manifest

    def _before_current(self, names: list[str]) -> str:
        try:
            current = self.current_name()
        except SnapshotError:
            current = None
        earlier = names[: names.index(current)] if current in names else names
        if not earlier:
            raise SnapshotError("there is no earlier snapshot to go back to")
        return earlier[-1]

    def _names(self) -> list[str]:
        if not self._snapshots.is_dir():
            return []
        names = (entry.name for entry in self._snapshots.iterdir())
        return sorted(
            (name for name in names if _NAME.match(name)),
            key=lambda name: (int(name.split("-")[0]), name),
        )

    def _point_to(self, name: str) -> None:
        aside = self._pointer.with_name("current.new")
        with aside.open("w", encoding="utf-8") as stream:
            stream.write(name + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(self._pointer)
        _synchronise_folder(self.folder)

    def _prune(self) -> None:
        current = self.current_name()
        for name in self._names()[:-KEPT_SNAPSHOTS]:
            if name != current:
                shutil.rmtree(self._snapshots / name, ignore_errors=True)

    def _bad_pointer(self) -> SnapshotError:
        return SnapshotError(
            f"{self._pointer} is damaged; run “xinzhou rollback” or “xinzhou index”"
        )


def _synchronise(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            _synchronise(entry)
        else:
            with entry.open("rb") as stream:
                os.fsync(stream.fileno())
    _synchronise_folder(folder)


def _synchronise_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
