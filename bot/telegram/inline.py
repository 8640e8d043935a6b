"""Inline mode: ``@bot question`` in any chat offers the answer to send there."""

from bot.answering.answer import Status
from bot.records import Records
from bot.telegram.answers import answer_message, source_line
from bot.telegram.incoming import Place, Typed
from bot.telegram.limits import QuestionLimits
from bot.telegram.metrics import Metrics
from bot.telegram.outbox import Outgoing
from bot.telegram.questions import QuestionDesk
from bot.telegram.replies import Reply

# Shorter texts are the beginning of a word.
_LEAST_CHARACTERS = 4
# Telegram asks again only after this time; an answer changes with the documents, not by the minute.
_CACHE_SECONDS = 300
_DESCRIPTION_CHARACTERS = 120
_OFFERED = frozenset({Status.ANSWERED, Status.PARTIAL, Status.OUTDATED})


class InlineAnswers:
    """Answers inline queries. They belong to no conversation and are not kept."""

    def __init__(
        self, records: Records, desk: QuestionDesk, limits: QuestionLimits, metrics: Metrics
    ) -> None:
        self._records = records
        self._desk = desk
        self._limits = limits
        self._metrics = metrics

    async def reply(self, typed: Typed) -> Reply:
        """Offer what a document answers; nothing else."""
        if len(typed.text) < _LEAST_CHARACTERS or self._records.notice() is not None:
            return _offer(typed, [], cache=0)
        # While somebody types, each pause asks: the allowance is the same as for questions.
        if self._limits.seconds_to_wait(typed.person.id) > 0 or self._limits.is_overall_spent():
            self._metrics.limited.labels("inline").inc()
            return _offer(typed, [], cache=0)
        answer = await self._desk.answer(typed.text, session=None)
        if answer.status not in _OFFERED:
            return _offer(typed, [], cache=0)
        sent = answer_message(Place(typed.person.id), answer, typed.update_id).outgoing[0]
        first = answer.citations[0] if answer.citations else None
        source = source_line(first.publisher, first.published, answer.language) if first else ""
        result: dict[str, object] = {
            "type": "article",
            "id": str(typed.update_id),
            "title": answer.headline[:_DESCRIPTION_CHARACTERS],
            "description": f"{answer.detail[:_DESCRIPTION_CHARACTERS]} {source}".strip(),
            "input_message_content": {
                "message_text": sent.payload["text"],
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            },
        }
        return _offer(typed, [result], cache=_CACHE_SECONDS)


def _offer(typed: Typed, results: list[dict[str, object]], cache: int) -> Reply:
    payload = {"inline_query_id": typed.query, "results": results, "cache_time": cache}
    return Reply((Outgoing("answerInlineQuery", payload),))
