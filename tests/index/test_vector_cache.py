import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.bundled_model import MODEL_NAME
from index.embedding import SentenceEmbeddings, Vectors
from index.errors import SnapshotError
from index.vector_cache import VectorCache


class CountedEmbeddings(SentenceEmbeddings):
    """The real model, with an account of what it was asked."""

    def __init__(self, embeddings: SentenceEmbeddings, model_id: str | None = None) -> None:
        super().__init__(MODEL_NAME, Path())
        self._embeddings = embeddings
        self.asked: list[str] = []
        if model_id:
            self.model_id = model_id

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return self._embeddings.encode_documents(texts)


@pytest.fixture
def counted(embeddings: SentenceEmbeddings) -> CountedEmbeddings:
    return CountedEmbeddings(embeddings)


@pytest.fixture
def cache(tmp_path: Path, counted: CountedEmbeddings) -> VectorCache:
    return VectorCache(tmp_path / "data" / "vectors.sqlite3", counted)


def test_a_text_is_embedded_once(cache: VectorCache, counted: CountedEmbeddings) -> None:
    first, embedded = cache.encode_documents(["法兰", "公寓", "法兰"])
    assert embedded == 2
    assert sorted(counted.asked) == ["公寓", "法兰"]
    second, embedded = cache.encode_documents(["公寓", "服务卡", "法兰"])
    assert embedded == 1
    assert counted.asked[2:] == ["服务卡"]
    np.testing.assert_array_equal(second[2], first[0])
    np.testing.assert_array_equal(second[0], first[1])
    np.testing.assert_array_equal(first[2], first[0])


def test_each_text_gets_its_own_vector(cache: VectorCache, embeddings: SentenceEmbeddings) -> None:
    texts = ["忻州市" * 20, "法兰", "人才公寓配有空调"]
    vectors, _ = cache.encode_documents(texts)
    np.testing.assert_allclose(vectors, embeddings.encode_documents(texts), atol=1e-5)


def test_vectors_outlive_the_process(
    cache: VectorCache, tmp_path: Path, embeddings: SentenceEmbeddings
) -> None:
    first, _ = cache.encode_documents(["法兰"])
    later = CountedEmbeddings(embeddings)
    second, embedded = VectorCache(tmp_path / "data" / "vectors.sqlite3", later).encode_documents(
        ["法兰"]
    )
    assert (embedded, later.asked) == (0, [])
    np.testing.assert_array_equal(second, first)


def test_vectors_of_another_model_are_not_taken(
    cache: VectorCache, tmp_path: Path, embeddings: SentenceEmbeddings
) -> None:
    cache.encode_documents(["法兰"])
    other = CountedEmbeddings(embeddings, model_id="other@1")
    _, embedded = VectorCache(tmp_path / "data" / "vectors.sqlite3", other).encode_documents(
        ["法兰"]
    )
    assert (embedded, other.asked) == (1, ["法兰"])


def test_what_a_killed_build_had_embedded_is_kept(
    tmp_path: Path, embeddings: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(CountedEmbeddings):
        def encode_documents(self, texts: Sequence[str]) -> Vectors:
            if self.asked:
                raise KeyboardInterrupt
            return super().encode_documents(texts)

    monkeypatch.setattr("index.vector_cache._TEXTS_PER_WRITE", 2)
    file, texts = tmp_path / "vectors.sqlite3", ["一", "二二", "三三三"]
    with pytest.raises(KeyboardInterrupt):
        VectorCache(file, Failing(embeddings)).encode_documents(texts)
    later = CountedEmbeddings(embeddings)
    VectorCache(file, later).encode_documents(texts)
    assert later.asked == ["三三三"]


def test_progress_counts_what_is_missing_only(cache: VectorCache) -> None:
    cache.encode_documents(["法兰"])
    told: list[tuple[int, int]] = []
    cache.encode_documents(["法兰", "公寓", "卡"], lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_nothing_needs_no_vectors(cache: VectorCache, counted: CountedEmbeddings) -> None:
    vectors, embedded = cache.encode_documents([])
    assert (len(vectors), embedded, counted.asked) == (0, 0, [])


def test_a_damaged_cache_is_named(tmp_path: Path, counted: CountedEmbeddings) -> None:
    file = tmp_path / "vectors.sqlite3"
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(SnapshotError, match="delete it and index again") as caught:
        VectorCache(file, counted).encode_documents(["法兰"])
    assert str(file) in str(caught.value)


def test_a_vector_of_another_length_is_named(
    cache: VectorCache, tmp_path: Path, embeddings: SentenceEmbeddings
) -> None:
    cache.encode_documents(["法兰", "公寓"])
    file = tmp_path / "data" / "vectors.sqlite3"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "UPDATE vectors SET vector = substr(vector, 1, 100)"
            " WHERE digest = (SELECT min(digest) FROM vectors)"
        )
    with pytest.raises(SnapshotError, match="delete it and index again"):
        cache.encode_documents(["法兰", "公寓"])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, counted: CountedEmbeddings) -> None:
    (tmp_path / "data").write_text("a file", "utf-8")
    with pytest.raises(SnapshotError, match="cannot be written"):
        VectorCache(tmp_path / "data" / "vectors.sqlite3", counted).encode_documents(["法兰"])
