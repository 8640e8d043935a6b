"""Linear models over named features."""

import numpy as np
import pytest
from pydantic import ValidationError

from index.evidence_model import evidence_model
from index.linear import LinearModel, softmax

MODEL = LinearModel(names=("a", "b"), mean=(1, 0), scale=(2, 1), weights=(3, -1), bias=0.5)


def test_features_are_found_by_name_not_by_order():
    columns = {"b": np.array([1.0]), "other": np.array([9.0]), "a": np.array([3.0])}
    assert MODEL.predict(columns) == pytest.approx([3 * (3 - 1) / 2 - 1 + 0.5])


def test_a_missing_feature_is_an_error():
    with pytest.raises(KeyError):
        MODEL.predict({"a": np.zeros(1)})


def test_contributions_add_up_to_the_value():
    values = {"a": 3.0, "b": 1.0}
    columns = {name: np.array([value]) for name, value in values.items()}
    total = sum(MODEL.contributions(values).values()) + MODEL.bias
    assert total == pytest.approx(MODEL.predict(columns)[0])


def test_uneven_models_are_refused():
    with pytest.raises(ValidationError, match="differ in length"):
        LinearModel(names=("a",), mean=(1, 2), scale=(1,), weights=(1,))


def test_softmax_sums_to_one_and_bears_large_values():
    chances = softmax(np.array([1000.0, 999.0, -1000.0]))
    assert chances.sum() == pytest.approx(1)
    assert chances[0] > chances[1] > chances[2]


def test_softmax_of_nothing_is_nothing():
    assert len(softmax(np.zeros(0))) == 0


def test_the_models_that_ship_say_where_they_come_from():
    model = evidence_model()
    assert "511 questions" in model.provenance
    for part in (model.units, model.inside, model.overlap, model.confidence):
        assert len(set(part.names)) == len(part.names)
        assert min(part.scale) > 0
