"""How the bot presents itself in Telegram: its commands and descriptions, in its languages."""

import logging
from collections.abc import Iterator
from typing import Any

from telegram.constants import BotCommandScopeType, BotDescriptionLimit

from bot.answering.texts import say
from bot.language import Language
from bot.telegram import texts
from bot.telegram.client import CallError, Client
from bot.telegram.languages import in_language
from bot.telegram.outbox import Outgoing
from index.configuration import Profile

log = logging.getLogger(__name__)

# Telegram tells languages by two letters only: whoever wants traditional characters gets them by
# choosing that language. No code is the rest of the world.
_CODES = {"": Language.SIMPLIFIED, "zh": Language.SIMPLIFIED, "en": Language.ENGLISH}


def commands_for_chat(chat: int, language: Language, *, is_staff: bool = False) -> Outgoing:
    """The command menu of one chat."""
    return Outgoing(
        "setMyCommands",
        {
            "commands": _commands(language, is_staff=is_staff),
            "scope": {"type": BotCommandScopeType.CHAT, "chat_id": chat},
        },
    )


async def present(client: Client, profile: Profile | None, staff: frozenset[int]) -> None:
    """Tell Telegram. What fails is only logged: the next start does it again."""
    for call in _calls(profile, staff):
        try:
            await client.call(call.method, call.payload)
        except CallError as error:
            log.info("%s: %s", call.method, error)


def _calls(profile: Profile | None, staff: frozenset[int]) -> Iterator[Outgoing]:
    for code, language in _CODES.items():
        tag = {"language_code": code} if code else {}
        yield Outgoing("setMyCommands", {"commands": _commands(language), **tag})
        if profile is not None:
            about = in_language(profile.about, language)
            short = in_language(profile.name, language)
            yield Outgoing(
                "setMyDescription",
                {"description": about[: BotDescriptionLimit.MAX_DESCRIPTION_LENGTH], **tag},
            )
            limit = BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
            yield Outgoing("setMyShortDescription", {"short_description": short[:limit], **tag})
    for person in sorted(staff):
        yield commands_for_chat(person, Language.SIMPLIFIED, is_staff=True)


def _commands(language: Language, *, is_staff: bool = False) -> list[dict[str, Any]]:
    table = texts.COMMANDS | (texts.STAFF_COMMANDS if is_staff else {})
    return [
        {"command": command, "description": say(description, language)}
        for command, description in table.items()
    ]
