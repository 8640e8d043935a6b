"""Methods about chats."""

from aiogram import methods as api

from tests.botapi.errors import refuse
from tests.botapi.json_types import Json
from tests.botapi.methods.context import Context
from tests.botapi.requests import Request

# From the documentation of sendChatAction.
_ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"}
    | {"upload_document", "choose_sticker", "find_location", "record_video_note"}
    | {"upload_video_note"}
)

# Required fields of ChatFullInfo that mean nothing to a bot that only answers.
_FULL_INFO: Json = {
    "accent_color_id": 0,
    "max_reaction_count": 1,
    "accepted_gift_types": {
        "unlimited_gifts": True,
        "limited_gifts": True,
        "unique_gifts": True,
        "premium_subscription": True,
        "gifts_from_channels": True,
    },
}


async def send_chat_action(context: Context, request: Request) -> bool:
    """Carry out sendChatAction."""
    call = request.typed(api.SendChatAction)
    chat_id = context.reachable_chat(call.chat_id)
    if call.action not in _ACTIONS:
        refuse("wrong parameter action in request")
    context.state.chat_actions[chat_id].append(call.action)
    return True


async def get_chat(context: Context, request: Request) -> Json:
    """Carry out getChat."""
    call = request.typed(api.GetChat)
    return {**context.state.chats[context.known_chat(call.chat_id)], **_FULL_INFO}
