import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from index.build import Builder, BuildReport
from index.embedding import SentenceEmbeddings, Vectors
from index.errors import KnowledgeError, SnapshotError
from index.searching import Searcher
from index.snapshot import CheckFailure, CheckReport, Snapshot
from index.store import SnapshotStore
from index.vector_cache import VectorCache
from tests.conftest import CARD, FLANGE, KnowledgeFolder, Workbench

BROKEN = b"\xff\x00\x81\xfe" * 40  # text in no encoding


class _OtherModel(SentenceEmbeddings):
    """Another model: all texts lie in one direction."""

    def __init__(self) -> None:
        self.model_id = "other@1"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return np.eye(1, 8, dtype=np.float32).repeat(len(texts), axis=0)


class _FullDisk(SnapshotStore):
    """Once a new snapshot is begun, no file of this process can grow beyond `limit` bytes."""

    def __init__(self, folder: Path, limit: int) -> None:
        super().__init__(folder)
        self._limit = limit

    def new_folder(self, created: datetime) -> Path:
        folder = super().new_folder(created)
        _, highest = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._limit, highest))
        return folder


@contextmanager
def restored_limits() -> Iterator[None]:
    """Give the limit back before pytest reports: its own output may be a large file."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.fixture
def built(workbench: Workbench) -> Workbench:
    """The three documents, indexed."""
    assert workbench.build().published
    return workbench


def served_documents(workbench: Workbench) -> list[str]:
    return sorted(workbench.store.open_current().documents)


def served_text(workbench: Workbench) -> str:
    return "\n".join(passage.text for passage in workbench.store.open_current().passages)


def test_the_first_build_takes_all_documents(workbench: Workbench) -> None:
    report = workbench.build()
    assert report.published
    assert report.snapshot == workbench.store.current_name()
    assert sorted(report.documents.created) == ["apartment.md", "card.txt", "flange.md"]
    assert (report.documents.updated, report.documents.deleted) == ((), ())
    assert report.documents.unchanged == 0
    snapshot = workbench.store.open_current()
    assert report.passages.created == len(snapshot.passages) == snapshot.manifest.passages
    assert report.refused == ()
    assert report.checks is None


def test_passages_stand_word_for_word_in_their_documents(built: Workbench) -> None:
    snapshot = built.store.open_current()
    assert {passage.document for passage in snapshot.passages} == set(snapshot.documents)
    ids = [passage.id for passage in snapshot.passages]
    assert len(set(ids)) == len(ids)
    for passage in snapshot.passages:
        source = (built.knowledge.root / passage.document).read_text("utf-8")
        assert all(line in source for line in passage.text.splitlines())
        assert passage.end - passage.start == len(passage.text)


def test_a_plain_file_is_taken_with_a_warning(workbench: Workbench) -> None:
    report = workbench.build()
    assert any(w.startswith("card.txt: date of publication unknown") for w in report.warnings)
    assert workbench.store.open_current().documents["card.txt"].metadata.title == "人才服务卡"


def test_an_unchanged_folder_is_not_built_again(built: Workbench) -> None:
    before = built.store.current_name()
    report = built.build()
    assert not report.published
    assert report.held_back is None
    assert (report.snapshot, built.store.current_name()) == (before, before)
    assert (report.documents.unchanged, report.embedded) == (3, 0)
    assert report.passages.unchanged == len(built.store.open_current().passages)


def test_force_builds_an_unchanged_folder_again_without_embedding(built: Workbench) -> None:
    before = built.store.current_name()
    report = built.build(force=True)
    assert report.published
    assert report.snapshot != before
    assert (report.documents.unchanged, report.embedded) == (3, 0)


def test_a_changed_document_is_embedded_alone(built: Workbench) -> None:
    built.knowledge.write("flange.md", FLANGE.replace("302户", "305户"))
    report = built.build()
    assert report.published
    assert report.documents.updated == ("flange.md",)
    assert report.documents.unchanged == 2
    assert report.passages.updated == 1
    assert report.embedded <= 1  # 0 where an earlier test embedded the same text
    assert "305户" in served_text(built)
    assert "302户" not in served_text(built)


def test_a_changed_front_matter_reaches_the_snapshot(built: Workbench) -> None:
    built.knowledge.write("flange.md", FLANGE.replace("2023-10-27", "2024-10-27"))
    report = built.build()
    assert (report.published, report.embedded) == (True, 0)
    published = built.store.open_current().documents["flange.md"].metadata.published
    assert published is not None
    assert published.isoformat() == "2024-10-27"


def test_a_changed_configuration_is_published_without_embedding(built: Workbench) -> None:
    built.knowledge.write("glossary.yaml", "- {id: card, term: 人才服务卡}")
    report = built.build()
    assert (report.published, report.embedded, report.documents.unchanged) == (True, 0, 3)
    assert built.store.open_current().configuration.glossary[0].term == "人才服务卡"


def test_a_renamed_file_is_not_embedded_again(built: Workbench) -> None:
    root = built.knowledge.root
    (root / "talent").mkdir()
    (root / "apartment.md").rename(root / "talent" / "flat.md")
    report = built.build()
    assert report.documents.created == ("talent/flat.md",)
    assert report.documents.deleted == ("apartment.md",)
    assert report.embedded == 0
    passages = built.store.open_current().passages
    assert {passage.document for passage in passages} == {"talent/flat.md", "card.txt", "flange.md"}
    assert all(passage.id.startswith(f"{passage.document}#") for passage in passages)


def test_passages_of_a_deleted_file_are_gone(built: Workbench) -> None:
    (built.knowledge.root / "card.txt").unlink()
    before = len(built.store.open_current().passages)
    report = built.build()
    assert report.documents.deleted == ("card.txt",)
    snapshot = built.store.open_current()
    assert report.passages.deleted == before - len(snapshot.passages) > 0
    assert "绿色通道" not in served_text(built)
    hits = Searcher(snapshot, built.cache.embeddings).hits("绿色通道", top=100)
    assert "card.txt" not in {hit.passage.document for hit in hits}


def test_a_broken_file_among_good_ones_is_refused_by_name(workbench: Workbench) -> None:
    workbench.knowledge.write("broken.md", BROKEN)
    report = workbench.build()
    assert report.published
    assert [refusal.document for refusal in report.refused] == ["broken.md"]
    assert report.refused[0].reason.startswith("broken.md: ")
    assert served_documents(workbench) == ["apartment.md", "card.txt", "flange.md"]


def test_a_file_damaged_later_keeps_the_version_indexed_before(built: Workbench) -> None:
    built.knowledge.write("flange.md", BROKEN)
    built.knowledge.write("card.txt", CARD + "卡的有效期为五年。\n")
    report = built.build()
    assert report.published
    assert [refusal.document for refusal in report.refused] == ["flange.md"]
    assert "the version indexed before stays in service" in report.refused[0].reason
    assert report.documents.updated == ("card.txt",)
    assert "占全国产量的44%" in served_text(built)
    assert "有效期为五年" in served_text(built)
    # And it is told again, until it is mended or deleted.
    again = built.build()
    assert ([r.document for r in again.refused], again.published) == (["flange.md"], False)
    built.knowledge.write("flange.md", FLANGE.replace("44%", "45%"))
    assert built.build().documents.updated == ("flange.md",)
    assert "占全国产量的45%" in served_text(built)


@pytest.mark.parametrize("content", [None, b"", BROKEN])
def test_a_folder_without_a_readable_document_changes_nothing(
    tmp_path: Path, workbench: Workbench, content: bytes | None
) -> None:
    workbench.build()
    before = workbench.store.current_name()
    empty = KnowledgeFolder(tmp_path / "empty")
    empty.root.mkdir()
    if content is not None:
        empty.write("only.md", content)
    with pytest.raises(KnowledgeError, match="holds no document that can be read") as caught:
        Workbench(empty, workbench.store, workbench.cache).build(force=True)
    assert ("only.md" in str(caught.value)) == (content is not None)
    assert workbench.store.current_name() == before
    assert workbench.store.open_current().passages


def test_a_missing_folder_changes_nothing(built: Workbench, tmp_path: Path) -> None:
    before = built.store.current_name()
    missing = Workbench(KnowledgeFolder(tmp_path / "missing"), built.store, built.cache)
    with pytest.raises(KnowledgeError, match="no knowledge folder at"):
        missing.build()
    assert built.store.current_name() == before


def test_a_wrong_configuration_changes_nothing(built: Workbench) -> None:
    before = built.store.current_name()
    built.knowledge.write("glossary.yaml", "- {id: a}")
    with pytest.raises(KnowledgeError, match=r"glossary\.yaml"):
        built.build()
    assert built.store.current_name() == before


def test_the_loss_of_most_passages_is_held_back(built: Workbench) -> None:
    before = built.store.current_name()
    (built.knowledge.root / "flange.md").unlink()
    (built.knowledge.root / "apartment.md").unlink()
    report = built.build()
    assert not report.published
    assert report.held_back is not None
    assert "--force" in report.held_back
    assert report.snapshot == built.store.current_name() == before
    assert len(served_documents(built)) == 3
    assert built.build().held_back  # a second run does not slip through
    assert built.build(force=True).published
    assert served_documents(built) == ["card.txt"]


def test_a_dry_run_only_says_what_would_change(built: Workbench) -> None:
    before = built.store.current_name()
    built.knowledge.write("new.md", "# 新文件\n\n新的内容在这里，共一句。\n")
    (built.knowledge.root / "card.txt").unlink()
    report = built.build(dry_run=True)
    assert report.documents.created == ("new.md",)
    assert report.documents.deleted == ("card.txt",)
    assert (report.published, report.embedded, report.snapshot) == (False, 0, before)
    assert built.store.current_name() == before
    assert len(built.store.manifests()) == 1


def test_a_dry_run_of_a_new_folder_writes_no_snapshot(workbench: Workbench) -> None:
    report = workbench.build(dry_run=True)
    assert (report.snapshot, report.published) == (None, False)
    assert len(report.documents.created) == 3
    assert workbench.store.current_name() is None


def test_a_snapshot_that_fails_its_checks_is_held_back(built: Workbench) -> None:
    failure = CheckFailure(id="c", question="有吗？", expected="answered", found="not_found")
    seen: list[Snapshot] = []

    def gate(snapshot: Snapshot) -> CheckReport:
        seen.append(snapshot)
        return CheckReport(passed=1, failures=(failure,))

    before = built.store.current_name()
    built.knowledge.write("card.txt", CARD + "另有一句。\n")
    report = built.build(gate=gate)
    assert (report.published, report.snapshot) == (False, before)
    assert report.held_back is not None
    assert "1 checks failed" in report.held_back
    assert report.checks is not None
    assert report.checks.failures == (failure,)
    assert "另有一句" in "".join(passage.text for passage in seen[0].passages)
    forced = built.build(gate=gate, force=True)
    assert forced.published
    assert built.store.open_current().manifest.checks == forced.checks


def test_a_snapshot_that_passes_its_checks_keeps_their_result(workbench: Workbench) -> None:
    workbench.build(gate=lambda snapshot: CheckReport(passed=len(snapshot.documents)))
    checks = workbench.store.open_current().manifest.checks
    assert checks == CheckReport(passed=3)


def test_another_model_rebuilds_everything(built: Workbench, tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "other.sqlite3", _OtherModel())
    report = Workbench(built.knowledge, built.store, cache).build()
    assert report.published
    assert report.embedded > 0
    assert report.passages.created == len(built.store.open_current().passages)
    assert built.store.open_current().manifest.model_id == "other@1"


def test_a_damaged_snapshot_is_replaced_by_a_whole_one(built: Workbench) -> None:
    name = built.store.current_name()
    assert name is not None
    (built.store.folder / "snapshots" / name / "passages.jsonl").write_bytes(b"")
    with pytest.raises(SnapshotError):
        built.store.open_current()
    report = built.build()
    assert report.published
    assert report.embedded == 0
    assert len(served_documents(built)) == 3


def test_a_newer_way_of_cutting_cuts_unchanged_files_anew(
    built: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build.CHUNKER_VERSION", 10_000)
    report = built.build()
    assert report.published
    assert built.store.open_current().manifest.chunker_version == 10_000


@pytest.mark.parametrize("limit", [0, 200, 1000, 3000, 5500])
def test_a_disk_that_is_full_keeps_the_old_snapshot(built: Workbench, limit: int) -> None:
    """Each limit on the size of files stops the build at another file."""
    before = built.store.current_name()
    full = _FullDisk(built.store.folder, limit)
    with restored_limits(), pytest.raises(SnapshotError, match=r"cannot be (written|read)"):
        Workbench(built.knowledge, full, built.cache).build(force=True)
    assert built.store.open_current().manifest.name == before


def test_progress_is_told_step_by_step(workbench: Workbench) -> None:
    told: list[tuple[str, int, int]] = []
    workbench.knowledge.write("fresh.md", "# 进度\n\n这一句只在这个测试里出现。\n")
    builder = Builder(
        workbench.knowledge.root,
        workbench.store,
        workbench.cache,
        progress=lambda *step: told.append(step),
    )
    builder.build()
    assert [step for step in told if step[0] == "reading"] == [
        ("reading", done, 4) for done in range(1, 5)
    ]
    assert told[-1][0].startswith("embedding")
    assert told[-1][1] == told[-1][2]


def test_a_report_survives_json(workbench: Workbench) -> None:
    workbench.knowledge.write("broken.md", BROKEN)
    report = workbench.build()
    assert BuildReport.model_validate_json(report.model_dump_json()) == report
