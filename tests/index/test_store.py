import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import SnapshotError
from index.store import KEPT_SNAPSHOTS, SnapshotStore
from tests.conftest import Workbench

HOLD_LOCK = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def lock_holder(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock of an index folder until it is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(folder / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


@pytest.fixture
def published(workbench: Workbench) -> Workbench:
    """A store with three snapshots."""
    for _ in range(3):
        workbench.build(force=True)
    return workbench


def names(store: SnapshotStore) -> list[str]:
    return [manifest.name for manifest in store.manifests()]


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "index")
    assert store.current_name() is None
    assert store.manifests() == []
    with pytest.raises(SnapshotError, match="run “xinzhou index”"):
        store.open_current()
    with pytest.raises(SnapshotError, match="no earlier snapshot"):
        store.rollback()


def test_snapshots_are_numbered_and_listed_newest_first(published: Workbench) -> None:
    found = names(published.store)
    assert [name.split("-")[0] for name in found] == ["0003", "0002", "0001"]
    assert published.store.current_name() == found[0]
    assert published.store.open_current().manifest.name == found[0]


def test_the_last_few_are_kept(workbench: Workbench) -> None:
    for _ in range(KEPT_SNAPSHOTS + 2):
        workbench.build(force=True)
    assert KEPT_SNAPSHOTS == 5
    assert [name.split("-")[0] for name in names(workbench.store)] == [
        "0007", "0006", "0005", "0004", "0003",
    ]  # fmt: skip
    assert len(list((workbench.store.folder / "snapshots").iterdir())) == KEPT_SNAPSHOTS


def test_numbers_go_on_after_9999(published: Workbench) -> None:
    folder = published.store.folder / "snapshots"
    newest = names(published.store)[0]
    (folder / newest).rename(folder / f"9999{newest[4:]}")
    published.build(force=True)
    published.build(force=True)
    assert published.store.current_name() == names(published.store)[0]
    assert names(published.store)[0].startswith("10001-")


def test_rollback_returns_to_the_one_before(published: Workbench) -> None:
    third, second, first = names(published.store)
    assert published.store.rollback().name == second
    assert published.store.current_name() == second
    assert published.store.rollback().name == first
    with pytest.raises(SnapshotError, match="no earlier snapshot"):
        published.store.rollback()
    assert published.store.current_name() == first
    assert published.store.rollback(third).name == third
    assert published.store.current_name() == third


@pytest.mark.parametrize("name", ["0009-20240101T000000Z", "../../etc", ""])
def test_rollback_to_an_unknown_snapshot_changes_nothing(published: Workbench, name: str) -> None:
    before = published.store.current_name()
    with pytest.raises(SnapshotError, match="there is no snapshot") as caught:
        published.store.rollback(name)
    assert names(published.store)[0] in str(caught.value)
    assert published.store.current_name() == before


def test_rollback_to_a_damaged_snapshot_changes_nothing(published: Workbench) -> None:
    third, second, _ = names(published.store)
    (published.store.folder / "snapshots" / second / "passages.jsonl").write_bytes(b"")
    with pytest.raises(SnapshotError, match="is damaged"):
        published.store.rollback()
    assert published.store.current_name() == third


@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe\x00", b"../../etc\n", b"0001\n"])
def test_a_damaged_pointer_is_noticed_and_mended(published: Workbench, pointer: bytes) -> None:
    file = published.store.folder / "current"
    file.write_bytes(pointer)
    with pytest.raises(SnapshotError, match="current is damaged; run “xinzhou rollback”"):
        published.store.open_current()
    newest = names(published.store)[0]
    assert published.store.rollback().name == newest
    assert published.store.open_current().manifest.name == newest


def test_a_pointer_to_nothing_is_noticed_and_mended(published: Workbench) -> None:
    third, second, _ = names(published.store)
    shutil.rmtree(published.store.folder / "snapshots" / third)
    with pytest.raises(SnapshotError, match="is damaged"):
        published.store.open_current()
    assert published.store.rollback().name == second


def test_a_new_build_mends_a_damaged_pointer(published: Workbench) -> None:
    (published.store.folder / "current").write_bytes(b"\x00")
    report = published.build()
    assert report.published
    assert published.store.open_current().manifest.name == report.snapshot


def test_a_damaged_snapshot_is_left_out_of_the_list(published: Workbench) -> None:
    third, second, first = names(published.store)
    (published.store.folder / "snapshots" / second / "manifest.json").unlink()
    (published.store.folder / "snapshots" / "notes.txt").write_text("not a snapshot", "utf-8")
    assert names(published.store) == [third, first]


def test_a_lock_held_by_a_living_process_is_respected_and_that_of_a_dead_one_void(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.LOCK_TIMEOUT_SECONDS", 0.1)
    with lock_holder(workbench.store.folder) as process:
        with pytest.raises(SnapshotError, match="another run is working on"):
            workbench.build()
        with pytest.raises(SnapshotError, match="another run is working on"):
            workbench.store.rollback()
        assert workbench.store.current_name() is None
        process.kill()
        process.wait()
        assert workbench.build().published


def test_reading_needs_no_lock(published: Workbench) -> None:
    with lock_holder(published.store.folder):
        assert published.store.open_current().passages
        assert len(published.store.manifests()) == 3


def test_the_lock_is_freed_when_a_change_fails(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.LOCK_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(RuntimeError), workbench.store.locked():
        raise RuntimeError
    assert workbench.build().published


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file", "utf-8")
    with (
        pytest.raises(SnapshotError, match="cannot be written"),
        SnapshotStore(tmp_path / "index").locked(),
    ):
        pytest.fail("locked a file")


def test_what_a_killed_build_left_is_removed(workbench: Workbench) -> None:
    left = workbench.store.folder / "building" / "0001-20240101T000000Z"
    left.mkdir(parents=True)
    (left / "passages.jsonl").write_bytes(b"half")
    with workbench.store.locked():
        folder = workbench.store.new_folder(datetime(2024, 1, 2, tzinfo=UTC))
    assert folder.name == "0001-20240102T000000Z"
    assert not folder.exists()
    assert list(folder.parent.iterdir()) == []
