"""Formatted text, judged by TDLib: the parser that the real Bot API server calls.

TDLib is asked through its synchronous functions only, which need neither a login nor a network.
"""

import json
from dataclasses import dataclass
from typing import Any

import tdjson

from tests.botapi.errors import refuse
from tests.botapi.json_types import Json

RAW_TEXT_BYTES = 1 << 15
"""Longest text that the real server passes to the parser."""


@dataclass(frozen=True)
class FormattedText:
    """Text after parsing and trimming, with its entities in UTF-16 offsets."""

    text: str
    entities: tuple[Json, ...]


@dataclass(frozen=True)
class TextLimit:
    """How much text a place takes, counted in code points after parsing.

    Attributes:
        characters: The documented limit.
        refusal: What the server says beyond it.
        required: Whether the text may be absent.
    """

    characters: int
    refusal: str
    required: bool


MESSAGE_TEXT = TextLimit(4096, "Message is too long", required=True)
DRAFT_TEXT = TextLimit(4096, "Message is too long", required=False)
CAPTION = TextLimit(1024, "Message caption is too long", required=False)

_PARSE_MODES: dict[str, Json] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}

# TDLib's names of entity types where they are not the Bot API's name in one lower-case word.
_ENTITY_NAMES = {
    "BankCardNumber": "bank_card_number",
    "BlockQuote": "blockquote",
    "BotCommand": "bot_command",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "EmailAddress": "email",
    "ExpandableBlockQuote": "expandable_blockquote",
    "MediaTimestamp": "media_timestamp",
    "MentionName": "text_mention",
    "PhoneNumber": "phone_number",
    "PreCode": "pre",
    "TextUrl": "text_link",
}
_TDLIB_NAMES = {name: tdlib for tdlib, name in _ENTITY_NAMES.items() if tdlib != "PreCode"}

# TDLib finds these in user messages, but the Bot API does not show them.
_HIDDEN_ENTITIES = frozenset({"bank_card_number", "media_timestamp"})

# What a bot may mark itself, from the documentation of MessageEntity.
_SENDABLE_ENTITIES = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold"}
    | {"italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
    | {"code", "pre", "text_link", "text_mention", "custom_emoji"}
)

# Nothing is detected inside text that a bot already marked as one of these.
_OPAQUE_ENTITIES = frozenset({"code", "pre", "text_link", "text_mention", "url", "custom_emoji"})

# Telegram trims these; other white space makes a text empty but is not cut off.
_TRIMMED = " \n"


def format_text(
    text: str, parse_mode: str | None, entities: list[Json], limit: TextLimit
) -> FormattedText:
    """Parse, trim and measure a text as the real server does.

    Raises:
        ApiError: The server would refuse the text.
    """
    if not text and limit.required:
        refuse("Message text is empty")
    if len(text.encode()) > RAW_TEXT_BYTES:
        refuse("Text is too long")
    mode = (parse_mode or "none").lower()
    if mode == "none" or not text:
        _check_entities(text, entities)
        formatted = FormattedText(text, tuple(entities))
    else:
        formatted = _parse(text, mode)
    formatted = _trim(formatted)
    if limit.required and not formatted.text.strip():
        refuse("Text must be non-empty")
    if len(formatted.text) > limit.characters:
        refuse(limit.refusal)
    return _with_detected_entities(formatted)


def detect_entities(text: str) -> list[Json]:
    """Return the entities that Telegram itself finds in a text: commands, mentions, links."""
    found = _bot_api_entities(_tdlib({"@type": "getTextEntities", "text": text})["entities"])
    return [entity for entity in found if entity["type"] not in _HIDDEN_ENTITIES]


def url_fault(url: str) -> str | None:
    """Return what TDLib holds against a link, or None for a good one."""
    answer = _ask_about_entities("x", [{"type": "text_link", "offset": 0, "length": 1, "url": url}])
    if answer["@type"] != "error":
        return None
    return str(answer["message"]).rpartition(" is invalid: ")[2]


def utf16_length(text: str) -> int:
    """Return the length of a text in the units of entity offsets."""
    return len(text.encode("utf-16-le")) // 2


def _tdlib(request: Json) -> Json:
    answer: Json = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    return answer


