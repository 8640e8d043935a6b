"""One question → what becomes of it: the status, and the evidence it rests on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answering.answer import Status
from bot.answering.figures import Claim, claim_in
from bot.language import Language
from index.evidence import Quote
from index.retrieval import Filters, Hit
from index.searching import Findings, Searcher
from index.sentences import sentence_spans

# Evidence that is more likely than not to answer is shown as an answer.
ANSWER_PROBABILITY = 0.5
# Where the question names something the documents know, and the quotes speak of it, less is
# enough: the probability was fitted on questions about anything. With words in it that no document
# has, somewhat more. The lowest values at which hardly any gold refusal was answered
# (“xinzhou eval”).
NAMED_PROBABILITY = 0.2
UNSURE_PROBABILITY = 0.4
# Quotes shown as evidence.
_MOST_QUOTES = 3
_NOW = re.compile(
    r"现在|目前|如今|最新|眼下|\b(?:now|currently|latest|today|nowadays)\b", re.IGNORECASE
)
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
        claim: a figure that the question takes for granted.
    """

    question: str
    searched: str
    status: Status
    quotes: tuple[Quote, ...]
    hits: tuple[Hit, ...]
    probability: float
    signals: dict[str, float]
    elsewhere: str | None = None
    claim: Claim | None = None


def find(question: str, language: Language, today: date, searcher: Searcher) -> Finding:
    """Search for one question and decide what becomes of it.

    Raises:
        ModelError: the embedding model cannot be loaded.
    """
    claim = claim_in(question)
    if claim:
        # What is taken for granted must not draw the search to where it stands.
        finding = find(claim.open_question, language, today, searcher)
        if finding.quotes:
            return replace(finding, question=question, searched=question, claim=claim)
    findings = _search(question, language, searcher)
    quotes = findings.evidence.quotes[:_MOST_QUOTES] if _answers(findings) else ()
    elsewhere = _elsewhere(question, quotes, searcher)
    if elsewhere:
        return _finding(question, Status.OUT_OF_SCOPE, findings, elsewhere=elsewhere)
    if not quotes:
        is_ours = _is_in_scope(findings.query.text, searcher)
        status = Status.NOT_FOUND if is_ours else Status.OUT_OF_SCOPE
        return _finding(question, status, findings)
    current = tuple(quote for quote in quotes if searcher.is_current(quote.passage.document, today))
    if current:
        if _NOW.search(question):
            current = _newest_first(current, searcher)
        return _finding(question, Status.ANSWERED, findings, current)
    return _finding(question, Status.OUTDATED, findings, quotes)


def _newest_first(quotes: tuple[Quote, ...], searcher: Searcher) -> tuple[Quote, ...]:
    """Quotes by the date of their documents; undated ones keep their place behind the dated."""
    dated = [q for q in quotes if searcher.metadata(q.passage.document).published]
    undated = [q for q in quotes if q not in dated]

    def published(quote: Quote) -> date:
        return searcher.metadata(quote.passage.document).published or date.min

    return (*sorted(dated, key=published, reverse=True), *undated)


def _answers(findings: Findings) -> bool:
    evidence = findings.evidence
    least = ANSWER_PROBABILITY
    if evidence.names_known:
        least = NAMED_PROBABILITY if evidence.words_known else UNSURE_PROBABILITY
    return bool(evidence.quotes) and evidence.probability >= least


def _search(question: str, language: Language, searcher: Searcher) -> Findings:
    """Search documents in the asker's language; English falls back on the Chinese ones."""
    if language is not Language.ENGLISH:
        return searcher.find(question, Filters(languages=_CHINESE))
    findings = searcher.find(question, Filters(languages=_ENGLISH))
    if _answers(findings):
        return findings
    chinese = searcher.find(question, Filters(languages=_CHINESE))
    return chinese if _answers(chinese) else findings


def _is_in_scope(question: str, searcher: Searcher) -> bool:
    """Whether a question names anything the glossary or the gazetteer knows.

    Without a home place nothing is known of the scope: everything is in it.
    """
    if not searcher.gazetteer.has_home:
        return True
    return bool(searcher.understanding.mentions(question) or searcher.gazetteer.places(question))


def _elsewhere(question: str, quotes: Sequence[Quote], searcher: Searcher) -> str | None:
    """Another place that is asked about, where no home place is and no answer is about it.

    An answer is about a place when one of its sentences names the place and a thing that the
    question names: a note on Taiyuan's hostel does not answer for Taiyuan's apartments.
    """
    gazetteer, understanding = searcher.gazetteer, searcher.understanding
    places = gazetteer.places(question)
    if not gazetteer.has_home or any(place.is_home for place in places):
        return None
    things = {
        mention.term.id
        for mention in understanding.mentions(question)
        if mention.term.kind not in ("place", "attribute")
    }
    named: set[str] = set()
    for quote in quotes:
        for start, end in sentence_spans(quote.text):
            sentence = quote.text[start:end]
            there = {mention.term.id for mention in understanding.mentions(sentence)}
            if not things or things & there:
                named |= {place.name for place in gazetteer.places(sentence)}
    return next((place.name for place in places if place.name not in named), None)


def _finding(
    question: str,
    status: Status,
    findings: Findings,
    quotes: tuple[Quote, ...] = (),
    elsewhere: str | None = None,
) -> Finding:
    return Finding(
        question=question,
        searched=findings.query.text,
        status=status,
        quotes=quotes,
        hits=findings.hits,
        probability=findings.evidence.probability,
        signals=findings.evidence.signals,
        elsewhere=elsewhere,
    )
