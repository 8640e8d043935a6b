"""The Bot API as aiogram describes it: request models, and a check of all that the server emits."""

from collections.abc import Iterator
from typing import Any

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiogram.types import Message, Update
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.botapi.json_types import Json

RequestModel = type[TelegramMethod[Any]]


class SpecificationError(AssertionError):
    """The server was about to emit something that the Bot API does not know."""


def _request_models() -> dict[str, RequestModel]:
    return {
        model.__api_method__.lower(): model
        for model in vars(aiogram.methods).values()
        if isinstance(model, type)
        and issubclass(model, TelegramMethod)
        and model is not TelegramMethod
    }


# Method names are case-insensitive.
_REQUEST_MODELS = _request_models()


def request_model(method: str) -> RequestModel | None:
    """Return the request model of a method, or None for a method that does not exist."""
    return _REQUEST_MODELS.get(method.lower())


def check_update(update: Json) -> None:
    """Raise SpecificationError unless the update is one that Telegram could send."""
    _check(Update, update, "update")


def check_message(message: Json) -> None:
    """Raise SpecificationError unless the message is one that Telegram could send."""
    _check(Message, message, "message")


def check_result(model: RequestModel, result: Any) -> None:
    """Raise SpecificationError unless the method may return this result."""
    _check(model.__returning__, result, model.__api_method__)


def unknown_fields(value: object, path: str = "") -> Iterator[str]:
    """Yield the paths of fields, at any depth, that the Bot API does not know."""
    if isinstance(value, BaseModel):
        yield from (f"{path}{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from unknown_fields(getattr(value, name), f"{path}{name}.")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from unknown_fields(item, path)


def _check(kind: Any, value: Any, what: str) -> None:
    try:
        parsed = TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise SpecificationError(f"{what}: {error}") from error
    unknown = sorted(unknown_fields(parsed))
    if unknown:
        raise SpecificationError(f"{what}: unknown fields {unknown} in {value}")
