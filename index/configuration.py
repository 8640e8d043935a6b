"""What the knowledge folder says beside its documents: profile, glossary, contacts and checks.

Everything about one city is written there, so that another city's staff can run the same program.
"""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from index.documents.decoding import decode
from index.errors import KnowledgeError
from index.plain_yaml import load_plain_yaml

# A glossary of a few thousand entries is below 1 MB.
MAX_CONFIGURATION_BYTES = 5_000_000


class _Strict(BaseModel):
    """A key nobody knows is a typing error: better said than ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """A text for people, in simplified Chinese and English. Traditional is derived."""

    zh: str
    en: str


class Topic(_Strict):
    """Something people ask about: a button, with a first question and further ones."""

    id: str
    name: Text
    question: Text
    questions: tuple[Text, ...] = ()


class Profile(_Strict):
    """What the bot speaks about, and how it introduces itself."""

    name: Text
    place: Text
    greeting: Text
    about: Text
    topics: tuple[Topic, ...] = ()


class Term(_Strict):
    """A glossary entry: one thing under all the names people give it."""

    id: str
    term: str
    kind: str = "term"
    also: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    parent: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the canonical one first."""
        return (self.term, *self.also, *self.english)


class Contact(_Strict):
    """Whom to ask. Shown only where `certain`."""

    topics: tuple[str, ...]
    name: Text
    phone: str | None = None
    url: str | None = None
    note: Text | None = None
    certain: bool = False


class CheckStatus(StrEnum):
    """The outcomes a check may ask for."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"
    OUT_OF_SCOPE = "out_of_scope"
    OUTDATED = "outdated"


class Check(_Strict):
    """A question a new snapshot must still answer (or still refuse) before it is published."""

    id: str
    question: str
    status: CheckStatus = CheckStatus.ANSWERED
    document: str | None = None
    contains: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    today: date | None = None


class Configuration(_Strict):
    """All of it. A folder without these files gives an empty one."""

    profile: Profile | None = None
    glossary: tuple[Term, ...] = Field(default=())
    contacts: tuple[Contact, ...] = Field(default=())
    checks: tuple[Check, ...] = Field(default=())


def read_configuration(root: Path) -> Configuration:
    """Read the four configuration files under `root`; each may be missing.

    Raises:
        KnowledgeError: a file is not UTF-8, not YAML, or does not have the known keys.
    """
    values = {
        name: _read_yaml(root, f"{name}.yaml", adapter)
        for name, adapter in _ADAPTERS.items()
        if (root / f"{name}.yaml").is_file()
    }
    return Configuration(**values)


_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "profile": TypeAdapter(Profile),
    "glossary": TypeAdapter(tuple[Term, ...]),
    "contacts": TypeAdapter(tuple[Contact, ...]),
    "checks": TypeAdapter(tuple[Check, ...]),
}


def _read_yaml(root: Path, name: str, adapter: TypeAdapter[Any]) -> object:
    try:
        content = (root / name).read_bytes()
    except OSError as error:
        raise KnowledgeError(f"{name}: cannot be read ({error.strerror})") from error
    if len(content) > MAX_CONFIGURATION_BYTES:
        raise KnowledgeError(f"{name}: larger than {MAX_CONFIGURATION_BYTES // 1_000_000} MB")
    try:
        return adapter.validate_python(load_plain_yaml(decode(content, name)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise KnowledgeError(f"{name}{line}: not valid YAML; check quotes and indents") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise KnowledgeError(f"{name}: {where}: {first['msg']}") from error
