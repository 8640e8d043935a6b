"""Fitted models find again what the data was made with."""

import numpy as np
import pytest

from benchmarks.fitting import Group, fit_listwise, fit_logistic, fit_ridge

RANDOM = np.random.default_rng(7)


def columns(count: int) -> dict[str, np.ndarray]:
    return {name: RANDOM.normal(size=count) for name in ("telling", "noise")}


def test_ridge_recovers_a_line():
    groups = []
    for _ in range(20):
        its = columns(30)
        groups.append(Group(its, 3 * its["telling"] + 1))
    model = fit_ridge(groups, 1e-6)
    assert model.predict({"telling": np.array([0.0, 1.0]), "noise": np.zeros(2)}) == pytest.approx(
        [1, 4], abs=1e-3
    )


def test_ridge_counts_each_question_the_same():
    small = Group({"x": np.zeros(1)}, np.ones(1))
    large = Group({"x": np.zeros(99)}, np.zeros(99))
    assert fit_ridge([small, large], 1.0).bias == pytest.approx(0.5)


def test_listwise_prefers_the_telling_feature():
    groups = []
    for _ in range(60):
        its = columns(10)
        target = np.zeros(10)
        target[its["telling"].argmax()] = 1
        groups.append(Group(its, target))
    model = fit_listwise(groups, 0.01)
    weights = dict(zip(model.names, model.weights, strict=True))
    assert weights["telling"] > 10 * abs(weights["noise"])


def test_listwise_leaves_out_questions_without_a_target():
    its = columns(10)
    target = np.zeros(10)
    target[its["telling"].argmax()] = 1
    taught = Group(its, target)
    silent = Group(columns(5), np.zeros(5))
    assert fit_listwise([taught, silent], 0.1) == fit_listwise([taught], 0.1)


def test_logistic_recovers_the_odds():
    its = columns(4000)
    odds = 2 * its["telling"] - 0.5
    truth = (RANDOM.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    yes, no = truth == 1, truth == 0
    groups = [
        Group({name: values[kept] for name, values in its.items()}, truth[kept])
        for kept in (yes, no)
    ]
    model = fit_logistic(groups, [1.0, 1.0], ["telling", "noise"], 100.0)
    found = model.predict({"telling": np.array([0.0, 1.0]), "noise": np.zeros(2)})
    assert found == pytest.approx([-0.5, 1.5], abs=0.25)


def test_logistic_uses_only_the_named_features():
    group = Group(columns(20), np.ones(20))
    other = Group(columns(20), np.zeros(20))
    assert fit_logistic([group, other], [1, 1], ["noise"], 1.0).names == ("noise",)
