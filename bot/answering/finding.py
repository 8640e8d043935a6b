"""One question → what becomes of it: the status, and the evidence it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.answering.answer import Status
from bot.language import Language
from index.evidence import Quote
from index.places import Gazetteer, Place
from index.retrieval import Filters, Hit
from index.searching import Findings, Searcher

# Evidence that is more likely than not to answer is shown as an answer.
ANSWER_PROBABILITY = 0.5
_CHINESE = frozenset({"zh"})
_ENGLISH = frozenset({"en"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one question.

    Attributes:
        question: the question, standing alone.
        searched: the question as it was searched, typing errors mended.
        status: answered, outdated, not_found or out_of_scope.
        quotes: the sentences that answer, best first; empty unless they do.
        hits: the passages found, best first.
        probability: how likely it is that the evidence answers.
        signals: what the probability rests on.
        elsewhere: the other place that was asked about, where that is why.
    """

    question: str
    searched: str
    status: Status
    quotes: tuple[Quote, ...]
    hits: tuple[Hit, ...]
    probability: float
    signals: dict[str, float]
    elsewhere: str | None = None


def find(question: str, language: Language, today: date, searcher: Searcher) -> Finding:
    """Search for one question and decide what becomes of it.

    Raises:
        ModelError: the embedding model cannot be loaded.
    """
    findings = _search(question, language, searcher)
    evidence = findings.evidence
    answers = evidence.probability >= ANSWER_PROBABILITY
    elsewhere = _elsewhere(question, evidence.quotes if answers else (), searcher.gazetteer)
    if elsewhere:
        return _finding(question, Status.OUT_OF_SCOPE, findings, elsewhere=elsewhere)
    if not answers:
        return _finding(question, Status.NOT_FOUND, findings)
    if not any(searcher.is_current(quote.passage.document, today) for quote in evidence.quotes):
        return _finding(question, Status.OUTDATED, findings)
    return _finding(question, Status.ANSWERED, findings)


def _search(question: str, language: Language, searcher: Searcher) -> Findings:
    """Search documents in the asker's language; English falls back on the Chinese ones."""
    if language is not Language.ENGLISH:
        return searcher.find(question, Filters(languages=_CHINESE))
    findings = searcher.find(question, Filters(languages=_ENGLISH))
    if findings.evidence.probability >= ANSWER_PROBABILITY:
        return findings
    chinese = searcher.find(question, Filters(languages=_CHINESE))
    better = chinese.evidence.probability > findings.evidence.probability
    return chinese if better else findings


def _elsewhere(question: str, quotes: Sequence[Quote], gazetteer: Gazetteer) -> str | None:
    """Another place that is asked about, where no home place is and no answer names it."""
    places = gazetteer.places(question)
    if not gazetteer.has_home or any(place.is_home for place in places):
        return None
    named = {place.name for quote in quotes for place in _places_of(quote, gazetteer)}
    return next((place.name for place in places if place.name not in named), None)


def _places_of(quote: Quote, gazetteer: Gazetteer) -> list[Place]:
    return gazetteer.places("\n".join((*quote.passage.breadcrumb, quote.text)))


def _finding(
    question: str, status: Status, findings: Findings, elsewhere: str | None = None
) -> Finding:
    answers = status in (Status.ANSWERED, Status.OUTDATED)
    evidence = findings.evidence
    return Finding(
        question=question,
        searched=findings.query.text,
        status=status,
        quotes=evidence.quotes if answers else (),
        hits=findings.hits,
        probability=evidence.probability,
        signals=evidence.signals,
        elsewhere=elsewhere,
    )
