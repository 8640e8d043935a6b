"""Texts → vectors of unit length, through LangChain's `Embeddings` over `SentenceTransformer`."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from index import bundled_model
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

# Small enough that a batch of the longest passages stays under 200 MB, large enough that the
# processor is busy.
BATCH_SIZE = 16
_READ_BYTES = 1 << 20


class SentenceEmbeddings(Embeddings):
    """Embeds queries and documents with the prompts the model itself asks for.

    The model is loaded when the first text is embedded: what needs no vectors starts at once.
    Safe to call from several threads.

    Attributes:
        model_id: names the model and its exact weights; vectors of different ids do not mix.
    """

    def __init__(self, model: str, models_folder: Path) -> None:
        """Name the model without loading it.

        Args:
            model: ``multilingual-e5-small`` for the bundled model, else the name or the folder of
                any sentence-transformers model.
            models_folder: where the bundled model is exported to.

        Raises:
            ModelError: `model` looks like a folder, and there is none.
        """
        self._name = model
        self._models_folder = models_folder
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        self.model_id = _model_id(model)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed passages.

        Returns:
            float32 of shape (len(texts), dimension), each row of unit length.

        Raises:
            ModelError: the model cannot be loaded.
        """
        return self._encode(texts, "document")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions.

        Returns:
            float32 of shape (len(texts), dimension), each row of unit length.

        Raises:
            ModelError: the model cannot be loaded.
        """
        return self._encode(texts, "query")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages, as LangChain asks for it."""
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question, as LangChain asks for it."""
        vector: list[float] = self.encode_queries([text])[0].tolist()
        return vector

    @property
    def dimension(self) -> int:
        """The length of a vector. Loads the model."""
        dimension = self._loaded().get_embedding_dimension()
        if dimension is None:
            raise ModelError(f"the model {self._name} does not say its dimension; choose another")
        return dimension

    def _encode(self, texts: Sequence[str], role: str) -> Vectors:
        model = self._loaded()
        encode = model.encode_query if role == "query" else model.encode_document
        # One at a time: two encodes at once only fight for the same cores.
        with self._lock:
            vectors = encode(
                list(texts),
                batch_size=BATCH_SIZE,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
        return np.asarray(vectors, dtype=np.float32)

    def _loaded(self) -> "SentenceTransformer":
        with self._lock:
            if self._model is None:
                self._model = _load(self._name, self._models_folder)
            return self._model


def _load(name: str, models_folder: Path) -> "SentenceTransformer":
    # Imported here: torch takes seconds, and many commands need no vectors.
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    source = name
    if name == bundled_model.MODEL_NAME:
        source = str(bundled_model.bundled_model_folder(models_folder))
    try:
        return SentenceTransformer(source, device="cpu", trust_remote_code=False)
    except Exception as error:  # a model folder can fail in any way
        raise ModelError(
            f"the embedding model “{name}” cannot be loaded ({_first_line(error)}); give "
            "EMBEDDING_MODEL the folder of a sentence-transformers model, or leave it unset for "
            "the bundled one",
        ) from error


def _model_id(name: str) -> str:
    if name == bundled_model.MODEL_NAME:
        return bundled_model.MODEL_ID
    folder = Path(name).expanduser()
    if folder.is_dir():
        return f"{folder.name}@{_folder_digest(folder)[:12]}"
    if folder.is_absolute() or name.startswith((".", "~")):
        raise ModelError(
            f"no model folder at {name}; correct EMBEDDING_MODEL, or leave it unset for the "
            "bundled model",
        )
    # A model by name is taken at its word: its files are not known before they are fetched.
    return name


def _folder_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode())
        with file.open("rb") as stream:
            while block := stream.read(_READ_BYTES):
                digest.update(block)
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
