"""A build that is killed at any moment leaves a store that opens."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.store import KEPT_SNAPSHOTS, SnapshotStore
from tests.conftest import REPOSITORY, Workbench

# More accesses than this no build of three documents makes.
MANY = 2000
STRIDE = 3
RANDOM_KILLS = 6


@pytest.fixture
def killed_build(
    workbench: Workbench, vector_cache_file: Path, model_folder: Path
) -> Iterator[Callable[[str, float], str]]:
    """Build in another process that is killed: see `tests.index.doomed_builds`."""
    folders = (workbench.knowledge.root, workbench.store.folder, vector_cache_file)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.index.doomed_builds", *folders, model_folder.parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as process:

        def build(kind: str, value: float) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{kind} {value}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield build


def test_a_build_killed_between_file_accesses_leaves_a_store_that_opens(
    workbench: Workbench, killed_build: Callable[[str, float], str]
) -> None:
    for _ in range(KEPT_SNAPSHOTS):  # so that old ones are removed on the way, too
        workbench.build(force=True)
    served = [workbench.store.current_name()]
    # Every third access, another third in each run.
    access = random.randrange(STRIDE)
    while killed_build("access", access := access + STRIDE) == "killed":
        # Opening verifies every file.
        served.append(workbench.store.open_current().manifest.name)
        assert access < MANY
    assert access > 60  # the kills were real: a build makes more accesses than that
    assert served == sorted(served)  # the old one or the new one, never one from before
    assert len(set(served)) > 2  # some were killed after the change of the pointer
    assert served.count(served[0]) > 10  # many before
    report = workbench.build(force=True)
    assert report.published
    assert len(workbench.store.manifests()) == KEPT_SNAPSHOTS
    assert list((workbench.store.folder / "building").iterdir()) == []


def test_builds_killed_at_random_moments_leave_a_store_that_opens(
    workbench: Workbench, killed_build: Callable[[str, float], str]
) -> None:
    workbench.build()
    before = workbench.store.open_current().manifest.name
    killed = 0
    while killed < RANDOM_KILLS:
        moment = random.uniform(0.001, 0.05)
        killed += killed_build("seconds", moment) == "killed"
        after = workbench.store.open_current().manifest.name
        assert after >= before, f"killed after {moment} s"
        before = after
    assert workbench.build(force=True).published


def test_a_first_build_that_is_killed_publishes_nothing_or_all(
    workbench: Workbench, killed_build: Callable[[str, float], str], tmp_path: Path
) -> None:
    vectors = Workbench(workbench.knowledge, SnapshotStore(tmp_path / "other"), workbench.cache)
    vectors.build()
    for access in (1, 5, 10, 20, 30):
        assert killed_build("access", access) == "killed"
        assert workbench.store.current_name() is None
        assert workbench.store.manifests() == []
    assert killed_build("access", MANY) == "done"
    assert workbench.store.open_current().passages
