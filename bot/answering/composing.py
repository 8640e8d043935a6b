"""Findings → the words of an answer, its citations and what to ask next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.answering import texts
from bot.answering.answer import Citation, Status
from bot.answering.figures import Claim, leading_figure, same_figure
from bot.answering.finding import Finding
from bot.answering.texts import say
from bot.language import Language
from index.configuration import Configuration, Contact
from index.documents.model import Metadata
from index.evidence import Quote
from index.retrieval import Hit
from index.searching import Searcher
from index.text import has_han, letters, tokens

# More buttons than this push the answer off a phone's screen.
MAX_SUGGESTIONS = 3
# Titles of the nearest documents named in a refusal.
_MAX_NEAREST = 2
_GENERAL = "general"

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Composed:
    """The words of an answer.

    Attributes:
        status: of the whole question.
        headline: the first line.
        detail: further lines; may be empty.
        citations: where the words stand, best first.
        suggestions: questions to go on with.
        confidence: the lowest probability among the parts that rest on evidence; the highest
            among the others where none does.
        as_of: the newest date of the cited documents.
    """

    status: Status
    headline: str
    detail: str
    citations: tuple[Citation, ...]
    suggestions: tuple[str, ...]
    confidence: float
    as_of: date | None


class Composer:
    """Composes answers from what one snapshot holds. Nothing is said that no quote says."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._configuration: Configuration = searcher.configuration

    def compose(self, findings: Sequence[Finding], language: Language, today: date) -> Composed:
        """Compose the answer to a question from the findings of its parts (at least one)."""
        status = _overall(findings)
        lines = [line for finding in findings for line in self._lines(finding, language, today)]
        if status in (Status.PARTIAL, Status.NOT_FOUND):
            lines += self._help(findings, language)
        told = "\n".join(lines)
        # What is told comes first: what only supports it may stay behind a button.
        citations = tuple(
            sorted(
                _unique(self._citations(findings)),
                key=lambda citation: citation.quote not in told,
            )
        )
        dates = [citation.published for citation in citations if citation.published]
        return Composed(
            status=status,
            headline=lines[0],
            detail="\n".join(lines[1:]),
            citations=citations,
            suggestions=self._suggestions(findings, language),
            confidence=_confidence(findings),
            as_of=max(dates, default=None),
        )

    def _lines(self, finding: Finding, language: Language, today: date) -> list[str]:
        asked = finding.question
        profile = self._configuration.profile
        if finding.status is Status.NOT_FOUND:
            return [say(texts.NOT_FOUND, language, asked=asked)]
        if finding.status is Status.OUT_OF_SCOPE:
            if finding.elsewhere and profile:
                home = say(profile.place, language)
                return [say(texts.OTHER_PLACE, language, home=home, place=finding.elsewhere)]
            if profile:
                return [say(texts.OTHER_SUBJECT, language, name=say(profile.name, language))]
            return [say(texts.OTHER_SUBJECT_UNNAMED, language)]
        lines = []
        if finding.status is Status.OUTDATED:
            lines.append(say(texts.OUTDATED, language, dates=self._ended(finding, language, today)))
        if language is Language.ENGLISH and all(has_han(quote.text) for quote in finding.quotes):
            lines.append(say(texts.ONLY_CHINESE, language))
        return lines + self._told(finding, language)

    def _told(self, finding: Finding, language: Language) -> list[str]:
        """The figure asked for, the words it stands in, and what other sources say of it."""
        first, *others = finding.quotes
        open_question = finding.claim.open_question if finding.claim else finding.searched
        figure = leading_figure(open_question, first.text)
        if figure is None:
            return [first.text]
        return [
            self._figure_line(figure, finding.claim, language),
            first.text,
            *self._differing(figure, first, others, open_question, language),
        ]

    def _figure_line(self, figure: str, claim: Claim | None, language: Language) -> str:
        if claim is None:
            return figure
        text = texts.CONFIRMED if same_figure(figure, claim.figure) else texts.CORRECTED
        return say(text, language, figure=figure)

    def _differing(
        self, figure: str, first: Quote, others: list[Quote], question: str, language: Language
    ) -> list[str]:
        """Lines for other documents that give another figure for the same."""
        lines = []
        for quote in others:
            other = leading_figure(question, quote.text)
            is_same = other is None or same_figure(other, figure)
            if is_same or quote.passage.document == first.passage.document:
                continue
            metadata = self._searcher.metadata(quote.passage.document)
            lines.append(
                say(
                    texts.OTHER_SOURCE,
                    language,
                    figure=other,
                    source=self._source(metadata, language),
                    quote=quote.text,
                )
            )
        return lines

    def _source(self, metadata: Metadata, language: Language) -> str:
        publisher = metadata.publisher or say(texts.SOURCE_UNNAMED, language)
        published = metadata.published
        return f"{publisher} {published or say(texts.SOURCE_UNDATED, language)}"

    def _ended(self, finding: Finding, language: Language, today: date) -> str:
        """Why the documents of an outdated finding are no longer in force."""
        reasons = []
        for metadata in self._documents(finding):
            if metadata.expires and metadata.expires < today:
                reasons.append(say(texts.EXPIRED_ON, language, day=metadata.expires.isoformat()))
            else:
                reasons.append(say(texts.SUPERSEDED, language))
        return "; ".join(dict.fromkeys(reasons))

    def _documents(self, finding: Finding) -> Iterable[Metadata]:
        return (self._searcher.metadata(quote.passage.document) for quote in finding.quotes)

    def _help(self, findings: Sequence[Finding], language: Language) -> list[str]:
        """Nearest documents, and whom to ask, for the parts that found nothing."""
        missing = [finding for finding in findings if finding.status is Status.NOT_FOUND]
        hits = [hit for finding in missing for hit in finding.hits]
        titles = _unique(self._searcher.metadata(hit.passage.document).title for hit in hits)
        nearest = [f"《{title}》" for title, _ in zip(titles, range(_MAX_NEAREST), strict=False)]
        lines = []
        if nearest and not any(finding.quotes for finding in findings):
            lines.append(say(texts.NEAREST, language, titles=" ".join(nearest)))
        contact = self._contact(hits)
        if contact:
            lines.append(say(texts.ASK_CONTACT, language, contact=_contact_line(contact, language)))
        return lines

    def _contact(self, hits: Sequence[Hit]) -> Contact | None:
        """The contact for the topic of the nearest document, else the general one."""
        topics = [*(self._searcher.metadata(hits[0].passage.document).topics if hits else ())]
        certain = [contact for contact in self._configuration.contacts if contact.certain]
        for topic in (*topics, _GENERAL):
            for contact in certain:
                if topic in contact.topics:
                    return contact
        return None

    def _citations(self, findings: Sequence[Finding]) -> Iterable[Citation]:
        for finding in findings:
            for quote in finding.quotes:
                yield self._citation(quote)

    def _citation(self, quote: Quote) -> Citation:
        metadata = self._searcher.metadata(quote.passage.document)
        return Citation(
            document=quote.passage.document,
            passage=quote.passage.id,
            title=metadata.title,
            publisher=metadata.publisher,
            published=metadata.published,
            url=metadata.url,
            quote=quote.text,
        )

    def _suggestions(self, findings: Sequence[Finding], language: Language) -> tuple[str, ...]:
        """Further questions, as the profile words them: those nearest to what was asked first."""
        profile = self._configuration.profile
        if profile is None:
            return ()
        asked = " ".join(finding.searched for finding in findings)
        words = frozenset(tokens(asked))
        questions = [
            say(question, language)
            for topic in profile.topics
            for question in (topic.question, *topic.questions)
        ]
        fresh = [question for question in questions if letters(question) not in letters(asked)]
        nearest = sorted(fresh, key=lambda question: -len(words & frozenset(tokens(question))))
        return tuple(nearest[:MAX_SUGGESTIONS])


def _overall(findings: Sequence[Finding]) -> Status:
    statuses = {finding.status for finding in findings}
    if len(statuses) == 1:
        return statuses.pop()
    if Status.ANSWERED in statuses or Status.OUTDATED in statuses:
        missing = statuses & {Status.NOT_FOUND, Status.OUT_OF_SCOPE}
        return Status.PARTIAL if missing else Status.ANSWERED
    return Status.NOT_FOUND


def _confidence(findings: Sequence[Finding]) -> float:
    answered = [finding.probability for finding in findings if finding.quotes]
    return min(answered) if answered else max(finding.probability for finding in findings)


def _contact_line(contact: Contact, language: Language) -> str:
    parts = [say(contact.name, language), contact.phone, contact.url]
    name, *rest = [part for part in parts if part]
    # The number may stand in the name already (“12345 hotline”).
    return " ".join([name, *(part for part in rest if part not in name)])


def _unique(items: Iterable[_Item]) -> Iterable[_Item]:
    """The items without repetitions, in order."""
    return dict.fromkeys(items)
