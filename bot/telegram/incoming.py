"""Updates as the handlers see them: who wants what, where."""

from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, InlineQuery, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from bot.language import Language
from bot.telegram.client import Client

# Both are written as Telegram's apps send them.
_TRADITIONAL_TAGS = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said, and where the reply goes.

    Attributes:
        chat: the chat's id.
        thread: the forum topic, where there is one.
        message: the message to reply to; None in private chats, where it is plain what is meant.
    """

    chat: int
    thread: int | None = None
    message: int | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The parameters that send a message there."""
        fields: dict[str, Any] = {"chat_id": self.chat}
        if self.thread is not None:
            fields["message_thread_id"] = self.thread
        if self.message is not None:
            fields["reply_parameters"] = {
                "message_id": self.message,
                "allow_sending_without_reply": True,
            }
        return fields


@dataclass(frozen=True, slots=True)
class Person:
    """Who said it.

    Attributes:
        id: Telegram's id of the person (or of the channel that speaks through a group).
        tag: the language of the person's app, as an IETF tag.
    """

    id: int
    tag: str | None = None

    @property
    def language(self) -> Language | None:
        """The language of the person's app, if it is one of ours."""
        tag = (self.tag or "").lower()
        if tag.startswith(_TRADITIONAL_TAGS):
            return Language.TRADITIONAL
        if tag.startswith("zh"):
            return Language.SIMPLIFIED
        return Language.ENGLISH if tag.startswith("en") else None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file somebody sent.

    Attributes:
        id: Telegram's handle on it.
        name: its file name; empty where it has none.
        size: its size in bytes; None where unknown.
    """

    id: str
    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """A message for the bot.

    Attributes:
        update_id: the update it came in.
        person: who said it.
        place: where.
        is_private: whether nobody else is there.
        text: what was said, without the bot's name and the command; empty for anything but text.
        command: the command without its slash, in lower case; None where there is none.
        attachment: the document that came with it.
    """

    update_id: int
    person: Person
    place: Place
    is_private: bool
    text: str
    command: str | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button below one of the bot's messages.

    Attributes:
        update_id: the update it came in.
        person: who pressed.
        place: where the message stands; the reply refers to it.
        is_private: whether nobody else is there.
        query: the id under which the press is answered.
        data: what the button carries.
    """

    update_id: int
    person: Person
    place: Place
    is_private: bool
    query: str
    data: str


@dataclass(frozen=True, slots=True)
class Typed:
    """An inline query: a question typed in some other chat.

    Attributes:
        update_id: the update it came in.
        person: who types.
        query: the id under which it is answered.
        text: what is typed so far.
    """

    update_id: int
    person: Person
    query: str
    text: str


Incoming = Said | Pressed | Typed


def read_update(raw: dict[str, Any], client: Client, username: str) -> Incoming | None:
    """Read a raw update; None where it is not for the bot.

    Args:
        raw: the update as Telegram sent it.
        client: the client that the update's objects belong to.
        username: the bot's name, by which it is mentioned.

    Raises:
        Exception: whatever a malformed update makes python-telegram-bot raise.
    """
    update = Update.de_json(raw, client.bot)
    if update.message is not None:
        return _said(update.update_id, update.message, client.bot.id, username)
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query)
    if update.inline_query is not None:
        return _typed(update.update_id, update.inline_query)
    return None


def _said(update_id: int, message: Message, bot_id: int, username: str) -> Said | None:
    is_private = message.chat.type == ChatType.PRIVATE
    text, command = _without_command(message, username)
    sender = message.from_user
    if sender is None or (not is_private and sender.is_bot and message.sender_chat is None):
        return None
    if not is_private and not _is_addressed(message, bot_id, username, command):
        return None
    document = message.document
    return Said(
        update_id=update_id,
        person=_person(sender),
        place=Place(
            chat=message.chat.id,
            thread=message.message_thread_id if message.is_topic_message else None,
            message=None if is_private else message.message_id,
        ),
        is_private=is_private,
        text=readable(text),
        command=command,
        attachment=Attachment(document.file_id, document.file_name or "", document.file_size)
        if document
        else None,
    )


def _pressed(update_id: int, query: CallbackQuery) -> Pressed | None:
    message = query.message
    if message is None or query.data is None:
        return None
    thread = None
    if isinstance(message, Message) and message.is_topic_message:
        thread = message.message_thread_id
    return Pressed(
        update_id=update_id,
        person=_person(query.from_user),
        place=Place(message.chat.id, thread, message.message_id),
        is_private=message.chat.type == ChatType.PRIVATE,
        query=query.id,
        data=query.data,
    )


def _typed(update_id: int, query: InlineQuery) -> Typed:
    return Typed(update_id, _person(query.from_user), query.id, readable(query.query))


def _person(user: User) -> Person:
    return Person(user.id, user.language_code)


def _without_command(message: Message, username: str) -> tuple[str, str | None]:
    """The text without a leading command and without the bot's name; and the command."""
    text = message.text or message.caption or ""
    entities = message.parse_entities() if message.text else message.parse_caption_entities()
    command = None
    for entity, part in entities.items():
        name, _, addressee = part.partition("@")
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            if addressee.lower() in ("", username.lower()):
                command = name.removeprefix("/").lower()
                text = text.removeprefix(part)
        elif entity.type == MessageEntity.MENTION and part.lower() == f"@{username}".lower():
            text = text.replace(part, " ")
    return text.strip(), command


def _is_addressed(message: Message, bot_id: int, username: str, command: str | None) -> bool:
    """Whether a message in a group is meant for the bot: a command, a mention, a reply to it."""
    replied = message.reply_to_message
    if command is not None or (
        replied is not None and replied.from_user is not None and replied.from_user.id == bot_id
    ):
        return True
    entities = {**message.parse_entities(), **message.parse_caption_entities()}
    return any(
        entity.type == MessageEntity.MENTION and part.lower() == f"@{username}".lower()
        for entity, part in entities.items()
    )


def readable(text: str) -> str:
    """A text without halves of characters, which no database and no message can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
