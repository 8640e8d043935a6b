"""What a search found: documents with what speaks for each."""

from dataclasses import dataclass

import faiss
import numpy as np

from index.corpus import Integers
from index.embedding import Vectors
from index.fusion import Floats, Sides
from index.question import Question


@dataclass(frozen=True, slots=True)
class Ranking:
    """The documents found for a question, best first, with what speaks for them.

    Attributes:
        question: the question, taken apart.
        vector: the question's embedding; float32 of shape (dimension,).
        documents: rows of the documents, best first; shape (documents,).
        scores: their fused scores; shape (documents,).
        sides: what speaks for each.
        passages: rows of all their passages, document by document; shape (passages,).
        passage_scores: fused scores of these passages; shape (passages,).
        passage_cosines: cosines of these passages; shape (passages,).
        passage_shares: BM25 shares of these passages; shape (passages,).
    """

    question: Question
    vector: Vectors
    documents: Integers
    scores: Floats
    sides: Sides
    passages: Integers
    passage_scores: Floats
    passage_cosines: Floats
    passage_shares: Floats


def one_thread() -> None:
    """Let FAISS search in the calling thread alone.

    One question is too little work to share: on two cores the threads' waiting for each other took
    ten times as long as the search itself (docs/quality.md). The number holds for each calling
    thread by itself.
    """
    faiss.omp_set_num_threads(1)


def cosines(vectors: faiss.Index, rows: Integers, vector: Vectors) -> Floats:
    """Cosines of a question and some rows of an index of unit vectors; shape (rows,)."""
    if not len(rows):
        return np.zeros(0)
    one_thread()
    # einsum, not @: see `one_thread`.
    found: Floats = np.einsum("ij,j->i", vectors.reconstruct_batch(rows), vector).astype(np.float64)
    return found


def rows_of(owners: Integers, first: Integers) -> Integers:
    """The rows that belong to some owners, owner by owner.

    Args:
        owners: the owners.
        first: the first row of each owner, and one more.
    """
    if not len(owners):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([np.arange(first[owner], first[owner + 1]) for owner in owners])
