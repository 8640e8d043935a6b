"""Spans to quote: runs of units and of clauses, within one section, with what speaks for each."""

import numpy as np
import pytest

from index.evidence_model import evidence_model
from index.retrieval import HybridRetriever
from index.span_choice import LONGEST_SPAN, SpanDescriber, candidate_spans
from index.understanding import Query
from tests.conftest import Workbench


@pytest.fixture
def retriever(workbench: Workbench, embeddings) -> HybridRetriever:
    workbench.build()
    return HybridRetriever(snapshot=workbench.store.open_current(), embeddings=embeddings)


def spans_for(retriever: HybridRetriever, question: str):
    found = retriever.find(Query(question))
    assert found
    corpus = retriever.snapshot.corpus
    spans = candidate_spans(corpus, found.weighed, found.unit_scores)
    texts = [corpus.texts[span.document][span.start : span.end] for span in spans]
    return found, corpus, spans, texts


def test_units_runs_of_units_and_clauses_are_candidates(retriever: HybridRetriever):
    *_, texts = spans_for(retriever, "定襄法兰产量占多少？")
    assert "定襄法兰产量占全国产量的44%。" in texts
    assert "定襄法兰产量占全国产量的44%。定襄有锻造企业302户。" in texts
    *_, texts = spans_for(retriever, "人才公寓配有什么？")
    assert "配有电视机、冰箱、热水器和空调。" in texts


def test_no_span_reaches_over_a_heading_or_grows_too_long(retriever: HybridRetriever):
    *_, texts = spans_for(retriever, "定襄法兰出口企业有多少户？")
    assert texts
    assert not any("302户" in text and "165户" in text for text in texts)
    assert max(map(len, texts)) <= LONGEST_SPAN


def test_no_span_is_only_a_heading(retriever: HybridRetriever):
    *_, texts = spans_for(retriever, "出口")
    assert "出口" not in texts


def test_each_span_is_there_once(retriever: HybridRetriever):
    _, _, spans, _ = spans_for(retriever, "人才公寓配有什么？")
    places = [(span.document, span.start, span.end) for span in spans]
    assert len(set(places)) == len(places)


def test_the_features_are_those_the_models_ask_for(retriever: HybridRetriever):
    found, corpus, spans, _ = spans_for(retriever, "定襄法兰产量占多少？")
    describer = SpanDescriber(found.ranking.question, corpus, found.weighed, found.unit_scores)
    columns = describer.columns(spans)
    for model in (evidence_model().inside, evidence_model().overlap):
        assert set(model.names) <= set(columns)
    assert all(values.shape == (len(spans),) for values in columns.values())
    assert all(np.isfinite(values).all() for values in columns.values())


def test_coverage_grows_with_what_a_span_has_of_the_question(retriever: HybridRetriever):
    found, corpus, spans, texts = spans_for(retriever, "定襄法兰产量占全国多少？")
    describer = SpanDescriber(found.ranking.question, corpus, found.weighed, found.unit_scores)
    coverage = dict(zip(texts, describer.columns(spans)["coverage"], strict=True))
    assert coverage["定襄法兰产量占全国产量的44%。"] > coverage["定襄有锻造企业302户。"] > 0
