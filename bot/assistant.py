"""The assistant: questions in, answers out, over the snapshot in service."""

import logging
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from time import monotonic
from typing import Protocol

from bot.answering import texts
from bot.answering.answer import Answer, Status
from bot.answering.composing import Composer
from bot.answering.dividing import divide
from bot.answering.finding import Finding, find
from bot.answering.screening import clean, screen
from bot.answering.texts import say
from bot.conversation import Conversations, FollowUps, Understood
from bot.language import Language, detect_language
from index.configuration import Configuration, Profile
from index.errors import AssistantError
from index.searching import Searcher
from index.snapshot import Manifest
from index.text import to_traditional
from index.understanding import plainly

_log = logging.getLogger(__name__)
# Dates are those of the documents' country, wherever the server stands.
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        text: as it was asked.
        id: of the asker's choosing; comes back with the answer.
        session: questions of one session are one conversation, in order; None stands alone.
        today: stands in for the clock.
        language: of the reply; None takes that of the question.
    """

    text: str
    id: str | int | None = None
    session: str | None = None
    today: date | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """A passage as it is shown to someone who wants to see where an answer comes from."""

    title: str
    publisher: str | None
    published: date | None
    url: str | None
    breadcrumb: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Bound:
    """What is made once for each snapshot."""

    searcher: Searcher
    follow_ups: FollowUps
    composer: Composer

    def understand(self, part: str, previous: str | None) -> Understood:
        """A part of a question, its typing errors mended, standing alone."""
        mended = self.searcher.understanding.read(part)
        understood = self.follow_ups.understand(mended.text, previous)
        return replace(understood, is_changed=understood.is_changed or mended.is_mended)

    def find(self, understood: Understood, language: Language, today: date) -> Finding:
        """What becomes of a part; its second reading is tried where the first finds nothing."""
        finding = find(understood.text, language, today, self.searcher)
        if understood.fallback and finding.status is Status.NOT_FOUND:
            second = find(understood.fallback, language, today, self.searcher)
            return second if second.quotes else finding
        return finding


class SearcherSource(Protocol):
    """Says which snapshot to search now: the one in service, or a certain one."""

    def searcher(self) -> Searcher:
        """The searcher to use.

        Raises:
            SnapshotError: there is no snapshot that can be opened.
        """


class Assistant:
    """Answers questions. Safe to use from several threads; questions of one session in order."""

    def __init__(self, source: SearcherSource) -> None:
        self._source = source
        self._conversations = Conversations()
        self._lock = threading.Lock()
        self._bound: _Bound | None = None

    @property
    def configuration(self) -> Configuration:
        """Profile, glossary, contacts and checks of the snapshot in service.

        Raises:
            SnapshotError: there is no snapshot that can be opened.
        """
        return self._current().searcher.configuration

    @property
    def manifest(self) -> Manifest:
        """What the snapshot in service says about itself.

        Raises:
            SnapshotError: there is no snapshot that can be opened.
        """
        return self._current().searcher.manifest

    def passage(self, passage_id: str) -> SourcePassage | None:
        """A passage by its id; None where the snapshot in service has no such passage.

        Raises:
            SnapshotError: there is no snapshot that can be opened.
        """
        searcher = self._current().searcher
        passage = searcher.passage(passage_id)
        if passage is None:
            return None
        metadata = searcher.metadata(passage.document)
        return SourcePassage(
            title=metadata.title,
            publisher=metadata.publisher,
            published=metadata.published,
            url=metadata.url,
            breadcrumb=passage.breadcrumb,
            text=passage.text,
        )

    def forget(self, session: str) -> None:
        """Drop what is remembered of a conversation."""
        self._conversations.forget(session)

    def answer(self, question: Question) -> Answer:
        """Answer a question.

        Whatever breaks on the way becomes an answer of status ``error`` with a reference that the
        log explains; errors that a person can mend are raised.

        Raises:
            SnapshotError: there is no snapshot that can be opened.
            ModelError: the embedding model cannot be loaded.
        """
        started = monotonic()
        # Half of a character (JSON and the command line let it through) can be neither kept nor
        # printed.
        whole = question.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        question = replace(question, text=whole)
        text = clean(question.text)
        language = question.language or detect_language(text)
        try:
            answer = self._answer(question, text, language)
        except AssistantError:
            raise
        except Exception:  # noqa: BLE001 - the asker gets a reference, the log the trace
            reference = secrets.token_hex(4)
            _log.exception("answering failed, reference %s", reference)
            answer = Answer(
                id=question.id,
                question=question.text,
                language=language,
                status=Status.ERROR,
                headline=say(texts.ERROR, language, reference=reference),
            )
        elapsed_ms = round((monotonic() - started) * 1000)
        return answer.model_copy(update={"elapsed_ms": elapsed_ms})

    def _answer(self, question: Question, text: str, language: Language) -> Answer:
        bound = self._current()
        profile = bound.searcher.configuration.profile
        screened = screen(text, language, profile)
        if screened:
            topics = (
                profile.topics if profile and screened.status is not Status.PERSONAL_DATA else ()
            )
            return Answer(
                id=question.id,
                question=question.text,
                language=language,
                status=screened.status,
                headline=screened.text,
                suggestions=tuple(say(topic.question, language) for topic in topics),
            )
        today = question.today or datetime.now(UTC).astimezone(_CHINA).date()
        previous = self._conversations.last(question.session)
        findings: list[Finding] = []
        is_changed = False
        for part in divide(plainly(text)):
            understood = bound.understand(part, previous)
            if understood.is_open:
                return self._open_question(question, language, profile)
            finding = bound.find(understood, language, today)
            findings.append(finding)
            is_changed = is_changed or understood.is_changed
            previous = finding.searched
        if previous is not None:
            self._conversations.remember(question.session, previous)
        composed = bound.composer.compose(findings, language, today)
        understood_as = " ".join(finding.searched for finding in findings)
        if language is Language.TRADITIONAL:
            understood_as = to_traditional(understood_as)
        return Answer(
            id=question.id,
            question=question.text,
            understood_as=understood_as if is_changed else None,
            language=language,
            status=composed.status,
            headline=composed.headline,
            detail=composed.detail,
            citations=composed.citations,
            suggestions=composed.suggestions,
            confidence=composed.confidence,
            as_of=composed.as_of,
            signals=findings[0].signals,
        )

    def _open_question(
        self, question: Question, language: Language, profile: Profile | None
    ) -> Answer:
        """Ask back: the question refers to something that was never named."""
        topics = profile.topics if profile else ()
        return Answer(
            id=question.id,
            question=question.text,
            language=language,
            status=Status.CLARIFY,
            headline=say(texts.WHICH_ONE, language),
            suggestions=tuple(say(topic.question, language) for topic in topics),
        )

    def _current(self) -> _Bound:
        searcher = self._source.searcher()
        with self._lock:
            if self._bound is None or self._bound.searcher is not searcher:
                self._bound = _Bound(
                    searcher=searcher,
                    follow_ups=FollowUps(searcher.understanding, searcher.gazetteer),
                    composer=Composer(searcher),
                )
            return self._bound
