"""Front matter: the YAML head of a markdown file, or a sidecar ``name.yaml`` beside any other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from index.documents.model import DocumentKind, Metadata
from index.errors import KnowledgeError
from index.plain_yaml import load_plain_yaml

FENCE = "---"
# Front matter is a handful of lines. The cap keeps a hostile file from feeding YAML megabytes.
MAX_FRONT_MATTER_CHARACTERS = 20_000
_URL = re.compile(r"https?://\S+\Z")


class FrontMatter(BaseModel):
    """The keys a document may carry. All are optional."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str | None = Field(default=None, max_length=300)
    publisher: str | None = Field(default=None, max_length=200)
    published: date | None = None
    url: str | None = Field(default=None, max_length=2000)
    kind: DocumentKind | None = None
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    language: str | None = None
    document_number: str | None = None
    effective: date | None = None
    expires: date | None = None
    supersedes: str | None = None
    translation_of: str | None = None

    @field_validator("topics", "places", mode="before")
    @classmethod
    def _one_is_a_list_too(cls, value: object) -> object:
        """``topics: investment`` means a list of one; an empty key means none."""
        if value is None:
            return ()
        return (value,) if isinstance(value, str) else value

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        """Only web addresses may become links."""
        if value is not None and not _URL.match(value):
            raise ValueError("must begin with http:// or https://")
        return value

    def metadata(self, title: str) -> Metadata:
        """As document metadata; `title` stands in where the front matter has none."""
        fields = self.model_dump()
        return Metadata(**{**fields, "title": self.title or title})


@dataclass(frozen=True, slots=True)
class Split:
    """A text parted into its front matter and its body.

    Attributes:
        front_matter: the parsed keys.
        body: what follows.
        warnings: what was wrong but not fatal.
    """

    front_matter: FrontMatter
    body: str
    warnings: tuple[str, ...] = ()


def split_front_matter(text: str, path: str) -> Split:
    """Part a text into front matter and body.

    A text that does not begin with a fence has no front matter. Unknown keys are warned about and
    ignored.

    Raises:
        KnowledgeError: the front matter is not closed, not YAML, or holds a wrong value.
    """
    lines = text.split("\n")
    if lines[0].strip() != FENCE:
        return Split(FrontMatter(), text)
    for end in range(1, len(lines)):
        if lines[end].strip() == FENCE:
            break
    else:
        raise KnowledgeError(f"{path}: the front matter is not closed; end it with a line of ---")
    front_matter, warnings = parse_front_matter("\n".join(lines[1:end]), path)
    return Split(front_matter, "\n".join(lines[end + 1 :]), warnings)


def parse_front_matter(source: str, path: str) -> tuple[FrontMatter, tuple[str, ...]]:
    """Parse the YAML of a front matter or a sidecar file.

    Returns:
        The keys, and warnings about keys nobody knows.

    Raises:
        KnowledgeError: it is too long, not YAML, not a mapping, or holds a wrong value.
    """
    if len(source) > MAX_FRONT_MATTER_CHARACTERS:
        raise KnowledgeError(f"{path}: the front matter is too long; keep the text below it")
    try:
        values = load_plain_yaml(source)
    except yaml.YAMLError as error:
        raise KnowledgeError(
            f"{path}: the front matter is not valid YAML ({_line_of(error)})"
        ) from error
    if values is None:
        return FrontMatter(), ()
    if not isinstance(values, Mapping):
        raise KnowledgeError(f"{path}: the front matter must be lines of “key: value”")
    unknown = sorted(str(key) for key in values if key not in FrontMatter.model_fields)
    known: dict[str, Any] = {str(key): value for key, value in values.items() if key not in unknown}
    try:
        front_matter = FrontMatter.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise KnowledgeError(f"{path}: front matter “{key}”: {first['msg']}") from error
    return front_matter, tuple(f"unknown front matter key “{key}” ignored" for key in unknown)


def _line_of(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 2}" if mark is not None else "aliases and odd values are not allowed"
