"""Ranking → evidence: which words to quote, and how likely it is that they answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.confidence import probability, signals
from index.corpus import Corpus
from index.evidence_model import EvidenceModel
from index.linear import Floats
from index.passages import Passage
from index.retrieval import Found
from index.snapshot import Snapshot
from index.span_choice import Span, SpanDescriber, candidate_spans
from index.text import has_han

# More quotes than are shown: the best ones may speak of something else than was asked.
MOST_QUOTES = 8
# How much the first quote, and the further ones, lean to being short. Chosen on the tune half
# (docs/quality.md).
_FIRST_LEANING = 12.0
_FURTHER_LEANING = 0.7
# 截至2017年11月底， has 11.
_LEAD_CHARACTERS = 12
_JOINTS = "，,；;：: \n\u3000"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand in a document.

    Attributes:
        passage: the passage that holds most of them.
        start: offset of the first character in the document's text.
        end: offset after the last character in the document's text.
        text: the words, exactly.
        inside: predicted chance that the whole answer stands in them, 0 to 1.
    """

    passage: Passage
    start: int
    end: int
    text: str
    inside: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the documents have on a question.

    Attributes:
        quotes: the words that answer best, best first; empty where there are no hits.
        probability: how likely it is that they answer the question, 0 to 1.
        signals: what the probability rests on, by name.
        names_known: whether the question names something that the quotes speak of.
        words_known: whether all of its other words stand in some document.
    """

    quotes: tuple[Quote, ...]
    probability: float
    signals: dict[str, float]
    names_known: bool = False
    words_known: bool = True


NO_EVIDENCE = Evidence((), 0.0, {})


def weigh(found: Found | None, snapshot: Snapshot, model: EvidenceModel) -> Evidence:
    """Pick the words that answer a question, and judge whether they do."""
    if found is None or not found.ranking.question.tokens:
        return NO_EVIDENCE
    quotes = _quotes(found, snapshot.corpus, model)
    values = signals(found, snapshot.corpus, snapshot.document_words)
    speaks_otherwise = not has_han(found.ranking.question.folded)
    chance = model.confidence_across if speaks_otherwise else model.confidence
    return Evidence(quotes, probability(values, chance), values)


def _quotes(found: Found, corpus: Corpus, model: EvidenceModel) -> tuple[Quote, ...]:
    spans = candidate_spans(corpus, found.weighed, found.unit_scores)
    if not spans:
        return ()
    describer = SpanDescriber(found.ranking.question, corpus, found.weighed, found.unit_scores)
    columns = describer.columns(spans)
    inside = model.inside.predict(columns)
    overlap = model.overlap.predict(columns)
    return tuple(
        _quote(corpus, spans[place], float(np.clip(inside[place], 0.0, 1.0)))
        for place in choose(spans, inside, overlap)
    )


def choose(spans: Sequence[Span], inside: Floats, overlap: Floats) -> list[int]:
    """Places of the spans to quote: the best, and further ones that do not overlap it."""
    chosen = [int(np.argmax(inside + _FIRST_LEANING * overlap))]
    for place in np.argsort(-(inside + _FURTHER_LEANING * overlap), kind="stable").tolist():
        if len(chosen) == MOST_QUOTES:
            break
        if not any(_overlap(spans[place], spans[other]) for other in chosen):
            chosen.append(place)
    return chosen


def _with_lead(corpus: Corpus, span: Span) -> int:
    """Where a quote begins: a short lead (2022年， 其中，) stays with its clause."""
    unit = corpus.units[span.low]
    return unit.start if 0 < span.start - unit.start <= _LEAD_CHARACTERS else span.start


def _overlap(one: Span, other: Span) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def _quote(corpus: Corpus, span: Span, inside: float) -> Quote:
    passage = corpus.passages[corpus.passage_of(span.document, span.start, span.end)]
    start = _with_lead(corpus, span)
    text = corpus.texts[span.document][start : span.end]
    # A clause may end at its comma: words are quoted, not the joints between them.
    shown = text.strip(_JOINTS)
    start += text.index(shown)
    return Quote(passage, start, start + len(shown), shown, inside)
