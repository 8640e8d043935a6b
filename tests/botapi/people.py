"""The human side: what people do in Telegram, turned into updates for the bot."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.botapi.formatting import MESSAGE_TEXT, detect_entities
from tests.botapi.json_types import Json
from tests.botapi.loop_thread import LoopThread, on_loop
from tests.botapi.methods.composition import without_reply
from tests.botapi.privacy import reaches_bot
from tests.botapi.state import State, StoredFile, unix_time
from tests.botapi.updates import UpdateQueue

FIRST_QUERY_ID = 4_382_700_000_000_000_001
"""Real ids of clicks and inline queries are numbers of this size, sent as strings."""


@dataclass(frozen=True)
class Sent:
    """A message that a person sent; without ``update_id`` the bot is not told of it."""

    chat_id: int
    message_id: int
    update_id: int | None


@dataclass(frozen=True)
class Asked:
    """A click or an inline query, which the bot can answer by ``query_id``."""

    query_id: str
    update_id: int | None


class People:
    """Everybody who talks to the bot.

    A positive chat id is the private chat of the person with that id; a negative one is a group.
    """

    def __init__(
        self,
        state: State,
        updates: UpdateQueue,
        clock: Callable[[], float],
        loop_thread: LoopThread,
    ) -> None:
        self.loop_thread = loop_thread
        self._state = state
        self._updates = updates
        self._clock = clock
        self._query_ids = itertools.count(FIRST_QUERY_ID)

    @on_loop
    def introduce(
        self,
        user_id: int,
        *,
        first_name: str = "User",
        language_code: str = "en",
        username: str | None = None,
    ) -> None:
        """Say who a person is, before the first message."""
        person = {
            "id": user_id,
            "is_bot": False,
            "first_name": first_name,
            "language_code": language_code,
        }
        self._state.users[user_id] = person | ({"username": username} if username else {})

    @on_loop
    def open_private_chat(self, user_id: int) -> None:
        """Let the bot write to a person who has said nothing yet."""
        self._state.open_private_chat(user_id)

    @on_loop
    def open_group(self, chat_id: int, *, title: str = "Group", is_forum: bool = False) -> None:
        """Put the bot into a supergroup."""
        if chat_id >= 0:
            raise ValueError("Group ids are negative.")
        forum = {"is_forum": True} if is_forum else {}
        chat = {"id": chat_id, "type": "supergroup", "title": title, **forum}
        self._state.chats[chat_id] = chat
        self._state.left.discard(chat_id)

    @on_loop
    def open_topic(self, chat_id: int, topic: int) -> None:
        """Add a topic to a forum."""
        if not self._state.chats[chat_id].get("is_forum"):
            raise ValueError(f"Chat {chat_id} is no forum.")
        self._state.topics[chat_id].add(topic)

    @on_loop
    def user_says(
        self,
        chat_id: int,
        text: str,
        *,
        sender: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> Sent:
        """Send a text; ``sender`` is needed in groups."""
        if not text.strip() or len(text) > MESSAGE_TEXT.characters:
            raise ValueError("Telegram's own apps send 1-4096 characters in one message.")
        return self._send(chat_id, _text_fields(text), sender, reply_to, topic)

    @on_loop
    def user_edits(self, chat_id: int, message_id: int, text: str) -> int | None:
        """Change a message sent before; return the id of the update."""
        message = self._message(chat_id, message_id)
        kept = {name: value for name, value in message.items() if name != "entities"}
        edited = {**kept, **_text_fields(text), "edit_date": unix_time()}
        self._state.store_message(edited)
        return self._push_if_visible("edited_message", edited)

    @on_loop
    def user_deletes(self, chat_id: int, message_id: int) -> None:
        """Remove a message from a chat; bots are not told."""
        self._message(chat_id, message_id)
        del self._state.messages[chat_id, message_id]

    @on_loop
    def user_sends_file(
        self,
        chat_id: int,
        name: str,
        content: bytes,
        *,
        caption: str | None = None,
        mime_type: str = "application/octet-stream",
        stated_size: int | None = None,
        sender: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> Sent:
        """Send a document; ``stated_size`` lets a small one pass for a large one."""
        file = self._state.store_file(name, content, stated_size)
        document = {**file.description, "file_name": name, "mime_type": mime_type}
        fields = {"document": document, **_caption_fields(caption)}
        return self._send(chat_id, fields, sender, reply_to, topic)

    @on_loop
    def user_sends_photo(
        self,
        chat_id: int,
        content: bytes = b"photo",
        *,
        caption: str | None = None,
        sender: int | None = None,
        topic: int | None = None,
    ) -> Sent:
        """Send a photo in two sizes."""
        sizes = [
            {**self._state.store_file("photo.jpg", content).description, "width": w, "height": h}
            for w, h in ((90, 67), (1280, 960))
        ]
        fields = {"photo": sizes, **_caption_fields(caption)}
        return self._send(chat_id, fields, sender, None, topic)

    @on_loop
    def user_sends_voice(
        self,
        chat_id: int,
        content: bytes = b"voice",
        *,
        seconds: int = 3,
        sender: int | None = None,
        topic: int | None = None,
    ) -> Sent:
        """Send a voice message."""
        file = self._state.store_file("voice.oga", content)
        voice = {**file.description, "duration": seconds, "mime_type": "audio/ogg"}
        return self._send(chat_id, {"voice": voice}, sender, None, topic)

    @on_loop
    def user_sends_sticker(
        self,
        chat_id: int,
        emoji: str = "👍",
        *,
        sender: int | None = None,
        topic: int | None = None,
    ) -> Sent:
        """Send a sticker."""
        file: StoredFile = self._state.store_file("sticker.webp", b"sticker")
        sticker = {
            **file.description,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._send(chat_id, {"sticker": sticker}, sender, None, topic)

    @on_loop
    def user_sends_location(
        self,
        chat_id: int,
        latitude: float = 38.4,
        longitude: float = 112.7,
        *,
        sender: int | None = None,
        topic: int | None = None,
    ) -> Sent:
        """Send a place on the map."""
        location = {"latitude": latitude, "longitude": longitude}
        return self._send(chat_id, {"location": location}, sender, None, topic)

    @on_loop
    def user_clicks(
        self,
        chat_id: int,
        message_id: int,
        button: str,
        *,
        sender: int | None = None,
        inaccessible: bool = False,
    ) -> Asked:
        """Press the inline button with a label or with callback data.

        Args:
            chat_id: The chat.
            message_id: The message that carries the button.
            button: Its label, or else its callback data.
            sender: Who clicks; needed in groups.
            inaccessible: Tell the bot only which message it was, as for very old ones.
        """
        message = self._message(chat_id, message_id)
        data = _callback_data(message, button)
        shown: Json = message
        if inaccessible:
            shown = {"chat": message["chat"], "message_id": message_id, "date": 0}
        query_id = str(next(self._query_ids))
        self._state.callback_clicks[query_id] = self._clock()
        query = {
            "id": query_id,
            "from": self._sender(chat_id, sender),
            "message": shown,
            "chat_instance": str(abs(chat_id)),
            "data": data,
        }
        return Asked(query_id, self._updates.push("callback_query", query))

    @on_loop
    def user_types_inline_query(self, user_id: int, text: str, *, offset: str = "") -> Asked:
        """Type the bot's name and a query in some other chat."""
        if not self._state.settings.inline_queries:
            raise ValueError("The bot is not registered for inline mode.")
        query_id = str(next(self._query_ids))
        query = {
            "id": query_id,
            "from": self._state.user(user_id),
            "query": text,
            "offset": offset,
            "chat_type": "private",
        }
        self._state.inline_queries[query_id] = query
        return Asked(query_id, self._updates.push("inline_query", query))

    @on_loop
    def user_chooses_inline_result(self, user_id: int, query: Asked, result_id: str) -> int | None:
        """Send one of the results that the bot offered; return the id of the update."""
        offered = self._state.inline_answers[query.query_id]["results"]
        if result_id not in {result["id"] for result in offered}:
            raise LookupError(f"The bot did not offer {result_id!r}.")
        chosen = {"result_id": result_id, "from": self._state.user(user_id), "query": ""}
        return self._updates.push("chosen_inline_result", chosen)

    @on_loop
    def user_blocks_bot(self, user_id: int) -> int | None:
        """Block the bot; return the id of the update."""
        self._state.open_private_chat(user_id)
        self._state.blocked.add(user_id)
        return self._membership_changes(user_id, user_id, "member", "kicked")

    @on_loop
    def user_unblocks_bot(self, user_id: int) -> int | None:
        """Unblock the bot; return the id of the update."""
        self._state.blocked.discard(user_id)
        return self._membership_changes(user_id, user_id, "kicked", "member")

    @on_loop
    def group_removes_bot(self, chat_id: int, *, by: int) -> int | None:
        """Throw the bot out of a group; return the id of the update."""
        self._state.left.add(chat_id)
        return self._membership_changes(chat_id, by, "member", "kicked")

    def _send(
        self,
        chat_id: int,
        fields: Json,
        sender: int | None,
        reply_to: int | None,
        topic: int | None,
    ) -> Sent:
        person = self._sender(chat_id, sender)
        if chat_id in self._state.blocked:
            raise ValueError(f"User {chat_id} blocked the bot and must unblock it first.")
        message: Json = {
            "message_id": self._state.next_message_id(chat_id),
            "date": unix_time(),
            "chat": self._state.chats[chat_id],
            "from": person,
            **fields,
        }
        if topic is not None:
            self.open_topic(chat_id, topic)
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None:
            message["reply_to_message"] = without_reply(self._message(chat_id, reply_to))
        self._state.store_message(message)
        update_id = self._push_if_visible("message", message)
        return Sent(chat_id, message["message_id"], update_id)

    def _push_if_visible(self, kind: str, message: Json) -> int | None:
        if message["chat"]["id"] in self._state.left or not reaches_bot(message, self._state):
            return None
        return self._updates.push(kind, message)

    def _sender(self, chat_id: int, sender: int | None) -> Json:
        if chat_id > 0:
            self._state.open_private_chat(chat_id)
        elif chat_id not in self._state.chats:
            raise LookupError(f"Open group {chat_id} first.")
        elif sender is None:
            raise ValueError("In a group, say who the sender is.")
        return self._state.user(chat_id if sender is None else sender)

    def _message(self, chat_id: int, message_id: int) -> Json:
        try:
            return self._state.messages[chat_id, message_id]
        except KeyError:
            raise LookupError(f"There is no message {message_id} in chat {chat_id}.") from None

    def _membership_changes(self, chat_id: int, by: int, old: str, new: str) -> int | None:
        bot = self._state.bot
        statuses: dict[str, Json] = {
            "member": {"status": "member", "user": bot},
            # 0 means for ever.
            "kicked": {"status": "kicked", "user": bot, "until_date": 0},
        }
        change = {
            "chat": self._state.chats[chat_id],
            "from": self._state.user(by),
            "date": unix_time(),
            "old_chat_member": statuses[old],
            "new_chat_member": statuses[new],
        }
        return self._updates.push("my_chat_member", change)


def _text_fields(text: str) -> Json:
    entities = detect_entities(text)
    return {"text": text} | ({"entities": entities} if entities else {})


def _caption_fields(caption: str | None) -> Json:
    if not caption:
        return {}
    entities = detect_entities(caption)
    return {"caption": caption} | ({"caption_entities": entities} if entities else {})


def _callback_data(message: Json, wanted: str) -> str:
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for name in ("text", "callback_data"):
        for button in buttons:
            if button.get(name) == wanted and "callback_data" in button:
                return str(button["callback_data"])
    labels = [button["text"] for button in buttons]
    raise LookupError(f"No button {wanted!r} that calls back; the message has {labels}.")
