"""The wire: python-telegram-bot's `Bot`, with its errors sorted by what to do about them."""

import re
import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from telegram import Bot, User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.helpers import create_deep_linked_url
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.settings import Settings, SettingsError

# Long enough for few requests, short enough that a line that died unnoticed is noticed soon.
POLL_SECONDS = 10
# A request that takes longer has been lost on the way.
_READ_SECONDS = 5.0
_CONNECT_SECONDS = 5.0
# More requests than Telegram allows in a second are never on their way at once.
_CONNECTIONS = 64

# The calls are made with stored parameters on purpose: they survive a restart as they stand.
warnings.filterwarnings("ignore", message="Please use 'Bot\\.", category=PTBUserWarning)

# What the bot wants to be told of: no edits, no reactions, no membership lists.
ALLOWED_UPDATES = ("message", "callback_query", "inline_query")


class CallError(Exception):
    """A call failed. The text is fit for a log: it holds no token."""


class NeverArrivedError(CallError):
    """No connection was made: the request was certainly not carried out."""


class InDoubtError(CallError):
    """No readable answer came: the request may have been carried out."""


class RejectedTokenError(CallError):
    """Telegram does not know the token (401), or not the address (404)."""


class ConflictError(CallError):
    """Somebody else fetches the updates (409).

    Attributes:
        is_webhook: whether that is a webhook.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.is_webhook = "webhook" in text.lower()


@dataclass
class FloodError(CallError):
    """Too many requests (429).

    Attributes:
        seconds: how long to wait.
    """

    seconds: float

    def __str__(self) -> str:
        return f"flood control: wait {self.seconds:g} s"


class ForbiddenError(CallError):
    """The chat does not want the bot (403)."""


class RefusedError(CallError):
    """The request itself is wrong (400). The text is in lower case: PTB changes its capitals."""


@dataclass
class MovedError(CallError):
    """The group became a supergroup.

    Attributes:
        chat: its new id.
    """

    chat: int

    def __str__(self) -> str:
        return "the group became a supergroup"


class Client:
    """Calls the Bot API with raw parameters and returns raw results."""

    def __init__(self, settings: Settings) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            SettingsError: there is no token, or it cannot be one.
        """
        token = (
            settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
        )
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN is not set, or is no token (digits, a colon, letters); "
                "copy it from @BotFather into .env"
            )
        base = settings.telegram_api_base_url.rstrip("/")
        self.bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=_request(_READ_SECONDS),
            get_updates_request=_request(POLL_SECONDS + _READ_SECONDS),
        )

    async def start(self) -> User:
        """Learn who the bot is.

        Raises:
            CallError: Telegram cannot be reached or does not know the token.
        """
        try:
            await self.bot.initialize()
        except TelegramError as error:
            raise _sorted_out(error) from None
        return self.bot.bot

    async def stop(self) -> None:
        """Close all connections."""
        await self.bot.shutdown()

    def deep_link(self, payload: str) -> str:
        """A link that opens the chat with the bot and says /start with a payload."""
        return create_deep_linked_url(self.bot.username, payload)

    async def call(self, method: str, payload: dict[str, Any] | None = None) -> object:
        """Call a method.

        Raises:
            CallError: it failed; the class says what to do.
        """
        try:
            return await self.bot.do_api_request(method, api_kwargs=payload or {})
        except TelegramError as error:
            raise _sorted_out(error) from None

    async def updates(self, offset: int) -> list[dict[str, Any]]:
        """Wait for updates from an offset on.

        Raises:
            CallError: none could be fetched.
        """
        payload = {"timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
        result = await self.call("getUpdates", payload | ({"offset": offset} if offset else {}))
        if not isinstance(result, list):
            raise InDoubtError("getUpdates answered with something else than a list")
        return result

    async def download(self, file_id: str) -> bytes:
        """The content of a file that somebody sent.

        Raises:
            CallError: it cannot be fetched.
        """
        try:
            file = await self.bot.get_file(file_id)
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            raise _sorted_out(error) from None


def _request(read_seconds: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=_CONNECTIONS,
        read_timeout=read_seconds,
        write_timeout=_READ_SECONDS,
        connect_timeout=_CONNECT_SECONDS,
        # Waiting for a free connection is no failure.
        pool_timeout=None,
    )


def _sorted_out(error: TelegramError) -> CallError:
    """The error as one of ours. PTB's texts are not repeated where they may hold the token."""
    match error:
        case RetryAfter(retry_after=wait):
            return FloodError(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
        case InvalidToken() | EndPointNotFound():
            return RejectedTokenError("Telegram does not accept the token (401 or 404)")
        case Conflict():
            return ConflictError(error.message)
        case Forbidden():
            return ForbiddenError(error.message)
        case ChatMigrated(new_chat_id=chat):
            return MovedError(chat)
        case BadRequest():
            return RefusedError(error.message.lower())
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return NeverArrivedError("no connection to Telegram")
    if cause is not None:
        return InDoubtError(f"no readable answer from Telegram ({type(cause).__name__})")
    return InDoubtError(f"Telegram is in trouble ({error.message})")
