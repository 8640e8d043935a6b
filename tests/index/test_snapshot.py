import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.documents.model import DocumentKind
from index.embedding import SentenceEmbeddings, Vectors
from index.errors import SnapshotError
from index.snapshot import (
    FORMAT_VERSION,
    CheckFailure,
    CheckReport,
    open_snapshot,
    read_manifest,
    write_manifest,
)
from index.vector_cache import VectorCache
from tests.conftest import Workbench

FULL = """---
title: 引才办法
publisher: 某局
published: 2023-10-27
url: https://example.org/a
kind: policy
topics: [talent]
places: [忻州市]
language: zh
document_number: 忻政发〔2023〕1号
effective: 2023-11-01
expires: 2028-10-31
supersedes: old.md
---

# 引才办法

“引号”与 <b>标签</b>、\u2028行分隔符都是文字。
"""


@pytest.fixture
def folder(workbench: Workbench) -> Path:
    """A published snapshot."""
    workbench.knowledge.write("full.md", FULL)
    workbench.knowledge.write("glossary.yaml", "- {id: card, term: 服务卡}")
    name = workbench.build().snapshot
    assert name is not None
    return workbench.store.folder / "snapshots" / name


def test_what_was_written_is_read_back(folder: Path, workbench: Workbench) -> None:
    snapshot = open_snapshot(folder)
    assert snapshot.configuration.glossary[0].term == "服务卡"
    assert set(snapshot.documents) == {"apartment.md", "card.txt", "flange.md", "full.md"}
    metadata = snapshot.documents["full.md"].metadata
    assert (metadata.title, metadata.publisher) == ("引才办法", "某局")
    assert (metadata.url, metadata.kind) == ("https://example.org/a", DocumentKind.POLICY)
    assert (metadata.topics, metadata.places) == (("talent",), ("忻州市",))
    assert (metadata.document_number, metadata.supersedes) == ("忻政发〔2023〕1号", "old.md")
    assert metadata.published == date(2023, 10, 27)
    assert (metadata.effective, metadata.expires) == (date(2023, 11, 1), date(2028, 10, 31))
    assert "<b>" in next(p.text for p in snapshot.passages if p.document == "full.md")
    snapshot.require_model(workbench.cache.embeddings.model_id)


def test_the_manifest_says_what_is_inside(folder: Path, embeddings: SentenceEmbeddings) -> None:
    manifest, snapshot = read_manifest(folder), open_snapshot(folder)
    assert (manifest.format_version, manifest.name) == (FORMAT_VERSION, folder.name)
    assert abs(datetime.now(UTC) - manifest.created) < timedelta(minutes=10)
    assert (manifest.model_id, manifest.dimension) == (embeddings.model_id, 384)
    assert (manifest.documents, manifest.passages) == (4, len(snapshot.passages))
    assert manifest.checks is None
    on_disk = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert set(manifest.files) == on_disk - {"manifest.json"}


def test_nothing_is_pickled(folder: Path) -> None:
    for file in folder.rglob("*"):
        assert file.is_dir() or file.suffix in {".json", ".jsonl", ".npy", ".faiss"}
        if file.suffix == ".npy":
            np.load(file, allow_pickle=False)


def test_the_result_of_the_checks_is_kept(folder: Path) -> None:
    failure = CheckFailure(id="c", question="有吗？", expected="answered", found="not_found")
    report = CheckReport(passed=3, failures=(failure,))
    write_manifest(folder, read_manifest(folder).model_copy(update={"checks": report}))
    assert read_manifest(folder).checks == report
    open_snapshot(folder)


def _cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [_cut_short, _flip_a_bit, Path.unlink])
def test_damage_to_any_file_is_noticed(folder: Path, damage: Callable[[Path], None]) -> None:
    names = read_manifest(folder).files
    assert len(names) > 5
    for name in names:
        whole = (folder / name).read_bytes()
        damage(folder / name)
        _assert_damaged(folder, name)
        (folder / name).write_bytes(whole)
    open_snapshot(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff\xfe", b"[1]"])
def test_an_unreadable_manifest_is_noticed(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    _assert_damaged(folder, "manifest.json")


def test_a_missing_snapshot_is_noticed(tmp_path: Path) -> None:
    _assert_damaged(tmp_path / "0001-20240102T030405Z", "manifest.json")


def test_another_format_is_refused_before_anything_is_read(folder: Path) -> None:
    _change_manifest(folder, format_version=FORMAT_VERSION + 1)
    (folder / "passages.jsonl").write_bytes(b"a format of the future")
    with pytest.raises(SnapshotError, match=f"has format {FORMAT_VERSION + 1}") as caught:
        open_snapshot(folder)
    assert "run “xinzhou index”" in str(caught.value)


@pytest.mark.parametrize("count", ["passages", "documents", "dimension"])
def test_counts_that_differ_are_noticed(folder: Path, count: str) -> None:
    _change_manifest(folder, **{count: 999})
    with pytest.raises(SnapshotError, match="does not hold together"):
        open_snapshot(folder)


def test_another_model_is_refused(folder: Path, embeddings: SentenceEmbeddings) -> None:
    snapshot = open_snapshot(folder)
    with pytest.raises(SnapshotError, match="but other@2 is configured") as caught:
        snapshot.require_model("other@2")
    assert embeddings.model_id in str(caught.value)
    assert "run “xinzhou index”" in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda vectors: vectors * 2, "not of unit length"),
        (lambda vectors: vectors * np.float32("nan"), "not of unit length"),
        (lambda vectors: vectors[:-1], "not one vector for each"),
        (lambda vectors: vectors.ravel(), "not one vector for each"),
    ],
)
def test_vectors_that_do_not_fit_are_not_written(
    workbench: Workbench, spoil: Callable[[Vectors], Vectors], told: str
) -> None:
    class Spoiling(VectorCache):
        def encode_documents(self, *arguments: Any) -> tuple[Vectors, int]:
            vectors, embedded = super().encode_documents(*arguments)
            return spoil(vectors), embedded

    cache = Spoiling(workbench.cache._file, workbench.cache.embeddings)
    with pytest.raises(SnapshotError, match=told):
        Workbench(workbench.knowledge, workbench.store, cache).build()
    assert workbench.store.current_name() is None


def _assert_damaged(folder: Path, name: str) -> None:
    with pytest.raises(SnapshotError, match="is damaged") as caught:
        open_snapshot(folder)
    message = str(caught.value)
    assert folder.name in message
    assert name in message
    assert "xinzhou rollback" in message
    assert "\n" not in message


def _change_manifest(folder: Path, **values: int) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | values), "utf-8")
