"""The lexical half of retrieval: BM25 over tokens, kept by bm25s as arrays and JSON."""

import logging
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from index.text import tokens

# It logs each step of its own at DEBUG, whatever level the program asks for.
logging.getLogger("bm25s").setLevel(logging.WARNING)

# Robertson & Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and Beyond": k1 between
# 0.5 and 2, b between 0.5 and 0.8. Chosen on the tune halves of three sets (docs/quality.md).
PASSAGE_K1 = 0.9
DOCUMENT_K1 = 1.2
_B = 0.75

Scores = npt.NDArray[np.float32]


class LexicalIndex:
    """Scores texts (passages, or whole documents) against the tokens of a question."""

    def __init__(self, bm25: bm25s.BM25, size: int) -> None:
        self._bm25 = bm25
        self._size = size
        # A column of the score matrix has one entry for each text that holds its token.
        # (bm25s adds an empty token behind the last column.)
        counts = np.diff(bm25.scores["indptr"])
        self._frequencies = {
            token: int(counts[row]) for token, row in bm25.vocab_dict.items() if row < len(counts)
        }

    @classmethod
    def build(cls, texts: Sequence[str], k1: float) -> "LexicalIndex":
        """Index texts, in order."""
        bm25 = bm25s.BM25(k1=k1, b=_B, method="lucene")
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
        """In how many texts a token stands."""
        return self._frequencies.get(token, 0)

    def idf(self, token: str) -> float:
        """Inverse document frequency, as Lucene has it: how much a token tells."""
        frequency = self.frequency(token)
        return log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))

    def shares(self, question_tokens: Iterable[str]) -> Scores:
        """BM25 scores of all texts, divided by the most a text could reach.

        The division makes the scores of different questions comparable: a question whose words the
        documents do not use (another language, other words) scores low everywhere, so that it
        cannot outvote the dense side.

        Args:
            question_tokens: the tokens asked about; repetitions do not count.

        Returns:
            float32 of shape (texts,), 0 to 1.
        """
        asked = dict.fromkeys(question_tokens)
        most = sum(self.idf(token) for token in asked)
        known = [token for token in asked if token in self._frequencies]
        if not known or not self._size:
            return np.zeros(self._size, dtype=np.float32)
        scores = np.asarray(self._bm25.get_scores(known), dtype=np.float32)[: self._size]
        return scores / np.float32(most)
