"""Values that do not fit: what pydantic says of them, in words for office staff."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from index.linting.finding import Finding
from index.linting.source import Key, Source

_WORDS = {
    "missing": "“{key}” is missing",
    "date_from_datetime_parsing": "“{key}” is no date; write it as 2026-01-31",
    "date_from_datetime_inexact": "“{key}” must be a date without a time, as 2026-01-31",
    "date_type": "“{key}” is no date; write it as 2026-01-31",
    "date_parsing": "“{key}” is no date; write it as 2026-01-31",
    "string_type": "“{key}” must be text; put it between quotes",
    "tuple_type": "“{key}” must be a list, as [one, two]",
    "bool_parsing": "“{key}” must be true or false",
    "bool_type": "“{key}” must be true or false",
    "enum": "“{key}” must be one of {expected}",
    "value_error": "“{key}” {msg}",
    "model_type": "must be lines of “key: value”",
    "model_attributes_type": "must be lines of “key: value”",
}


def wrong_values(
    source: Source, adapter: TypeAdapter[Any], known: Iterable[str]
) -> Iterator[Finding]:
    """What keeps the values of a source from being what they should be.

    Args:
        source: the values.
        adapter: what they should be.
        known: the keys that may be meant by one that nobody knows.
    """
    try:
        adapter.validate_python(source.values)
    except ValidationError as error:
        for problem in error.errors():
            keys = tuple(part for part in problem["loc"] if isinstance(part, Key))
            key = keys[-1] if keys else ""
            if problem["type"] == "extra_forbidden":
                message = unknown(str(key), known)
            else:
                words = _WORDS.get(problem["type"], "“{key}”: {msg}")
                expected = (problem.get("ctx") or {}).get("expected", "")
                reason = problem["msg"].removeprefix("Value error, ")
                message = words.format(key=key, msg=reason, expected=expected)
            yield Finding(source.file, source.line(*keys), message)


def unknown(name: str, known: Iterable[str], what: str = "key") -> str:
    """What to say about a name nobody knows, with the known one that may be meant."""
    near = get_close_matches(name, list(known), n=1)
    return f"“{name}” is no known {what}" + (f"; is “{near[0]}” meant?" if near else "")


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys a model knows."""
    return tuple(model.model_fields)
