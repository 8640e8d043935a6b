from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from index.bundled_model import MODEL_ID, MODEL_NAME
from index.embedding import SentenceEmbeddings
from index.errors import ModelError


def test_vectors_are_float32_of_unit_length(embeddings: SentenceEmbeddings) -> None:
    vectors = embeddings.encode_documents(["人才公寓", "法兰", "a" * 5000])
    assert vectors.shape == (3, embeddings.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_order_of_texts_does_not_change_their_vectors(embeddings: SentenceEmbeddings) -> None:
    texts = ["法兰", "人才公寓户型齐全，配有电视机、冰箱、热水器和空调。" * 5, "忻州"]
    forward = embeddings.encode_documents(texts)
    backward = embeddings.encode_documents(texts[::-1])
    np.testing.assert_allclose(forward, backward[::-1], atol=1e-5)


def test_langchain_gets_the_same_vectors(embeddings: SentenceEmbeddings) -> None:
    assert isinstance(embeddings, Embeddings)
    query = embeddings.embed_query("人才公寓")
    (document,) = embeddings.embed_documents(["人才公寓"])
    np.testing.assert_allclose(query, embeddings.encode_queries(["人才公寓"])[0], atol=1e-5)
    np.testing.assert_allclose(document, embeddings.encode_documents(["人才公寓"])[0], atol=1e-5)


def test_questions_and_passages_have_prompts_of_their_own(embeddings: SentenceEmbeddings) -> None:
    query, document = embeddings.embed_query("人才"), embeddings.embed_documents(["人才"])[0]
    assert not np.allclose(query, document, atol=1e-3)


def test_a_question_is_nearest_to_the_passage_that_answers_it(
    embeddings: SentenceEmbeddings,
) -> None:
    passages = embeddings.encode_documents(
        ["人才公寓配有冰箱和空调。", "定襄法兰产量占全国的44%。", "雄忻高铁时速350公里。"]
    )
    questions = embeddings.encode_queries(["公寓里有什么家电？", "法兰产量", "高铁有多快"])
    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_threads_share_one_model(embeddings: SentenceEmbeddings) -> None:
    texts = [f"第{number}条" for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(embeddings.embed_query, texts))
    np.testing.assert_allclose(found, embeddings.encode_queries(texts), atol=1e-5)


def test_the_bundled_model_is_named_by_its_weights(tmp_path: Path) -> None:
    assert SentenceEmbeddings(MODEL_NAME, tmp_path).model_id == MODEL_ID
    assert list(tmp_path.iterdir()) == []  # named, not loaded


def test_a_model_folder_is_named_by_its_content(tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "weights").write_bytes(b"one")
    first = SentenceEmbeddings(str(folder), tmp_path).model_id
    assert first.startswith("my-model@")
    assert SentenceEmbeddings(str(folder), tmp_path).model_id == first
    (folder / "weights").write_bytes(b"two")
    assert SentenceEmbeddings(str(folder), tmp_path).model_id != first


@pytest.mark.parametrize("name", ["/no/such/model", "./no-such-model", "~/no-such-model"])
def test_a_missing_model_folder_is_refused_at_once(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model folder at"):
        SentenceEmbeddings(name, tmp_path)


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{broken", "utf-8")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        SentenceEmbeddings(str(tmp_path), tmp_path).embed_query("人才")
    assert "\n" not in str(caught.value)
    assert "EMBEDDING_MODEL" in str(caught.value)


def test_an_unreachable_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        SentenceEmbeddings("nobody/no-such-model", tmp_path).embed_query("人才")
    assert "\n" not in str(caught.value)
    assert "EMBEDDING_MODEL" in str(caught.value)
