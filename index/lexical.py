"""The lexical half of retrieval: BM25 over tokens, kept by bm25s beside the vectors."""

from collections.abc import Sequence
from math import log
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from index.text import tokens

# Okapi BM25 with the values of Robertson & Zaragoza (2009), "The Probabilistic Relevance
# Framework: BM25 and Beyond".
_K1 = 1.5
_B = 0.75

Scores = npt.NDArray[np.float32]


class LexicalIndex:
    """Scores every passage against the words of a question."""

    def __init__(self, bm25: bm25s.BM25, size: int) -> None:
        self._bm25 = bm25
        self._size = size
        # A column of the score matrix has one entry for each passage that holds its token.
        counts = np.diff(bm25.scores["indptr"])
        # (bm25s adds an empty token behind the last column.)
        self._frequencies = {
            token: int(counts[row]) for token, row in bm25.vocab_dict.items() if row < len(counts)
        }

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index the texts of all passages, in order."""
        bm25 = bm25s.BM25(k1=_K1, b=_B, method="lucene")
        # bm25s cannot index nothing, or texts without any token: one that no question has.
        corpus = [tokens(text) or [""] for text in texts] or [[""]]
        bm25.index(corpus, show_progress=False)
        return cls(bm25, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> "LexicalIndex":
        """Load what `save` wrote. Nothing is unpickled."""
        return cls(bm25s.BM25.load(folder, allow_pickle=False), size)

    def save(self, folder: Path) -> None:
        """Write arrays and JSON into `folder`."""
        self._bm25.save(folder, show_progress=False)

    def frequency(self, token: str) -> int:
        """In how many passages a token stands."""
        return self._frequencies.get(token, 0)

    def idf(self, token: str) -> float:
        """How rare a token is: log(1 + passages / passages with the token).

        A token that no passage has counts as one that a single passage has.
        """
        return log(1 + self._size / self._frequencies.get(token, 1))

    def scores(self, question: str) -> Scores:
        """BM25 scores of all passages.

        Returns:
            float32 of shape (passages,): 0 where no token is shared.
        """
        known = [token for token in tokens(question) if token in self._frequencies]
        if not known or not self._size:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)[: self._size]
