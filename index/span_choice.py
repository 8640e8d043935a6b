"""Which spans to quote: runs of units, or of clauses within one, around the best units.

For each span two things are predicted: the chance that the whole answer stands inside it, and how
much of it is answer (ROUGE-L). The first quote leans to the second, so that it stays short; the
others lean to the first.
"""

import re
from dataclasses import dataclass
from math import log

import numpy as np

from index.corpus import Corpus, character_set, token_set
from index.linear import Columns, Floats, softmax
from index.question import Asked, Question, counts_in, looks_answered
from index.sentences import clauses
from index.text import fold, has_han
from index.unit_weighing import WeighedUnits

# Spans grow around so many of the best units; clauses are cut out of so many.
_SEEDS = 5
_CLAUSE_SEEDS = 4
_MOST_CLAUSES = 14
# A span goes so many units back and forth, over so many further sentences, and is no longer than
# this: a quote is read on a phone.
_UNITS_BACK = 4
_UNITS_FORTH = 6
_FURTHER_SENTENCES = 2
LONGEST_SPAN = 320
# The chance gap of a unit outside the document's weighed ones.
_FAR = -8.0
_SECTION_REACH = 6
_ENUMERATOR_PREFIX = 6

_NUMBER = re.compile(r"\d+")
_ENUMERATED = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,2}[、是]|[（(][一二三四五六七八九十\d]{1,2}[)）]|\d{1,2}[、.．]"
    r"|第[一二三四五]|首先|其次|再次|最后|同时|此外|另外)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate for a quote.

    Attributes:
        document: the document (row).
        start: offset of the first character in the document's text.
        end: offset after the last character.
        seed: the rank of the unit it grew from.
        place: the place of that unit among the weighed ones.
        low: the first unit (row) it touches.
        high: the last unit (row) it touches.
    """

    document: int
    start: int
    end: int
    seed: int
    place: int
    low: int
    high: int


def candidate_spans(corpus: Corpus, weighed: WeighedUnits, scores: Floats) -> list[Span]:
    """Spans around the best units, each once.

    Args:
        corpus: the documents.
        weighed: the weighed units.
        scores: the score of each; shape (units,).
    """
    found: dict[tuple[int, int, int], Span] = {}
    best_first = np.argsort(-scores, kind="stable").tolist()
    seeds = [place for place in best_first if corpus.is_text(int(weighed.rows[place]))][:_SEEDS]
    for seed, place in enumerate(seeds):
        row = int(weighed.rows[place])
        document = int(corpus.unit_document[row])
        for low, high in _unit_runs(corpus, document, row):
            start, end = corpus.units[low].start, corpus.units[high].end
            span = Span(document, start, end, seed, place, low, high)
            found.setdefault((document, start, end), span)
        # An English clause without its sentence reads like a misprint.
        if seed < _CLAUSE_SEEDS and has_han(corpus.unit_text(row)):
            unit = corpus.units[row]
            parts = clauses(corpus.texts[document], unit.start, unit.end)[:_MOST_CLAUSES]
            for first in range(len(parts)):
                for last in range(first, len(parts)):
                    start, end = parts[first][0], parts[last][1]
                    span = Span(document, start, end, seed, place, row, row)
                    found.setdefault((document, start, end), span)
    return list(found.values())


def _unit_runs(corpus: Corpus, document: int, row: int) -> list[tuple[int, int]]:
    """Runs of units (first, last) around one, within one section of the document."""
    units = corpus.units
    runs = []
    first = max(int(corpus.first_unit[document]), row - _UNITS_BACK)
    last = min(int(corpus.first_unit[document + 1]) - 1, row + _UNITS_FORTH)
    for low in range(row, first - 1, -1):
        if units[row].sentence - units[low].sentence > _FURTHER_SENTENCES:
            break
        if low < row and corpus.is_apart(low, low + 1):
            break
        for high in range(row, last + 1):
            if high > row and corpus.is_apart(high - 1, high):
                break
            is_far = units[high].sentence - units[low].sentence > _FURTHER_SENTENCES
            is_long = units[high].end - units[low].start > LONGEST_SPAN
            if high > low and (is_far or is_long):
                break
            runs.append((low, high))
    return runs


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a stretch of text has of the question."""

    coverage: float = 0.0
    asked: float = 0.0
    novelty: float = 0.0
    numbers: float = 0.0
    length: float = 0.0


