"""Sides are fused so that the one with something to say is heard."""

import numpy as np
import pytest

from index.fusion import WEIGHTS, Sides, best_of, fuse, fuse_passages, voice


def sides(**given: list[float]) -> Sides:
    names = ("dense", "sentence", "lexical", "document")
    return Sides(**{name: np.array(given.get(name, [0.5, 0.5])) for name in names})


def test_words_are_silent_where_no_text_has_any():
    assert voice(0.0) == 0.0


def test_words_speak_fully_from_a_fair_share_on():
    assert voice(WEIGHTS.silence) == voice(1.0) == 1.0
    assert 0 < voice(WEIGHTS.silence / 2) < 0.5


def test_a_better_document_by_any_side_scores_higher():
    for name in ("dense", "sentence", "lexical", "document"):
        scores = fuse(sides(**{name: [0.9, 0.5]}), 1.0, 0.8)
        assert scores[0] > scores[1], name


def test_silent_words_cannot_outvote_meaning():
    scores = fuse(sides(dense=[0.6, 0.5], lexical=[0, 1], document=[0, 1]), 0.0, 0.8)
    assert scores[0] > scores[1]


def test_a_document_of_one_passage_is_not_counted_twice():
    scores = fuse(sides(document=[0.9, 0.1]), 1.0, 0.0)
    assert scores[0] == pytest.approx(scores[1])


def test_passages_are_chosen_by_words_only_where_words_speak():
    cosines, shares = np.array([0.8, 0.8]), np.array([0.9, 0.1])
    assert np.ptp(fuse_passages(cosines, shares, 0.0)) == pytest.approx(0)
    loud = fuse_passages(cosines, shares, 1.0)
    assert loud[0] > loud[1]


def test_best_of_takes_each_owners_best():
    best = best_of(np.array([0.1, 0.7, 0.3]), np.array([0, 0, 2]), 3)
    assert best.tolist() == [0.7, -1.0, 0.3]


def test_best_of_nothing_is_nothing():
    assert best_of(np.zeros(0), np.zeros(0, dtype=np.int64), 2).tolist() == [-1.0, -1.0]
