"""Questions: off the event loop to the assistant, back as a message."""

import asyncio
import logging
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

from bot.answering.answer import Answer, Status
from bot.answering.texts import say
from bot.assistant import Assistant, Question
from bot.language import Language
from bot.records import Records
from bot.telegram import texts
from bot.telegram.answers import answer_message
from bot.telegram.incoming import Person, Place
from bot.telegram.limits import QuestionLimits
from bot.telegram.metrics import Metrics
from bot.telegram.replies import Reply, message
from index.errors import AssistantError

log = logging.getLogger(__name__)

# Longer than the slowest answer ever measured; a person has given up by then.
ANSWER_SECONDS = 30.0
# Embedding keeps every core busy; some threads more, so that a few hanging ones block nobody.
_CORES = os.cpu_count() or 1
_THREADS = _CORES + 6


class QuestionDesk:
    """Answers questions of people in chats."""

    def __init__(
        self,
        assistant: Assistant,
        records: Records,
        limits: QuestionLimits,
        metrics: Metrics,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        log_questions: bool = False,
    ) -> None:
        """Name the parts.

        Args:
            assistant: answers.
            records: keeps the answers for the buttons below them.
            limits: how often people may ask.
            metrics: the figures.
            answer_seconds: after how long an answer is given up.
            log_questions: write the questions into the log.
        """
        self._log_questions = log_questions
        self._assistant = assistant
        self._records = records
        self._limits = limits
        self._metrics = metrics
        self._answer_seconds = answer_seconds
        self._working = 0
        self._working_lock = threading.Lock()
        self._cores = asyncio.Semaphore(_CORES)
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="answering")

    async def reply(
        self,
        update_id: int,
        person: Person,
        place: Place,
        question: str,
        language: Language | None = None,
        *,
        suggestions: tuple[str, ...] = (),
    ) -> Reply:
        """Answer a question.

        Args:
            update_id: the update that asks; the answer is kept under it.
            person: who asks.
            place: where.
            question: the question.
            language: of the reply; None takes that of the question.
            suggestions: questions to go on with, in the place of the assistant's.
        """
        surface = language or person.language or Language.SIMPLIFIED
        notice = self._records.notice()
        if notice is not None:
            return message(place, notice)
        refusal = self._limited(person, place, surface)
        if refusal is not None:
            return refusal
        answer = await self.answer(question, session_of(person, place), language)
        if suggestions:
            answer = answer.model_copy(update={"suggestions": suggestions})
        self._metrics.answers.labels(answer.status).inc()
        words = f": {question}" if self._log_questions else ""
        log.info("update %d: %s, %d ms%s", update_id, answer.status, answer.elapsed_ms, words)
        return answer_message(place, answer, update_id) + Reply(
            effects=(lambda: self._records.keep_answer(update_id, place.chat, person.id, answer),)
        )

    async def answer(
        self, question: str, session: str | None, language: Language | None = None
    ) -> Answer:
        """Ask the assistant; an answer that takes too long becomes an apology."""
        asked = Question(text=question, session=session, language=language)
        loop = asyncio.get_running_loop()
        async with self._cores:
            work = loop.run_in_executor(self._threads, self._work, asked)
            try:
                # Shielded: a thread cannot be stopped. Its core counts as free again all the same.
                return await asyncio.wait_for(asyncio.shield(work), self._answer_seconds)
            except TimeoutError:
                reason = f"no answer in {self._answer_seconds:.0f} s"
            except AssistantError as error:
                reason = str(error)
        reference = secrets.token_hex(4)
        log.error("no answer, reference %s: %s", reference, reason)
        spoken = language or Language.SIMPLIFIED
        return Answer(
            question=question,
            language=spoken,
            status=Status.ERROR,
            headline=say(texts.FAILED, spoken, reference=reference),
        )

    def forget(self, person: Person, place: Place) -> None:
        """Forget the conversation."""
        self._assistant.forget(session_of(person, place))

    def close(self) -> None:
        """Take no more questions; threads that hang are left behind."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def is_stuck(self) -> bool:
        """Whether every thread hangs: only a new process helps."""
        return self._working >= _THREADS

    @property
    def is_hanging(self) -> bool:
        """Whether an answer is still being worked on, wanted or not."""
        return self._working > 0

    def _work(self, question: Question) -> Answer:
        with self._working_lock:
            self._working += 1
        try:
            return self._assistant.answer(question)
        finally:
            with self._working_lock:
                self._working -= 1

    def _limited(self, person: Person, place: Place, language: Language) -> Reply | None:
        wait = self._limits.seconds_to_wait(person.id)
        if wait > 0:
            self._metrics.limited.labels("person").inc()
            if not self._limits.is_first_refusal(person.id):
                return Reply()
            return message(place, say(texts.TOO_FAST, language, seconds=round(wait) + 1))
        if self._limits.is_overall_spent():
            self._metrics.limited.labels("overall").inc()
            return message(place, say(texts.TOO_BUSY, language))
        return None


def session_of(person: Person, place: Place) -> str:
    """The conversation a question belongs to: one for each person and topic of a chat."""
    return f"telegram:{place.chat}:{place.thread or 0}:{person.id}"