class SpanDescriber:
    """Describes spans by named features."""

    def __init__(
        self, question: Question, corpus: Corpus, weighed: WeighedUnits, scores: Floats
    ) -> None:
        self._question = question
        self._corpus = corpus
        self._weighed = weighed
        self._scores = scores
        self._chances = softmax(scores)
        self._best = float(scores.max())
        self._weight = dict(zip(question.tokens, question.weights.tolist(), strict=True))
        self._characters = character_set(question.folded)
        self._known: dict[tuple[int, int, int], _Measured] = {}

    def columns(self, spans: list[Span]) -> Columns:
        """Features by name, each of shape (spans,), products included."""
        rows = [self._describe(span) for span in spans]
        columns = {name: np.array([row[name] for row in rows], np.float64) for name in rows[0]}
        return columns | _products(columns)

    def _describe(self, span: Span) -> dict[str, float]:
        corpus, question = self._corpus, self._question
        low, high = span.low, span.high
        text = corpus.texts[span.document]
        first = int(corpus.first_unit[span.document])
        last = int(corpus.first_unit[span.document + 1])
        begin, stop = corpus.units[low].start, corpus.units[high].end
        inner = self._measured(span.document, span.start, span.end)
        left = self._measured(span.document, begin, span.start)
        right = self._measured(span.document, span.end, stop)
        parts = clauses(text, span.start, span.end)
        is_last = high + 1 >= last
        length = span.end - span.start
        described = {
            "rank": span.seed,
            "gap": float(self._scores[span.place]) - self._best,
            "best": self._best,
            "chance": float(self._chances[span.place]),
            "chances": sum(self._chance(row, first, last) for row in range(low, high + 1)),
            "beside": max(self._chance(low - 1, first, last), self._chance(high + 1, first, last)),
            "share_of_units": length / (stop - begin),
            "length": length,
            "log_length": log(length),
            "units": high - low + 1,
            "sentences": corpus.units[high].sentence - corpus.units[low].sentence + 1,
            "starts_unit": span.start == begin,
            "ends_unit": span.end == stop,
            "coverage": inner.coverage,
            "coverage_units": self._measured(span.document, begin, stop).coverage,
            "coverage_left": left.coverage,
            "coverage_right": right.coverage,
            "kind": inner.asked,
            "kind_left": left.asked,
            "kind_right": right.asked,
            "novelty": inner.novelty,
            "novelty_left": left.novelty,
            "novelty_right": right.novelty,
            "numbers": inner.numbers,
            "numbers_left": left.numbers,
            "numbers_right": right.numbers,
            "clauses": len(parts),
            "enumerated": _ENUMERATED.match(text[span.start : span.end]) is not None,
            "enumerated_next": not is_last
            and _ENUMERATED.match(corpus.unit_text(high + 1)[:_ENUMERATOR_PREFIX]) is not None,
            "below_colon": low > first and corpus.unit_text(low - 1).rstrip().endswith(("：", ":")),
            "after_colon": span.start > 0 and text[span.start - 1] in "：:",
            "length_left": left.length,
            "length_right": right.length,
            "first_clause": self._measured(span.document, *parts[0]).coverage,
            "last_clause": self._measured(span.document, *parts[-1]).coverage,
            "question_length": len(question.folded),
            "measure": counts_in(question.measure, text[span.start : span.end]),
            "gap_first": self._gap(low, first, last),
            "gap_last": self._gap(high, first, last),
            "gap_next": self._gap(high + 1, first, last),
            "gap_before": self._gap(low - 1, first, last),
            "heading_before": low > first and corpus.units[low - 1].is_heading,
            "heading_next": is_last or corpus.units[high + 1].is_heading,
            "headings_inside": sum(
                corpus.units[row].is_heading for row in range(low + 1, high + 1)
            ),
            "starts_heading": corpus.units[low].is_heading,
            "chance_next": self._chance(high + 1, first, last),
            "chance_before": self._chance(low - 1, first, last),
            "heading_coverage": self._heading_coverage(low),
            "chance_after_next": self._chance(high + 2, first, last),
            "full_stop": text[span.end - 1] in "。！？；",
            "document_end": is_last,
            "share_of_section": (stop - begin) / (self._section_end(high, last) - begin),
        }
        return described | {f"is_{asked.value}": float(asked is question.asked) for asked in Asked}

    def _chance(self, row: int, first: int, last: int) -> float:
        place = self._weighed.place.get(row) if first <= row < last else None
        return float(self._chances[place]) if place is not None else 0.0

    def _gap(self, row: int, first: int, last: int) -> float:
        place = self._weighed.place.get(row) if first <= row < last else None
        return float(self._scores[place]) - self._best if place is not None else _FAR

    def _heading_coverage(self, row: int) -> float:
        place = self._weighed.place.get(row)
        return float(self._weighed.columns["heading_coverage"][place]) if place is not None else 0.0

    def _section_end(self, high: int, last: int) -> int:
        """Where the section that a unit stands in ends, as far as is looked."""
        row = high
        units = self._corpus.units
        while row + 1 < last and not units[row + 1].is_heading and row - high < _SECTION_REACH:
            row += 1
        return units[row].end

    def _measured(self, document: int, start: int, end: int) -> _Measured:
        if end <= start:
            return _Measured()
        key = (document, start, end)
        if key not in self._known:
            text = self._corpus.texts[document][start:end]
            answered = looks_answered(self._question.asked, text)
            present = sum(self._weight.get(token, 0.0) for token in token_set(text))
            self._known[key] = _Measured(
                coverage=present / self._question.mass,
                asked=0.5 if answered is None else float(answered),
                novelty=float(len(frozenset(fold(text)) - self._characters)),
                numbers=float(len(_NUMBER.findall(text))),
                length=float(end - start),
            )
        return self._known[key]


def _products(columns: dict[str, Floats]) -> dict[str, Floats]:
    """Products that a linear model cannot form by itself."""
    long = columns["log_length"]
    products = {
        "log_length^2": long**2,
        "chances*log_length": columns["chances"] * long,
        "chances*share_of_units": columns["chances"] * columns["share_of_units"],
        "share_of_units^2": columns["share_of_units"] ** 2,
        "kind*share_of_units": columns["kind"] * columns["share_of_units"],
        "heading_next*log_length": columns["heading_next"] * long,
        "chance_next*is_list": columns["chance_next"] * columns["is_list"],
        "chance_next*is_how": columns["chance_next"] * columns["is_how"],
        "question_length*log_length": columns["question_length"] * long / 20,
        "ends_unit*log_length": columns["ends_unit"] * long,
        "starts_unit*first_clause": columns["starts_unit"] * columns["first_clause"],
        "starts_heading*first_clause": columns["starts_heading"] * columns["first_clause"],
    }
    for asked in Asked:
        kind = columns[f"is_{asked.value}"]
        products[f"log_length*is_{asked.value}"] = long * kind
        products[f"sentences*is_{asked.value}"] = columns["sentences"] * kind
    return products
