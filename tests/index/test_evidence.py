"""What is quoted stands in a document, word for word, whatever is asked."""

import time
from itertools import pairwise

import numpy as np
import pytest

from index.evidence import NO_EVIDENCE, choose, weigh
from index.evidence_model import evidence_model
from index.retrieval import HybridRetriever
from index.searching import Searcher
from index.snapshot import Snapshot
from index.span_choice import LONGEST_SPAN, Span
from index.store import SnapshotStore
from index.understanding import Query

ODD = {
    "one character": "人",
    "one letter": "a",
    "nothing": "",
    "punctuation": "？！。……《》",
    "blank": " \t\n\u3000",
    "5,000 characters": "定襄法兰出口企业有多少户" * 417,
    "5,000 of one character": "法" * 5000,
    "sql": "'; DROP TABLE documents; SELECT * FROM users WHERE '1'='1",
    "html": "<script>alert('法兰')</script><b>人才公寓</b>",
    "mixed scripts": "法兰 flange フランジ 플랜지 фланец 人才公寓 apartment 2023",
    "emoji": "🏠🏠人才公寓？👍",
    "control characters": "人才\0公寓\x1b[31m",
    "lone surrogate": "人才\ud800公寓",
}


@pytest.fixture(scope="module")
def snapshot(real_store: SnapshotStore) -> Snapshot:
    return real_store.open_current()


@pytest.fixture(scope="module")
def retriever(snapshot: Snapshot, embeddings) -> HybridRetriever:
    return HybridRetriever(snapshot=snapshot, embeddings=embeddings)


def evidence_of(retriever: HybridRetriever, question: str):
    return weigh(retriever.find(Query(question)), retriever.snapshot, evidence_model())


@pytest.mark.parametrize("question", ["人才公寓里有什么家电？", "How do I get a talent card?"])
def test_quotes_stand_word_for_word_in_their_document(retriever: HybridRetriever, question: str):
    evidence = evidence_of(retriever, question)
    assert evidence.quotes
    for quote in evidence.quotes:
        text = retriever.snapshot.documents[quote.passage.document].text
        assert text[quote.start : quote.end] == quote.text
        assert quote.text.strip()
        assert len(quote.text) <= LONGEST_SPAN


def test_quotes_do_not_overlap(retriever: HybridRetriever):
    quotes = evidence_of(retriever, "人才公寓有什么条件？").quotes
    places = sorted((q.passage.document, q.start, q.end) for q in quotes)
    for (one, _, end), (other, start, _) in pairwise(places):
        assert one != other or end <= start


def test_what_is_there_is_likelier_than_what_is_not(retriever: HybridRetriever):
    there = evidence_of(retriever, "忻州市人才公寓配有哪些家电？").probability
    absent = evidence_of(retriever, "拉萨市2031年冰球馆的门票多少钱？").probability
    assert there > 0.5 > absent


@pytest.mark.parametrize("question", ODD.values(), ids=ODD.keys())
def test_odd_questions_get_an_answer_or_none_in_bounded_time(
    snapshot: Snapshot, embeddings, question: str
):
    searcher = Searcher(snapshot, embeddings)
    begun = time.monotonic()
    evidence = searcher.find(question.encode("utf-8", "replace").decode()).evidence
    assert time.monotonic() - begun < 20
    assert 0 <= evidence.probability <= 1
    for quote in evidence.quotes:
        assert (
            snapshot.documents[quote.passage.document].text[quote.start : quote.end] == quote.text
        )


def test_a_question_about_nothing_has_no_evidence(retriever: HybridRetriever):
    assert evidence_of(retriever, "？！。") is NO_EVIDENCE
    assert weigh(None, retriever.snapshot, evidence_model()) is NO_EVIDENCE


def span(start: int, end: int, document: int = 0) -> Span:
    return Span(document, start, end, seed=0, place=0, low=0, high=0)


def test_the_first_quote_leans_to_being_short_the_next_to_being_complete():
    spans = [span(0, 300), span(0, 40), span(400, 700), span(400, 440)]
    inside, overlap = np.array([0.9, 0.5, 0.8, 0.4]), np.array([0.1, 0.6, 0.1, 0.2])
    assert choose(spans, inside, overlap)[:2] == [1, 2]


def test_a_quote_is_never_chosen_beside_one_it_overlaps():
    spans = [span(0, 50), span(10, 60), span(10, 60, document=1)]
    assert choose(spans, np.array([0.9, 0.8, 0.1]), np.zeros(3)) == [0, 2]


def test_traditional_and_simplified_questions_find_the_same(retriever: HybridRetriever):
    simplified, traditional = (
        retriever.find(Query(text)) for text in ("人才公寓里有什么家电？", "人才公寓裡有什麼家電？")
    )
    assert simplified
    assert traditional
    assert simplified.ranking.scores.tolist() == traditional.ranking.scores.tolist()
    assert simplified.unit_scores.tolist() == traditional.unit_scores.tolist()
