"""Hits → evidence: the sentences that answer, and how likely it is that they do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from index.lexical import LexicalIndex
from index.passages import Passage
from index.retrieval import Hit
from index.text import sentence_spans, tokens

# Sentences are weighed in this many of the best passages.
_WEIGHED_PASSAGES = 5
# A sentence joins the evidence when it weighs at least this share of the best one.
_JOIN_SHARE = 0.8
_MAX_QUOTES = 3
# Logistic curve over the share of the question that the best passage covers: half at 60 %.
_COVERAGE_MIDDLE = 0.6
_COVERAGE_STEEPNESS = 10.0


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand in a document.

    Attributes:
        passage: the passage they stand in.
        start: offset of the first character in the document's text.
        end: offset after the last character in the document's text.
        text: the words, exactly.
        weight: how much of the question they cover, 0 to 1.
    """

    passage: Passage
    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the documents have on a question.

    Attributes:
        quotes: the sentences that answer best, best first; empty where there are no hits.
        probability: how likely it is that they answer the question, 0 to 1.
        signals: what the probability rests on, by name.
    """

    quotes: tuple[Quote, ...]
    probability: float
    signals: dict[str, float]


def weigh(question: str, hits: Sequence[Hit], lexical: LexicalIndex) -> Evidence:
    """Pick the sentences that answer a question, and judge whether they do."""
    if not hits:
        return Evidence((), 0.0, {})
    weights = _token_weights(question, lexical)
    best = hits[:_WEIGHED_PASSAGES]
    quotes = sorted(
        (quote for hit in best for quote in _weighed_sentences(hit.passage, weights)),
        key=lambda quote: -quote.weight,
    )
    kept = [quote for quote in quotes if quote.weight >= quotes[0].weight * _JOIN_SHARE]
    coverage = max(_coverage(hit.passage.embedded_text, weights) for hit in best)
    signals = {"coverage": coverage, "sentence": quotes[0].weight if quotes else 0.0}
    probability = 1 / (1 + exp(-_COVERAGE_STEEPNESS * (coverage - _COVERAGE_MIDDLE)))
    return Evidence(tuple(kept[:_MAX_QUOTES]), probability, signals)


def _weighed_sentences(passage: Passage, weights: dict[str, float]) -> Iterable[Quote]:
    for start, end in sentence_spans(passage.text):
        text = passage.text[start:end]
        yield Quote(
            passage=passage,
            start=passage.start + start,
            end=passage.start + end,
            text=text,
            weight=_coverage(text, weights),
        )


def _token_weights(question: str, lexical: LexicalIndex) -> dict[str, float]:
    """The question's tokens with their share of its information (inverse document frequency)."""
    idf = {token: lexical.idf(token) for token in tokens(question)}
    total = sum(idf.values()) or 1.0
    return {token: weight / total for token, weight in idf.items()}


def _coverage(text: str, weights: dict[str, float]) -> float:
    present = set(tokens(text))
    return sum(weight for token, weight in weights.items() if token in present)
