"""Signals say why the evidence answers, or why not."""

import pytest

from index.confidence import probability, signals
from index.evidence_model import evidence_model
from index.linear import LinearModel
from index.retrieval import HybridRetriever
from index.understanding import Query
from tests.conftest import Workbench


@pytest.fixture
def retriever(workbench: Workbench, embeddings) -> HybridRetriever:
    workbench.build()
    return HybridRetriever(snapshot=workbench.store.open_current(), embeddings=embeddings)


def signals_of(retriever: HybridRetriever, question: str) -> dict[str, float]:
    found = retriever.find(Query(question))
    assert found
    snapshot = retriever.snapshot
    return signals(found, snapshot.corpus, snapshot.document_words)


def test_signals_are_those_the_models_ask_for(retriever: HybridRetriever):
    values = signals_of(retriever, "定襄法兰产量占多少？")
    model = evidence_model()
    assert set(model.confidence.names) | set(model.confidence_across.names) <= set(values)


def test_shares_lie_between_none_and_all(retriever: HybridRetriever):
    values = signals_of(retriever, "太原市2031年法兰产量占多少？")
    for name in values:
        if name.startswith(("coverage", "place", "number", "chance")):
            assert 0 <= values[name] <= 1, name


def test_what_the_document_says_is_covered(retriever: HybridRetriever):
    there = signals_of(retriever, "定襄法兰产量占全国多少？")
    absent = signals_of(retriever, "养老院床位补贴标准？")
    for name in ("coverage_evidence", "coverage_passage", "coverage_document"):
        assert there[name] > absent[name], name


def test_a_place_no_document_names_is_unknown(retriever: HybridRetriever):
    assert signals_of(retriever, "拉萨市法兰产量")["place_unknown"] == 1
    assert signals_of(retriever, "定襄县法兰产量")["place_unknown"] == 0


def test_a_year_the_document_lacks_is_missing(retriever: HybridRetriever):
    assert signals_of(retriever, "2031年法兰产量")["number_missing"] == 1
    assert signals_of(retriever, "法兰产量的44%")["number_missing"] == 0


def test_meaning_and_words_agree_on_a_plain_question(retriever: HybridRetriever):
    assert signals_of(retriever, "定襄法兰产量占全国产量的多少")["agreement"] == 1


def test_probability_follows_the_log_odds_and_never_overflows():
    model = LinearModel(names=("a",), mean=(0,), scale=(1,), weights=(1,))
    assert probability({"a": 0.0}, model) == 0.5
    assert probability({"a": 1e9}, model) <= 1
    assert 0 < probability({"a": -1e9}, model) < 1e-9


def test_missing_places_speak_against_and_coverage_speaks_for():
    model = evidence_model().confidence
    weights = dict(zip(model.names, model.weights, strict=True))
    assert weights["place_missing"] < 0 < weights["coverage_passage"]
