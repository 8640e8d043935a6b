"""What Telegram remembers: people, chats, messages, files, clicks, drafts and the bot's profile."""

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.botapi.json_types import Json
from tests.botapi.settings import ServerSettings
from tests.botapi.specification import check_message

MessageKey = tuple[int, int]
"""Chat id and message id."""


@dataclass(frozen=True)
class StoredFile:
    """A file on Telegram's servers.

    Attributes:
        file_id: The bot's handle on it.
        name: The name under which it was sent.
        path: Where it can be downloaded.
        content: The bytes.
        size: The size that Telegram states; a test may state more than there is.
    """

    file_id: str
    name: str
    path: str
    content: bytes
    size: int

    @property
    def description(self) -> Json:
        """The fields that every kind of file has in a message."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"unique-{self.file_id}",
            "file_size": self.size,
        }


@dataclass
class State:
    """The data behind the methods. Messages are replaced, never changed, so readers may keep them.

    Attributes:
        topics: The forum topics of each group, without the general one.
        blocked: People who blocked the bot.
        left: Groups that removed the bot.
        message_versions: Every version of every message, in the order of their making.
        callback_clicks: When each click that can still be answered was made.
        callback_answers: What the bot answered to clicks.
        inline_queries: The inline queries that can still be answered, and who made them.
        inline_answers: What the bot answered to inline queries.
        drafts: The texts that a streamed draft took, one after the other, by chat and draft id.
        chat_actions: The actions shown in each chat, in order.
        reactions: The bot's reactions to messages.
        commands: The command list for each scope and language.
        descriptions: The bot's descriptions by kind and language.
    """

    settings: ServerSettings
    users: dict[int, Json] = field(default_factory=dict)
    chats: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    blocked: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    messages: dict[MessageKey, Json] = field(default_factory=dict)
    message_versions: list[Json] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)
    callback_clicks: dict[str, float] = field(default_factory=dict)
    callback_answers: dict[str, Json] = field(default_factory=dict)
    inline_queries: dict[str, Json] = field(default_factory=dict)
    inline_answers: dict[str, Json] = field(default_factory=dict)
    drafts: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    chat_actions: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    reactions: dict[MessageKey, list[Json]] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    descriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    _message_ids: dict[int, Iterator[int]] = field(default_factory=dict)
    _file_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def bot(self) -> Json:
        """The bot as the sender of its messages."""
        return {
            "id": self.settings.bot_id,
            "is_bot": True,
            "first_name": self.settings.bot_first_name,
            "username": self.settings.bot_username,
        }

    def user(self, user_id: int) -> Json:
        """Return a person, making one up at first sight."""
        stranger = {
            "id": user_id,
            "is_bot": False,
            "first_name": f"User {user_id}",
            "language_code": "en",
        }
        return self.users.setdefault(user_id, stranger)

    def open_private_chat(self, user_id: int) -> Json:
        """Return the chat between a person and the bot."""
        person = self.user(user_id)
        names: Json = {key: person[key] for key in ("first_name", "username") if key in person}
        return self.chats.setdefault(user_id, {"id": user_id, "type": "private", **names})

    def next_message_id(self, chat_id: int) -> int:
        """Return an id that no message of the chat has had."""
        return next(self._message_ids.setdefault(chat_id, itertools.count(1)))

    def store_message(self, message: Json) -> Json:
        """Add a message, or put a new version in the place of an old one.

        Raises:
            SpecificationError: Telegram could not send such a message.
        """
        check_message(message)
        self.messages[message["chat"]["id"], message["message_id"]] = message
        self.message_versions.append(message)
        return message

    def is_from_bot(self, message: Json) -> bool:
        """Whether the bot sent the message."""
        return bool(message.get("from", {}).get("id") == self.settings.bot_id)

    def store_file(self, name: str, content: bytes, stated_size: int | None = None) -> StoredFile:
        """Keep a file for download."""
        file_id = f"file-{next(self._file_numbers):06d}"
        file = StoredFile(
            file_id=file_id,
            name=name,
            path=f"documents/{file_id}",
            content=content,
            size=len(content) if stated_size is None else stated_size,
        )
        self.files[file_id] = file
        return file

    def file_at(self, path: str) -> StoredFile | None:
        """Return the file that is downloaded from a path."""
        return next((file for file in self.files.values() if file.path == path), None)


def unix_time() -> int:
    """Return the time as messages carry it."""
    return int(time.time())