# TDLib would otherwise write its own log to standard error.
tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')


def _parse(text: str, mode: str) -> FormattedText:
    if mode not in _PARSE_MODES:
        refuse("Unsupported parse_mode")
    request = {"@type": "parseTextEntities", "text": text, "parse_mode": _PARSE_MODES[mode]}
    answer = _tdlib(request)
    if answer["@type"] == "error":
        refuse(answer["message"])
    return FormattedText(answer["text"], tuple(_bot_api_entities(answer["entities"])))


def _check_entities(text: str, entities: list[Json]) -> None:
    if not entities:
        return
    answer = _ask_about_entities(text, entities)
    if answer["@type"] == "error":
        refuse(answer["message"])


def _ask_about_entities(text: str, entities: list[Json]) -> Json:
    # Of TDLib's synchronous functions, this one checks entities as sending a message does.
    formatted = {
        "@type": "formattedText",
        "text": text,
        "entities": [_tdlib_entity(entity) for entity in entities],
    }
    return _tdlib({"@type": "getMarkdownText", "text": formatted})


def _tdlib_entity(entity: Json) -> Json:
    name = entity["type"]
    if name not in _SENDABLE_ENTITIES:
        refuse("Can't parse MessageEntity: Unsupported type specified")
    kind = _TDLIB_NAMES.get(name, name.capitalize())
    details: Json = {}
    if name == "pre" and entity.get("language"):
        kind, details = "PreCode", {"language": entity["language"]}
    elif name == "text_link":
        details = {"url": entity.get("url", "")}
    elif name == "text_mention":
        details = {"user_id": entity["user"]["id"]}
    elif name == "custom_emoji":
        details = {"custom_emoji_id": entity["custom_emoji_id"]}
    return {
        "@type": "textEntity",
        "offset": entity["offset"],
        "length": entity["length"],
        "type": {"@type": f"textEntityType{kind}", **details},
    }


def _bot_api_entities(tdlib_entities: list[Json]) -> list[Json]:
    return [
        {
            "type": _bot_api_name(entity["type"]),
            "offset": entity["offset"],
            "length": entity["length"],
            **_bot_api_details(entity["type"]),
        }
        for entity in tdlib_entities
    ]


def _bot_api_name(tdlib_type: Json) -> str:
    name = tdlib_type["@type"].removeprefix("textEntityType")
    return str(_ENTITY_NAMES.get(name, name.lower()))


def _bot_api_details(tdlib_type: Json) -> dict[str, Any]:
    details = {key: tdlib_type[key] for key in ("url", "language") if tdlib_type.get(key)}
    if "custom_emoji_id" in tdlib_type:
        details["custom_emoji_id"] = str(tdlib_type["custom_emoji_id"])
    if "user_id" in tdlib_type:
        details["user"] = {"id": tdlib_type["user_id"], "is_bot": False, "first_name": "User"}
    return details


def _trim(formatted: FormattedText) -> FormattedText:
    without_head = formatted.text.lstrip(_TRIMMED)
    removed = utf16_length(formatted.text) - utf16_length(without_head)
    text = without_head.rstrip(_TRIMMED)
    length = utf16_length(text)
    moved = (_moved(entity, removed, length) for entity in formatted.entities)
    return FormattedText(text, tuple(entity for entity in moved if entity["length"] > 0))


def _moved(entity: Json, removed: int, length: int) -> Json:
    start = max(0, entity["offset"] - removed)
    end = min(length, entity["offset"] + entity["length"] - removed)
    return {**entity, "offset": start, "length": end - start}


def _with_detected_entities(formatted: FormattedText) -> FormattedText:
    opaque = [entity for entity in formatted.entities if entity["type"] in _OPAQUE_ENTITIES]
    given = {(entity["type"], entity["offset"]) for entity in formatted.entities}
    detected = [
        entity
        for entity in detect_entities(formatted.text)
        if (entity["type"], entity["offset"]) not in given
        and not any(_overlap(entity, other) for other in opaque)
    ]
    entities = sorted(
        [*formatted.entities, *detected],
        key=lambda entity: (entity["offset"], -entity["length"]),
    )
    return FormattedText(formatted.text, tuple(entities))


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
