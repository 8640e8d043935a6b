"""Methods that answer clicks and inline queries."""

from collections import Counter
from typing import Any

from aiogram import methods as api
from aiogram.types import InputTextMessageContent

from tests.botapi.errors import refuse
from tests.botapi.formatting import MESSAGE_TEXT
from tests.botapi.keyboards import check_reply_markup
from tests.botapi.methods.composition import as_json, text_of
from tests.botapi.methods.context import Context
from tests.botapi.requests import Request

CALLBACK_TEXT_CHARACTERS = 200
INLINE_RESULTS = 50
INLINE_RESULT_ID_BYTES = 64

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def answer_callback_query(context: Context, request: Request) -> bool:
    """Carry out answerCallbackQuery; a click takes one answer, for a limited time."""
    call = request.typed(api.AnswerCallbackQuery)
    if len(call.text or "") > CALLBACK_TEXT_CHARACTERS:
        refuse("MESSAGE_TOO_LONG")
    clicked_at = context.state.callback_clicks.pop(call.callback_query_id, None)
    lifetime = context.settings.callback_lifetime
    if clicked_at is None or context.clock() - clicked_at > lifetime:
        refuse(QUERY_TOO_OLD)
    context.state.callback_answers[call.callback_query_id] = as_json(call)
    return True


async def answer_inline_query(context: Context, request: Request) -> bool:
    """Carry out answerInlineQuery."""
    call = request.typed(api.AnswerInlineQuery)
    if len(call.results) > INLINE_RESULTS:
        refuse("RESULTS_TOO_MUCH")
    for result in call.results:
        _check_inline_result(result)
    repeated = Counter(result.id for result in call.results).most_common(1)
    if repeated and repeated[0][1] > 1:
        refuse("RESULT_ID_DUPLICATE")
    if context.state.inline_queries.pop(call.inline_query_id, None) is None:
        refuse(QUERY_TOO_OLD)
    context.state.inline_answers[call.inline_query_id] = as_json(call)
    return True


def _check_inline_result(result: Any) -> None:
    if not 1 <= len(result.id.encode()) <= INLINE_RESULT_ID_BYTES:
        refuse("RESULT_ID_INVALID")
    check_reply_markup(result.reply_markup)
    content = getattr(result, "input_message_content", None)
    if isinstance(content, InputTextMessageContent):
        text_of(content.message_text, content.parse_mode, content.entities, MESSAGE_TEXT)
