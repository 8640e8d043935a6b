"""Privacy mode: which messages of a group reach the bot."""

from tests.botapi.json_types import Json
from tests.botapi.state import State


def reaches_bot(message: Json, state: State) -> bool:
    """Whether Telegram shows a person's message to the bot.

    In groups with privacy mode on, the bot sees commands, mentions of its name and replies to its
    messages. A command without a bot's name is always shown here; the real server shows it only
    to the bot that spoke last.
    """
    if message["chat"]["type"] == "private" or not state.settings.privacy_mode:
        return True
    replied = message.get("reply_to_message")
    if replied is not None and state.is_from_bot(replied):
        return True
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    return any(_addresses_bot(entity, text, state) for entity in entities)


def _addresses_bot(entity: Json, text: str, state: State) -> bool:
    units = text.encode("utf-16-le")
    start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
    name, _, addressee = units[start:end].decode("utf-16-le").lower().partition("@")
    username = state.settings.bot_username.lower()
    if entity["type"] == "bot_command":
        return addressee in ("", username)
    return entity["type"] == "mention" and not name and addressee == username
