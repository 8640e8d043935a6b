"""Methods that write, change and remove messages."""

from aiogram import methods as api

from tests.botapi.errors import refuse
from tests.botapi.formatting import CAPTION, DRAFT_TEXT, MESSAGE_TEXT
from tests.botapi.json_types import Json
from tests.botapi.keyboards import check_reply_markup
from tests.botapi.methods.composition import (
    as_json,
    reply_markup_fields,
    send,
    text_fields,
    text_of,
)
from tests.botapi.methods.context import Context
from tests.botapi.requests import Request
from tests.botapi.state import unix_time

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def send_message(context: Context, request: Request) -> Json:
    """Carry out sendMessage."""
    call = request.typed(api.SendMessage)
    formatted = text_of(call.text, call.parse_mode, call.entities, MESSAGE_TEXT)
    check_reply_markup(call.reply_markup)
    return send(
        context,
        context.reachable_chat(call.chat_id),
        text_fields(formatted),
        reply=call.reply_parameters,
        reply_to_message_id=call.reply_to_message_id,
        topic=call.message_thread_id,
        markup=call.reply_markup,
    )


async def send_message_draft(context: Context, request: Request) -> bool:
    """Carry out sendMessageDraft; it counts to no flood limit: approximated: not published."""
    call = request.typed(api.SendMessageDraft)
    formatted = text_of(call.text, call.parse_mode, call.entities, DRAFT_TEXT)
    chat_id = context.reachable_chat(call.chat_id)
    if context.state.chats[chat_id]["type"] != "private" or not call.draft_id:
        # Both rules are documented; the text is approximated: not published.
        refuse("DRAFT_ID_INVALID")
    context.state.drafts[chat_id, call.draft_id].append(formatted.text)
    return True


async def edit_message_text(context: Context, request: Request) -> Json:
    """Carry out editMessageText for messages in chats."""
    call = request.typed(api.EditMessageText)
    formatted = text_of(call.text, call.parse_mode, call.entities, MESSAGE_TEXT)
    check_reply_markup(call.reply_markup)
    message = _editable(context, call.chat_id, call.message_id)
    if "text" not in message:
        refuse("there is no text in the message to edit")
    kept = _without(message, "text", "entities", "reply_markup")
    changed = {**kept, **text_fields(formatted), **reply_markup_fields(call.reply_markup)}
    return _replace(context, message, changed)


async def edit_message_caption(context: Context, request: Request) -> Json:
    """Carry out editMessageCaption for messages in chats."""
    call = request.typed(api.EditMessageCaption)
    formatted = text_of(call.caption, call.parse_mode, call.caption_entities, CAPTION)
    check_reply_markup(call.reply_markup)
    message = _editable(context, call.chat_id, call.message_id)
    if "text" in message:
        refuse("there is no caption in the message to edit")
    kept = _without(message, "caption", "caption_entities", "reply_markup")
    caption = text_fields(formatted, name="caption", entities="caption_entities")
    return _replace(context, message, {**kept, **caption, **reply_markup_fields(call.reply_markup)})


async def edit_message_reply_markup(context: Context, request: Request) -> Json:
    """Carry out editMessageReplyMarkup for messages in chats."""
    call = request.typed(api.EditMessageReplyMarkup)
    check_reply_markup(call.reply_markup)
    message = _editable(context, call.chat_id, call.message_id)
    kept = _without(message, "reply_markup")
    return _replace(context, message, {**kept, **reply_markup_fields(call.reply_markup)})


async def delete_message(context: Context, request: Request) -> bool:
    """Carry out deleteMessage."""
    call = request.typed(api.DeleteMessage)
    chat_id = context.reachable_chat(call.chat_id)
    message = context.state.messages.get((chat_id, call.message_id))
    if message is None:
        refuse("message to delete not found")
    is_private = context.state.chats[chat_id]["type"] == "private"
    if not is_private and not context.state.is_from_bot(message):
        # The bot is never an administrator here.
        refuse("message can't be deleted")
    del context.state.messages[chat_id, call.message_id]
    return True


async def set_message_reaction(context: Context, request: Request) -> bool:
    """Carry out setMessageReaction; a bot may set one reaction."""
    call = request.typed(api.SetMessageReaction)
    chat_id = context.reachable_chat(call.chat_id)
    if (chat_id, call.message_id) not in context.state.messages:
        refuse("message to react not found")
    reactions = [as_json(reaction) for reaction in call.reaction or ()]
    if len(reactions) > 1:
        refuse("REACTIONS_TOO_MANY")
    if any(reaction["type"] == "paid" for reaction in reactions):
        refuse("REACTION_INVALID")
    context.state.reactions[chat_id, call.message_id] = reactions
    return True


def _editable(context: Context, chat_id: int | str | None, message_id: int | None) -> Json:
    if message_id is None:
        refuse("Message identifier is not specified")
    reachable = context.reachable_chat(chat_id)
    message = context.state.messages.get((reachable, message_id))
    if message is None:
        refuse("message to edit not found")
    if not context.state.is_from_bot(message):
        refuse("message can't be edited")
    return message


def _replace(context: Context, message: Json, changed: Json) -> Json:
    if changed == message:
        refuse(NOT_MODIFIED)
    context.flood.admit(message["chat"]["id"])
    return context.state.store_message({**changed, "edit_date": unix_time()})


def _without(message: Json, *names: str) -> Json:
    return {name: value for name, value in message.items() if name not in names}
