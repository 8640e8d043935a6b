"""What every message of the bot has in common: its text, its place and what it replies to."""

from collections.abc import Sequence
from typing import Any

from aiogram.types import MessageEntity, ReplyParameters
from pydantic import BaseModel

from tests.botapi.errors import refuse
from tests.botapi.formatting import FormattedText, TextLimit, format_text
from tests.botapi.json_types import Json
from tests.botapi.methods.context import Context
from tests.botapi.state import unix_time


def text_of(
    text: str | None,
    parse_mode: object,
    entities: Sequence[MessageEntity] | None,
    limit: TextLimit,
) -> FormattedText:
    """Format a request's text; aiogram marks an absent parse mode by an object of its own."""
    mode = parse_mode if isinstance(parse_mode, str) else None
    return format_text(text or "", mode, [as_json(entity) for entity in entities or ()], limit)


def send(
    context: Context,
    chat_id: int,
    content: Json,
    *,
    reply: ReplyParameters | None,
    reply_to_message_id: int | None,
    topic: int | None,
    markup: Any,
) -> Json:
    """Put a message of the bot into a chat and return it."""
    replied = _replied_message(context, chat_id, reply, reply_to_message_id)
    place = _topic_fields(context, chat_id, topic, replied)
    context.flood.admit(chat_id)
    message = {
        "message_id": context.state.next_message_id(chat_id),
        "from": context.state.bot,
        "chat": context.state.chats[chat_id],
        "date": unix_time(),
        **place,
        **content,
        **reply_markup_fields(markup),
    }
    if replied is not None:
        message["reply_to_message"] = without_reply(replied)
    return context.state.store_message(message)


def reply_markup_fields(markup: Any) -> Json:
    """Return the keyboard as a message carries it: only inline keyboards with buttons are."""
    keyboard = as_json(markup) if markup is not None else {}
    has_buttons = any(keyboard.get("inline_keyboard", ()))
    return {"reply_markup": keyboard} if has_buttons else {}


def text_fields(
    formatted: FormattedText, *, name: str = "text", entities: str = "entities"
) -> Json:
    """Return a text and its entities as a message carries them: absent when empty."""
    fields: Json = {}
    if formatted.text:
        fields[name] = formatted.text
    if formatted.entities:
        fields[entities] = list(formatted.entities)
    return fields


def as_json(model: BaseModel) -> Json:
    """Return what the client sent of a model as JSON, without fields that the Bot API lacks."""
    return {
        name: _plain(getattr(model, name))
        for name in type(model).model_fields
        if name in model.model_fields_set and getattr(model, name) is not None
    }


def without_reply(message: Json) -> Json:
    """Return a message as replies quote it: without what it replies to itself."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return as_json(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _replied_message(
    context: Context, chat_id: int, reply: ReplyParameters | None, reply_to_message_id: int | None
) -> Json | None:
    message_id = reply.message_id if reply else reply_to_message_id
    if not message_id:
        return None
    message = context.state.messages.get((chat_id, message_id))
    if message is None and not (reply and reply.allow_sending_without_reply is True):
        refuse("message to be replied not found")
    return message


def _topic_fields(context: Context, chat_id: int, topic: int | None, replied: Json | None) -> Json:
    if topic is None and replied is not None and replied.get("is_topic_message"):
        # A reply goes where the replied message is.
        topic = replied["message_thread_id"]
    if topic is None:
        return {}
    if topic not in context.state.topics[chat_id]:
        # The general topic has no id: naming it as topic 1 is refused as well.
        refuse("message thread not found")
    return {"message_thread_id": topic, "is_topic_message": True}
