"""The chance that evidence answers a question, from signals that can be shown to a person."""

import re
from collections.abc import Sequence

import numpy as np

from index.corpus import Corpus, token_set
from index.lexical import LexicalIndex
from index.linear import LinearModel, softmax
from index.places import missing_share, named_places
from index.retrieval import Found
from index.text import fold, tokens

Signals = dict[str, float]

# The margin of the best document is taken over the tenth: near ones often say the same.
_MARGIN_PLACE = 9
# Beyond this the logistic curve is flat in double precision.
_LOG_ODDS_CAP = 30.0
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def signals(found: Found, corpus: Corpus, words: LexicalIndex) -> Signals:
    """What speaks for and against the evidence answering the question.

    Args:
        found: what was found.
        corpus: the documents.
        words: the lexical index of the documents.
    """
    ranking, weighed = found.ranking, found.weighed
    question, sides = ranking.question, ranking.sides
    best = int(np.argmax(found.unit_scores))
    unit = int(weighed.rows[best])
    document = int(corpus.unit_document[unit])
    title, text = corpus.titles[document], corpus.texts[document]
    passage = corpus.passages[_best_passage(found, corpus, document)]
    weight = dict(zip(question.tokens, question.weights.tolist(), strict=True))

    def share(present: frozenset[str]) -> float:
        seen: float = sum(value for token, value in weight.items() if token in present)
        return seen / question.mass

    places = named_places(question.folded)
    numbers = frozenset(_NUMBER.findall(question.folded))
    meaning = sides.dense + sides.sentence
    dense, lexical = np.sort(meaning)[::-1], np.sort(sides.document)[::-1]
    return {
        # Share of the question's weight in the best unit and its neighbours, in the best passage
        # of its document with the title, and in the whole document.
        "coverage_evidence": float(weighed.window[best]),
        "coverage_passage": share(token_set(f"{title} {passage.text}") | corpus.unit_tokens(unit)),
        "coverage_document": share(corpus.document_tokens(document)),
        # Shares of the places that no document names, and that this one does not name; of the
        # numbers and years that this one lacks.
        "place_unknown": _share_unknown(places, words),
        "place_missing": missing_share(places, title + text),
        "number_missing": _share_lacking(numbers, title + text),
        # The best unit's cosine; the best document's over the tenth's; by words over the second's.
        "cosine": float(sides.sentence.max()),
        "cosine_margin": float(dense[0] - dense[min(_MARGIN_PLACE, len(dense) - 1)]),
        "lexical_margin": float(lexical[0] - lexical[1]) if len(lexical) > 1 else 0.0,
        # 1 when meaning and words name the same best document.
        "agreement": float(np.argmax(meaning) == np.argmax(sides.document)),
        # How far the best unit stands out among the weighed ones.
        "chance": float(softmax(found.unit_scores).max()),
    }


def probability(values: Signals, model: LinearModel) -> float:
    """The calibrated chance, 0 to 1."""
    columns = {name: np.array([value]) for name, value in values.items()}
    log_odds = np.clip(model.predict(columns)[0], -_LOG_ODDS_CAP, _LOG_ODDS_CAP)
    return float(1 / (1 + np.exp(-log_odds)))


def _best_passage(found: Found, corpus: Corpus, document: int) -> int:
    """The best passage (row) of a document."""
    ranking = found.ranking
    own = np.flatnonzero(corpus.passage_document[ranking.passages] == document)
    return int(ranking.passages[own[np.argmax(ranking.passage_scores[own])]])


def _share_unknown(places: Sequence[str], words: LexicalIndex) -> float:
    if not places:
        return 0.0
    unknown = [any(not words.frequency(token) for token in tokens(place)) for place in places]
    return sum(unknown) / len(places)


def _share_lacking(numbers: frozenset[str], text: str) -> float:
    if not numbers:
        return 0.0
    return len(numbers - frozenset(_NUMBER.findall(fold(text)))) / len(numbers)
