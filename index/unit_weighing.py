"""How much each unit of the best documents looks like the answer: named features of units."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.corpus import Corpus, Integers, character_set
from index.linear import Floats
from index.question import Asked, counts_in, looks_answered
from index.ranking import Ranking
from index.sentences import SHORT_LINE

# Units of so many of the best documents are weighed, and so many units at most.
WEIGHED_DOCUMENTS = 8
MOST_UNITS = 250

# Cosines of E5 crowd into 0.7-1.0: spread out, and brought near zero.
_COSINE_SPREAD = 4.0
_COSINE_MIDDLE = 2.8
# What a unit without a neighbour gets in place of its neighbour's cosine gap.
_NO_NEIGHBOUR = -0.3
_HEADING_REACH = 8
_NOVELTY_CAP = 40
_SHORT_UNIT = 12
_OPENING = 5
# A document whose opening holds all of the focus leaves nothing to tell its units apart.
_FOCUS_FLOOR = 0.05

_ASKED_GROUPS: dict[str, tuple[Asked, ...]] = {
    "asked_number": (Asked.NUMBER, Asked.MONEY, Asked.PHONE),
    "asked_date": (Asked.DATE,),
    "asked_how": (Asked.HOW,),
    "asked_list": (Asked.LIST,),
    "asked_name": (Asked.ORGANISATION, Asked.PERSON, Asked.PLACE),
    "asked_why": (Asked.WHY,),
}

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class WeighedUnits:
    """The units of the best documents, with what speaks for each.

    Attributes:
        rows: rows of the units, document by document, in reading order within each.
        columns: features by name, each of shape (units,).
        window: share of the question's weight in each unit and its neighbours; shape (units,).
    """

    rows: Integers
    columns: dict[str, Floats]
    window: Floats

    @cached_property
    def place(self) -> dict[int, int]:
        """The place of each unit (row) among these."""
        return {int(row): place for place, row in enumerate(self.rows)}


def weigh_units(
    ranking: Ranking, corpus: Corpus, cosines: Floats, places_missing: dict[int, float]
) -> WeighedUnits:
    """Describe the units of the best documents of a ranking.

    Args:
        ranking: the documents found.
        corpus: the documents.
        cosines: cosines of the question and all units of the best `WEIGHED_DOCUMENTS` documents,
            document by document.
        places_missing: for each of these documents, the share of the places the question names
            that it does not name.
    """
    question = ranking.question
    best = ranking.documents[:WEIGHED_DOCUMENTS]
    all_rows = np.concatenate(
        [np.arange(corpus.first_unit[d], corpus.first_unit[d + 1]) for d in best]
    )
    passage_score = _passage_scores(ranking, corpus, all_rows)
    keep = _most_promising(ranking, corpus, all_rows, passage_score)
    cosine_of = dict(zip(all_rows.tolist(), cosines.tolist(), strict=True))
    rows = all_rows[keep]
    documents = corpus.unit_document[rows]
    texts = [corpus.unit_text(row) for row in rows.tolist()]
    lengths = np.array([len(text) for text in texts], dtype=np.float64)
    cosine = cosines[keep]
    peak = float(cosine.max())
    before, after = _neighbours(corpus, rows, -1), _neighbours(corpus, rows, 1)
    seen, seen_before, seen_after = _seen(corpus, question.tokens, rows, before, after)
    weights, mass = question.weights, question.mass
    opening = {d: _present(corpus.opening_tokens(d), question.tokens) for d in best.tolist()}
    titles = {d: corpus.title_tokens(d) for d in best.tolist()}
    free = np.stack([weights * ~opening[int(d)] for d in documents])
    coverage = seen @ weights / mass
    window = (seen | seen_before | seen_after) @ weights / mass
    near = weights * question.near
    rank = {int(d): place for place, d in enumerate(best)}
    score = dict(zip(best.tolist(), ranking.scores.tolist(), strict=False))
    answered = [looks_answered(question.asked, text) for text in texts]
    kind = np.array([0.5 if found is None else float(found) for found in answered])
    columns: dict[str, Floats] = {
        "document_gap": np.array([score[int(d)] for d in documents]) - ranking.scores[0],
        "document_rank": np.array([1 / (1 + rank[int(d)]) for d in documents]),
        "passage_gap": passage_score[keep] - passage_score[keep].max(),
        "passage_share": _passage_shares(ranking, corpus, rows),
        "cosine": _COSINE_SPREAD * cosine - _COSINE_MIDDLE,
        "cosine_gap": _COSINE_SPREAD * (cosine - peak),
        "coverage": coverage,
        "focus": (seen * free).sum(1) / (free.sum(1) + _FOCUS_FLOOR * mass),
        "near": seen @ near / (near.sum() + 1e-6),
        "window": window,
        "novelty": _novelty(texts, question.folded),
        "before": seen_before @ weights / mass,
        "after": seen_after @ weights / mass,
        "cosine_before": _cosine_gaps(before, cosine_of, peak),
        "position": np.array(
            [
                corpus.units[row].start / max(len(corpus.texts[d]), 1)
                for row, d in zip(rows.tolist(), documents.tolist(), strict=True)
            ]
        ),
        "opening": np.array([float(corpus.units[row].start < _OPENING) for row in rows.tolist()]),
        "titlelike": np.array(
            [
                len(corpus.unit_tokens(row) & titles[d]) / (len(titles[d]) + 3)
                for row, d in zip(rows.tolist(), documents.tolist(), strict=True)
            ]
        ),
        "length": np.log(np.maximum(lengths, 1)),
        "short": (lengths < _SHORT_UNIT).astype(np.float64),
        "measure": np.array([counts_in(question.measure, text) for text in texts]),
        "asked": kind,
        "colon": np.array([float(text.rstrip().endswith(("：", ":"))) for text in texts]),
        "led_in": np.array([float(_leads_in(corpus, row)) for row in before.tolist()]),
        "place_missing": np.array([places_missing[int(d)] for d in documents]),
        "dense_coverage": coverage / np.log(lengths + 8) * 4,
    }
    for name, group in _ASKED_GROUPS.items():
        columns[name] = kind - 0.5 if question.asked in group else np.zeros(len(rows))
    columns |= _heading_columns(ranking, corpus, rows, lengths, opening, cosine_of, peak)
    return WeighedUnits(rows, columns, window)


def _passage_scores(ranking: Ranking, corpus: Corpus, rows: Integers) -> Floats:
    scores = dict(zip(ranking.passages.tolist(), ranking.passage_scores.tolist(), strict=True))
    return np.array([scores[_passage(corpus, row)] for row in rows.tolist()])


def _passage_shares(ranking: Ranking, corpus: Corpus, rows: Integers) -> Floats:
    shares = dict(zip(ranking.passages.tolist(), ranking.passage_shares.tolist(), strict=True))
    return np.array([shares[_passage(corpus, row)] for row in rows.tolist()])


def _passage(corpus: Corpus, row: int) -> int:
    return int(corpus.unit_passage[row])


def _most_promising(
    ranking: Ranking, corpus: Corpus, rows: Integers, passage_score: Floats
) -> Integers:
    """Places of the units to weigh, in reading order, where there are too many."""
    if len(rows) <= MOST_UNITS:
        return np.arange(len(rows))
    score = dict(zip(ranking.documents.tolist(), ranking.scores.tolist(), strict=True))
    worth = passage_score + 0.5 * np.array([score[int(d)] for d in corpus.unit_document[rows]])
    return np.sort(np.argsort(-worth, kind="stable")[:MOST_UNITS])


def _neighbours(corpus: Corpus, rows: Integers, step: int) -> Integers:
    """The unit before or after each in its document; -1 where there is none."""
    moved = rows + step
    inside = (moved >= 0) & (moved < len(corpus.units))
    moved = np.where(inside, moved, rows)
    same = inside & (corpus.unit_document[moved] == corpus.unit_document[rows])
    return np.where(same, moved, -1)


def _seen(corpus: Corpus, asked: tuple[str, ...], *places: Integers) -> list[Booleans]:
    """Which tokens of the question stand in which unit; for each, of shape (units, tokens).

    Args:
        corpus: the documents.
        asked: the tokens of the question.
        places: rows of units, or -1 for none; most units come more than once.
    """
    rows = np.unique(np.concatenate(places))
    column = {token: number for number, token in enumerate(asked)}
    wanted = frozenset(asked)
    table = np.zeros((len(rows), len(asked)), dtype=bool)
    for line, row in enumerate(rows.tolist()):
        if row >= 0:
            table[line, [column[token] for token in corpus.unit_tokens(row) & wanted]] = True
    return [table[np.searchsorted(rows, some)] for some in places]


def _present(tokens: frozenset[str], asked: tuple[str, ...]) -> Booleans:
    """Which tokens of the question are among some others; shape (tokens,)."""
    return np.array([token in tokens for token in asked], dtype=bool)


def _novelty(texts: list[str], asked: str) -> Floats:
    """How many characters a unit has that the question has not, up to a cap."""
    known = frozenset(asked)
    new = [len(character_set(text) - known) for text in texts]
    capped = np.minimum(np.array(new, dtype=np.float64), _NOVELTY_CAP)
    return np.asarray(capped / _NOVELTY_CAP)


def _cosine_gaps(rows: Integers, cosine_of: dict[int, float], peak: float) -> Floats:
    return np.array(
        [
            _COSINE_SPREAD * (cosine_of[row] - peak) if row in cosine_of else _NO_NEIGHBOUR
            for row in rows.tolist()
        ]
    )


def _leads_in(corpus: Corpus, row: int) -> bool:
    return row >= 0 and corpus.unit_text(row).rstrip().endswith(("：", ":"))


def _heading_columns(
    ranking: Ranking,
    corpus: Corpus,
    rows: Integers,
    lengths: Floats,
    opening: dict[int, Booleans],
    cosine_of: dict[int, float],
    peak: float,
) -> dict[str, Floats]:
    """What the heading above each unit has of the question: the answer often stands below it."""
    question = ranking.question
    names = (
        "heading_coverage",
        "heading_focus",
        "heading_cosine",
        "heading_distance",
        "heading",
        "short_heading",
        "below_short_heading",
    )
    columns = {name: np.zeros(len(rows)) for name in names}
    known: dict[int, tuple[float, float]] = {}
    for place, row in enumerate(rows.tolist()):
        above = int(corpus.heading_above[row])
        is_short = lengths[place] <= SHORT_LINE
        columns["heading"][place] = corpus.units[row].is_heading
        columns["short_heading"][place] = corpus.units[row].is_heading and is_short
        if above < 0:
            columns["heading_distance"][place] = 1
            continue
        columns["heading_distance"][place] = min(row - above, _HEADING_REACH) / _HEADING_REACH
        if above == row:
            columns["heading_cosine"][place] = _NO_NEIGHBOUR
            continue
        if above not in known:
            has = _present(corpus.heading_tokens(above), question.tokens)
            free = question.weights * ~opening[int(corpus.unit_document[row])]
            known[above] = (
                float((has * question.weights).sum() / question.mass),
                float((has * free).sum() / (free.sum() + _FOCUS_FLOOR * question.mass)),
            )
        columns["heading_coverage"][place], columns["heading_focus"][place] = known[above]
        columns["heading_cosine"][place] = _COSINE_SPREAD * (cosine_of[above] - peak)
        span = corpus.units[above]
        columns["below_short_heading"][place] = (
            above == row - 1 and span.end - span.start <= SHORT_LINE
        )
    return columns
