"""Two independent Bot API clients behind one face, so that each rule is met on both wires."""

import contextlib
import re
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

import aiogram
import aiogram.exceptions
import telegram
import telegram.error
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.request import HTTPXRequest

from tests.botapi.specification import request_model

CLIENT_TIMEOUT = 5.0


@dataclass(unsafe_hash=True)
class Refused(Exception):  # noqa: N818 - named by what happened, as ``pytest.raises`` reads
    """What a client made of an error: its own class for the status, and the text in lower case.

    python-telegram-bot changes the capitals of error texts, so only lower case can be compared.
    """

    status: int
    text: str
    retry_after: int | None = None


class Client(Protocol):
    """A Bot API client."""

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method with parameters as JSON; return its result as JSON.

        Raises:
            Refused: The server answered with an error.
        """


class TelegramClient:
    """python-telegram-bot, which sends urlencoded forms and files named like their field."""

    _STATUSES: tuple[tuple[type[telegram.error.TelegramError], int], ...] = (
        (telegram.error.BadRequest, 400),
        (telegram.error.InvalidToken, 401),
        (telegram.error.Forbidden, 403),
        # What the generic call makes of status 401, as well as of 404.
        (telegram.error.EndPointNotFound, 401),
        (telegram.error.Conflict, 409),
        (telegram.error.RetryAfter, 429),
    )

    def __init__(self, bot: telegram.Bot) -> None:
        self._bot = bot

    async def call(self, method: str, **parameters: Any) -> Any:
        with warnings.catch_warnings():
            # The generic call is meant: it sends what it is given.
            warnings.simplefilter("ignore", telegram.warnings.PTBUserWarning)
            warnings.simplefilter("ignore", telegram.warnings.PTBDeprecationWarning)
            try:
                return await self._bot.do_api_request(
                    method, api_kwargs=parameters, read_timeout=CLIENT_TIMEOUT
                )
            except telegram.error.TelegramError as error:
                raise self._refused(error) from error

    def _refused(self, error: telegram.error.TelegramError) -> Exception:
        for kind, status in self._STATUSES:
            if isinstance(error, kind):
                retry_after = getattr(error, "retry_after", None)
                return Refused(status, str(error).lower(), retry_after)
        return error


class AiogramClient:
    """aiogram, which sends multipart forms and files by ``attach://``."""

    _STATUSES: tuple[tuple[type[aiogram.exceptions.TelegramAPIError], int], ...] = (
        (aiogram.exceptions.TelegramBadRequest, 400),
        (aiogram.exceptions.TelegramUnauthorizedError, 401),
        (aiogram.exceptions.TelegramForbiddenError, 403),
        (aiogram.exceptions.TelegramNotFound, 404),
        (aiogram.exceptions.TelegramConflictError, 409),
        (aiogram.exceptions.TelegramRetryAfter, 429),
    )

    def __init__(self, bot: aiogram.Bot) -> None:
        self._bot = bot

    async def call(self, method: str, **parameters: Any) -> Any:
        model = request_model(method)
        if model is None:
            raise LookupError(method)
        try:
            result = await self._bot(model.model_validate(parameters))
        except aiogram.exceptions.TelegramAPIError as error:
            raise self._refused(error) from error
        return _as_json(result)

    def _refused(self, error: aiogram.exceptions.TelegramAPIError) -> Exception:
        for kind, status in self._STATUSES:
            if isinstance(error, kind):
                text = re.sub("^bad request: ", "", error.message.lower())
                return Refused(status, text, getattr(error, "retry_after", None))
        return error


def telegram_bot(url: str, token: str) -> telegram.Bot:
    """Return python-telegram-bot's client for a server."""
    return telegram.Bot(
        token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        # Loading the certificates of the system would take longer than most tests.
        request=HTTPXRequest(read_timeout=CLIENT_TIMEOUT, httpx_kwargs={"verify": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"verify": False}),
    )


@contextlib.asynccontextmanager
async def aiogram_bot(url: str, token: str) -> AsyncIterator[aiogram.Bot]:
    """Return aiogram's client for a server."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = aiogram.Bot(token, session=session)
    try:
        yield bot
    finally:
        # Closing by aiogram's own method would sleep for a quarter of a second.
        await (await session.create_session()).close()


def _as_json(result: Any) -> Any:
    if isinstance(result, list):
        return [_as_json(item) for item in result]
    if hasattr(result, "model_dump"):
        return result.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return result
