"""Methods about the bot itself: who it is, its commands and its descriptions."""

import json
import re
from typing import Any

from aiogram import methods as api

from tests.botapi.errors import refuse
from tests.botapi.json_types import Json
from tests.botapi.methods.composition import as_json
from tests.botapi.methods.context import Context
from tests.botapi.requests import Request

COMMANDS_IN_A_LIST = 100
COMMAND_NAME = re.compile(r"/?[a-z0-9_]{1,32}")
COMMAND_DESCRIPTION_CHARACTERS = 256
DESCRIPTION_CHARACTERS = 512
SHORT_DESCRIPTION_CHARACTERS = 120


async def get_me(context: Context, _request: Request) -> Json:
    """Carry out getMe."""
    return {
        **context.state.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not context.settings.privacy_mode,
        "supports_inline_queries": context.settings.inline_queries,
    }


async def set_my_commands(context: Context, request: Request) -> bool:
    """Carry out setMyCommands; the limits are documented, the texts approximated."""
    call = request.typed(api.SetMyCommands)
    if len(call.commands) > COMMANDS_IN_A_LIST:
        refuse("BOT_COMMANDS_TOO_MUCH")
    for command in call.commands:
        if not COMMAND_NAME.fullmatch(command.command):
            refuse("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description) <= COMMAND_DESCRIPTION_CHARACTERS:
            refuse("BOT_COMMAND_DESCRIPTION_INVALID")
    commands = [as_json(command) for command in call.commands]
    context.state.commands[_audience(call.scope, call.language_code)] = commands
    return True


async def get_my_commands(context: Context, request: Request) -> list[Json]:
    """Carry out getMyCommands."""
    call = request.typed(api.GetMyCommands)
    return context.state.commands.get(_audience(call.scope, call.language_code), [])


async def delete_my_commands(context: Context, request: Request) -> bool:
    """Carry out deleteMyCommands."""
    call = request.typed(api.DeleteMyCommands)
    context.state.commands.pop(_audience(call.scope, call.language_code), None)
    return True


async def set_my_description(context: Context, request: Request) -> bool:
    """Carry out setMyDescription."""
    call = request.typed(api.SetMyDescription)
    return _describe(context, "long", call.language_code, call.description, DESCRIPTION_CHARACTERS)


async def set_my_short_description(context: Context, request: Request) -> bool:
    """Carry out setMyShortDescription."""
    call = request.typed(api.SetMyShortDescription)
    return _describe(
        context, "short", call.language_code, call.short_description, SHORT_DESCRIPTION_CHARACTERS
    )


async def get_my_description(context: Context, request: Request) -> Json:
    """Carry out getMyDescription."""
    call = request.typed(api.GetMyDescription)
    return {"description": context.state.descriptions.get(("long", call.language_code or ""), "")}


async def get_my_short_description(context: Context, request: Request) -> Json:
    """Carry out getMyShortDescription."""
    call = request.typed(api.GetMyShortDescription)
    text = context.state.descriptions.get(("short", call.language_code or ""), "")
    return {"short_description": text}


def _audience(scope: Any, language_code: str | None) -> tuple[str, str]:
    chosen = as_json(scope) if scope is not None else {"type": "default"}
    return json.dumps(chosen, sort_keys=True), language_code or ""


def _describe(
    context: Context, kind: str, language_code: str | None, text: str | None, limit: int
) -> bool:
    if len(text or "") > limit:
        # The limit is documented; the text is approximated: not published.
        refuse("BOT_DESCRIPTION_TOO_LONG")
    context.state.descriptions[kind, language_code or ""] = text or ""
    return True
