"""Requests as a client sends them, and their reading through aiogram's request models."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args, get_origin

from aiogram.methods import TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tests.botapi.errors import ApiError, refuse
from tests.botapi.json_types import Json
from tests.botapi.specification import RequestModel, request_model, unknown_fields

ATTACHMENT = "attach://"

Model = TypeVar("Model", bound=TelegramMethod[Any])

# What the real server says when one of these is missing; the wording was seen on the live server.
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "Message text is empty",
    "message_id": "Message identifier is not specified",
}


# Documented as required, but the real server takes its absence as empty, which clients rely on.
_DEFAULTS: dict[str, Json] = {"setWebhook": {"url": ""}}


# The field by which the real server tells the kinds of reply markup apart.
_MARKUP_KINDS: dict[str, type[BaseModel]] = {
    "inline_keyboard": InlineKeyboardMarkup,
    "keyboard": ReplyKeyboardMarkup,
    "remove_keyboard": ReplyKeyboardRemove,
    "force_reply": ForceReply,
}


@dataclass(frozen=True)
class UploadedFile:
    """One file part of a multipart request."""

    name: str
    content: bytes


@dataclass(frozen=True)
class RawRequest:
    """A request as it came: every nested value may still be a JSON string."""

    method: str
    parameters: Json
    files: Mapping[str, UploadedFile] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request that fits the Bot API.

    Attributes:
        method: The method's name in its documented spelling.
        model: The request as aiogram's model of it.
        parameters: The same request as decoded JSON, without files.
    """

    method: str
    model: TelegramMethod[Any]
    parameters: Json

    def typed(self, kind: type[Model]) -> Model:
        """Return the model as the type that the called method knows it to be."""
        if not isinstance(self.model, kind):
            raise TypeError(f"{self.method} was routed to the method for {kind.__name__}")
        return self.model


async def read_request(http: web.Request) -> RawRequest:
    """Collect the parameters from the query string and from any of the four kinds of body."""
    parameters: Json = dict(http.query)
    files: dict[str, UploadedFile] = {}
    if http.content_type == "application/json" and http.can_read_body:
        parameters.update(await http.json())
    elif http.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await http.post()).items():
            if isinstance(value, web.FileField):
                files[name] = UploadedFile(value.filename, value.file.read())
            else:
                parameters[name] = value
    return RawRequest(http.match_info["method"], parameters, files)


def parse_request(raw: RawRequest, violations: list[str]) -> Request:
    """Read a request through its model; record whatever a careful client would not send.

    Raises:
        ApiError: The method does not exist or the request is malformed.
    """
    model = request_model(raw.method)
    if model is None:
        violations.append(f"{raw.method}: no such method")
        raise ApiError(404, "Not Found: method not found")
    name = model.__api_method__
    parameters = _DEFAULTS.get(name, {}) | _decode(model, raw.parameters, violations)
    _find_unreferenced_files(name, parameters, raw.files, violations)
    try:
        values = {**parameters, **_attached(model, parameters, raw.files), **_markup(parameters)}
        parsed = model.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        violations.extend(f"{name}: {_location(detail)}: {detail['msg']}" for detail in details)
        refuse(_refusal(details[0]))
    unknown = sorted(unknown_fields(parsed))
    if unknown:
        # The real server ignores them in silence, so only the violation tells.
        violations.append(f"{name}: unknown parameters {unknown}")
    return Request(name, parsed, parameters)


def _decode(model: RequestModel, parameters: Json, violations: list[str]) -> Json:
    return {
        name: _decode_value(model, name, value, violations) for name, value in parameters.items()
    }


def _decode_value(model: RequestModel, name: str, value: Any, violations: list[str]) -> Any:
    declared = model.model_fields.get(name)
    if not isinstance(value, str) or declared is None or not _is_nested(declared.annotation):
        return value
    try:
        return json.loads(value)
    except ValueError:
        violations.append(f"{model.__api_method__}: {name} is not JSON: {value[:80]!r}")
        refuse(f"Can't parse {name} JSON object")


def _is_nested(annotation: Any) -> bool:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return issubclass(annotation, BaseModel | list | dict)
    return get_origin(annotation) in (list, dict) or any(map(_is_nested, get_args(annotation)))


def _attached(
    model: RequestModel, parameters: Json, files: Mapping[str, UploadedFile]
) -> dict[str, BufferedInputFile]:
    attached = {}
    for name, file in files.items():
        # A part is either named like the field or referenced from it.
        if name in model.model_fields:
            attached[name] = BufferedInputFile(file.content, file.name)
        for field_name, value in parameters.items():
            if value == f"{ATTACHMENT}{name}":
                attached[field_name] = BufferedInputFile(file.content, file.name)
    return attached


def _markup(parameters: Json) -> dict[str, BaseModel]:
    # Left to itself, the union of the four would take a malformed keyboard for a removal.
    markup = parameters.get("reply_markup")
    if not isinstance(markup, dict):
        return {}
    for key, kind in _MARKUP_KINDS.items():
        if key in markup:
            return {"reply_markup": kind.model_validate(markup)}
    return {}


def _find_unreferenced_files(
    method: str, parameters: Json, files: Mapping[str, UploadedFile], violations: list[str]
) -> None:
    model = request_model(method)
    text = json.dumps(parameters)
    for name in files:
        is_field = model is not None and name in model.model_fields
        if not is_field and f'"{ATTACHMENT}{name}"' not in text:
            violations.append(f"{method}: file part {name!r} is not referenced")


def _location(detail: ErrorDetails) -> str:
    return ".".join(map(str, detail["loc"]))


def _refusal(detail: ErrorDetails) -> str:
    path = detail["loc"]
    name = str(path[-1])
    if detail["type"] != "missing":
        # The real server names the expected type; approximated.
        return f'Field "{name}" is of a wrong type'
    if len(path) == 1:
        return _MISSING.get(name, f"{name} is empty")
    if "inline_keyboard" in path:
        return f"Can't parse inline keyboard button: Can't find field \"{name}\""
    return f'Can\'t find field "{name}"'
