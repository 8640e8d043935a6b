import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from index.configuration import Configuration, Term
from index.documents.model import DocumentKind, Metadata
from index.embedding import SentenceEmbeddings
from index.errors import SnapshotError
from index.passages import Passage
from index.snapshot import (
    FORMAT_VERSION,
    CheckFailure,
    CheckReport,
    Contents,
    DocumentRecord,
    open_snapshot,
    read_manifest,
    write_manifest,
    write_snapshot,
)

NAME = "0001-20240102T030405Z"
CREATED = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
FILES = ("configuration.json", "documents.jsonl", "passages.jsonl", "vectors.faiss",
         "lexical/vocab.index.json", "lexical/data.csc.index.npy")  # fmt: skip


@pytest.fixture(scope="module")
def contents(embeddings: SentenceEmbeddings) -> Contents:
    texts = ("法兰产量占44%。", "公寓有空调。\u2028“引号”与 <b>标签</b>", "服务卡")
    passages = tuple(
        Passage(f"a.md#{n}", "a.md", 10 * n, 10 * n + len(text), text, ("标题", f"第{n}节"))
        for n, text in enumerate(texts)
    )
    record = DocumentRecord(
        path="a.md",
        digest="d" * 64,
        metadata=Metadata(
            title="标题",
            publisher="某局",
            published=date(2023, 10, 27),
            url="https://example.org/a",
            kind=DocumentKind.POLICY,
            topics=("talent",),
            places=("忻州市",),
            language="zh",
            document_number="忻政发〔2023〕1号",
            effective=date(2023, 11, 1),
            expires=date(2028, 10, 31),
            supersedes="old.md",
        ),
        warnings=("a warning",),
    )
    return Contents(
        configuration=Configuration(glossary=(Term(id="card", term="服务卡"),)),
        documents=(record,),
        passages=passages,
        vectors=embeddings.encode_documents([passage.embedded_text for passage in passages]),
        knowledge_digest="k" * 64,
        model_id="model@1",
        chunker_version=7,
    )


@pytest.fixture
def folder(tmp_path: Path, contents: Contents) -> Path:
    write_snapshot(tmp_path / NAME, contents, CREATED)
    return tmp_path / NAME


def test_what_was_written_is_read_back(folder: Path, contents: Contents) -> None:
    snapshot = open_snapshot(folder)
    assert snapshot.configuration == contents.configuration
    assert list(snapshot.documents.values()) == list(contents.documents)
    assert snapshot.passages == contents.passages
    stored = snapshot.vectors.reconstruct_n(0, len(contents.passages))
    np.testing.assert_array_equal(stored, contents.vectors)
    assert int(snapshot.lexical.scores("空调").argmax()) == 1


def test_the_manifest_says_what_is_inside(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest.format_version == FORMAT_VERSION
    assert (manifest.name, manifest.created) == (NAME, CREATED)
    assert (manifest.model_id, manifest.dimension, manifest.chunker_version) == ("model@1", 384, 7)
    assert (manifest.documents, manifest.passages) == (1, 3)
    assert manifest.knowledge_digest == "k" * 64
    assert manifest.checks is None
    on_disk = {
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    } - {"manifest.json"}
    assert set(manifest.files) == on_disk


def test_the_result_of_the_checks_is_kept(folder: Path) -> None:
    failure = CheckFailure(id="c", question="有吗？", expected="answered", found="not_found")
    report = CheckReport(passed=3, failures=(failure,))
    manifest = read_manifest(folder)
    write_manifest(folder, manifest.model_copy(update={"checks": report}))
    assert read_manifest(folder).checks == report
    open_snapshot(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_lost_its_end_is_noticed(folder: Path, name: str) -> None:
    file = folder / name
    file.write_bytes(file.read_bytes()[:-1])
    _assert_damaged(folder, name)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_noticed(folder: Path, name: str) -> None:
    file = folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    _assert_damaged(folder, name)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_noticed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    _assert_damaged(folder, name)


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff\xfe", b"[1]"])
def test_an_unreadable_manifest_is_noticed(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    _assert_damaged(folder, "manifest.json")


def test_a_missing_snapshot_is_noticed(tmp_path: Path) -> None:
    _assert_damaged(tmp_path / NAME, "manifest.json")


def test_another_format_is_refused_before_anything_is_read(folder: Path) -> None:
    _change_manifest(folder, format_version=FORMAT_VERSION + 1)
    (folder / "passages.jsonl").write_bytes(b"a format of the future")
    with pytest.raises(SnapshotError, match=f"has format {FORMAT_VERSION + 1}") as caught:
        open_snapshot(folder)
    assert "run “xinzhou index”" in str(caught.value)


@pytest.mark.parametrize("counts", [{"passages": 2}, {"documents": 2}, {"dimension": 383}])
def test_counts_that_differ_are_noticed(folder: Path, counts: dict[str, int]) -> None:
    _change_manifest(folder, **counts)
    with pytest.raises(SnapshotError, match="does not hold together"):
        open_snapshot(folder)


def test_another_model_is_refused(folder: Path) -> None:
    snapshot = open_snapshot(folder)
    snapshot.require_model("model@1")
    with pytest.raises(SnapshotError, match=r"made with the model model@1, but other@2") as caught:
        snapshot.require_model("other@2")
    assert "run “xinzhou index”" in str(caught.value)


@pytest.mark.parametrize(
    ("vectors", "told"),
    [
        (np.ones((3, 4), dtype=np.float32), "not of unit length"),
        (np.full((3, 4), np.nan, dtype=np.float32), "not of unit length"),
        (np.eye(2, 4, dtype=np.float32), "not one vector for each passage"),
        (np.ones(3, dtype=np.float32), "not one vector for each passage"),
    ],
)
def test_vectors_that_do_not_fit_are_not_written(
    tmp_path: Path, contents: Contents, vectors: np.ndarray, told: str
) -> None:
    wrong = Contents(
        configuration=contents.configuration,
        documents=contents.documents,
        passages=contents.passages,
        vectors=vectors,
        knowledge_digest=contents.knowledge_digest,
        model_id=contents.model_id,
        chunker_version=contents.chunker_version,
    )
    with pytest.raises(SnapshotError, match=told):
        write_snapshot(tmp_path / NAME, wrong, CREATED)
    assert not (tmp_path / NAME).exists()


def _assert_damaged(folder: Path, name: str) -> None:
    with pytest.raises(SnapshotError, match="is damaged") as caught:
        open_snapshot(folder)
    message = str(caught.value)
    assert NAME in message
    assert name in message
    assert "xinzhou rollback" in message
    assert "\n" not in message


def _change_manifest(folder: Path, **values: int) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | values), "utf-8")
