"""Units of the best documents are described by what speaks for each."""

import numpy as np
import pytest

from index.evidence_model import evidence_model
from index.retrieval import HybridRetriever
from index.understanding import Query
from index.unit_weighing import MOST_UNITS, WeighedUnits
from tests.conftest import KnowledgeFolder, Workbench


@pytest.fixture
def retriever(workbench: Workbench, embeddings) -> HybridRetriever:
    workbench.build()
    return HybridRetriever(snapshot=workbench.store.open_current(), embeddings=embeddings)


def weighed(retriever: HybridRetriever, question: str) -> WeighedUnits:
    found = retriever.weigh(retriever.rank(Query(question)))
    assert found
    return found


def feature(retriever: HybridRetriever, question: str, name: str, words: str) -> float:
    units = weighed(retriever, question)
    corpus = retriever.snapshot.corpus
    (row,) = [row for row in units.rows.tolist() if words in corpus.unit_text(row)]
    return float(units.columns[name][units.place[row]])


def test_the_features_are_those_the_model_asks_for(retriever: HybridRetriever):
    units = weighed(retriever, "定襄法兰产量占多少？")
    assert set(units.columns) == set(evidence_model().units.names)
    for name, values in units.columns.items():
        assert values.shape == units.rows.shape, name
        assert np.isfinite(values).all(), name


def test_units_stand_in_reading_order_within_their_document(retriever: HybridRetriever):
    units = weighed(retriever, "定襄法兰产量占多少？")
    documents = retriever.snapshot.corpus.unit_document[units.rows]
    for document in set(documents.tolist()):
        own = units.rows[documents == document]
        assert (np.diff(own) == 1).all()


def test_a_unit_with_the_questions_words_covers_more(retriever: HybridRetriever):
    question = "自营出口权的企业有多少户？"
    covers = feature(retriever, question, "coverage", "165户")
    assert covers > feature(retriever, question, "coverage", "302户") > 0


def test_the_neighbours_words_count_for_the_window_only(retriever: HybridRetriever):
    question = "法兰产量"
    assert feature(retriever, question, "coverage", "302户") == 0
    assert feature(retriever, question, "before", "302户") > 0
    assert feature(retriever, question, "window", "302户") > 0


def test_the_kind_of_answer_counts(retriever: HybridRetriever):
    question = "锻造企业有多少户？"
    assert feature(retriever, question, "measure", "302户") > 0
    assert feature(retriever, question, "asked", "302户") == 1
    assert feature(retriever, question, "asked", "户型齐全") == 0


def test_the_heading_above_speaks_for_a_unit(retriever: HybridRetriever):
    assert feature(retriever, "出口情况", "heading_coverage", "165户") > 0
    assert feature(retriever, "出口情况", "heading_coverage", "302户") == 0


def test_a_place_the_document_does_not_name_is_missing(retriever: HybridRetriever):
    assert feature(retriever, "太原市法兰产量", "place_missing", "44%") == 1
    assert feature(retriever, "定襄县法兰产量", "place_missing", "44%") == 0


def test_of_a_long_document_only_so_many_units_are_weighed(
    knowledge: KnowledgeFolder, workbench: Workbench, embeddings
):
    lines = "".join(f"第{number}个项目投资{number}万元。\n\n" for number in range(MOST_UNITS + 50))
    knowledge.write("long.md", lines)
    workbench.build()
    retriever = HybridRetriever(snapshot=workbench.store.open_current(), embeddings=embeddings)
    assert len(weighed(retriever, "项目投资").rows) == MOST_UNITS
