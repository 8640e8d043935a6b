"""One score for a document from four: what its best passage and sentence mean, what words it has.

No standard scores: cosines and BM25 shares are used as they are. A standard score blows a side up
exactly when it has nothing to say; an absolute share stays small then, so that the same weights
hold where questions borrow the documents' words, where they do not, and across languages.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.corpus import Integers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How much each side counts. Chosen on the tune halves of three sets (docs/quality.md).

    Attributes:
        dense: of the weighted mean of passage and sentence cosine.
        sentence: of the best sentence's cosine, the best passage's being 1, where words speak.
        passage: of the best passage's BM25 share.
        document: of the document's BM25 share, where documents have several passages.
        silence: below this best share the lexical side is taken back, quadratically.
        passage_words: of a passage's BM25 share in choosing among a document's passages.
    """

    dense: float = 4.0
    sentence: float = 0.1
    passage: float = 0.1
    document: float = 1.0
    silence: float = 0.25
    passage_words: float = 0.7


WEIGHTS = FusionWeights()


@dataclass(frozen=True, slots=True)
class Sides:
    """What speaks for each of some documents.

    Attributes:
        dense: cosine of the best passage; shape (documents,).
        sentence: cosine of the best unit; shape (documents,).
        lexical: BM25 share of the best passage; shape (documents,).
        document: BM25 share of the whole document; shape (documents,).
    """

    dense: Floats
    sentence: Floats
    lexical: Floats
    document: Floats


def voice(best_share: float) -> float:
    """How much the lexical side has to say, 0 to 1.

    Args:
        best_share: the best mean of passage and document share among all documents.
    """
    return min(1.0, max(0.0, best_share) / WEIGHTS.silence) ** 2


def fuse(sides: Sides, voice: float, jointness: float) -> Floats:
    """One score a document; only its order means anything.

    Args:
        sides: what speaks for each document.
        voice: how much the lexical side has to say.
        jointness: 1 - documents / passages of the whole index: 0 where every document is one
            passage, whose share would count twice.
    """
    w = WEIGHTS
    sentence = w.sentence + (1 - w.sentence) * (1 - voice)
    meaning = w.dense * (sides.dense + sentence * sides.sentence) / (1 + sentence)
    words = w.passage * sides.lexical + w.document * jointness * sides.document
    scores: Floats = meaning + voice * words
    return scores


def fuse_passages(cosines: Floats, shares: Floats, voice: float) -> Floats:
    """One score a passage, for choosing among the passages of one document."""
    scores: Floats = WEIGHTS.dense * cosines + WEIGHTS.passage_words * voice * shares
    return scores


def best_of(scores: Floats, owners: Integers, count: int) -> Floats:
    """The best score of each owner 0 … count-1; -1 for one without any.

    Args:
        scores: float64 of shape (items,).
        owners: the owner of each item, ascending; shape (items,).
        count: how many owners there are.
    """
    best = np.full(count, -1.0)
    if len(scores):
        starts = np.concatenate([[0], np.flatnonzero(np.diff(owners)) + 1])
        best[owners[starts]] = np.maximum.reduceat(scores, starts)
    return best
