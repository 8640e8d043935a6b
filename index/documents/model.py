"""What a loader hands on: a document as text in blocks, with what is known about it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class DocumentKind(StrEnum):
    """What sort of document this is."""

    ARTICLE = "article"
    POLICY = "policy"
    NOTICE = "notice"
    FACT = "fact"
    ANSWER = "answer"


class BlockKind(StrEnum):
    """The part a block plays in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the front matter (or a sidecar file) says about a document.

    Everything may be unknown but the title: a plain file has no front matter.
    """

    title: str
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    kind: DocumentKind | None = None
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    language: str | None = None
    document_number: str | None = None
    effective: date | None = None
    expires: date | None = None
    supersedes: str | None = None
    translation_of: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row.

    A table row is written with its headings (``heading：cell；heading：cell``), so that it can be
    read, quoted and cut out alone.

    Attributes:
        kind: the part it plays.
        text: its text on one line, without mark-up.
        level: for a heading, its depth from 1; else 0.
    """

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read.

    Attributes:
        path: the file's path under the knowledge folder, with ``/``.
        digest: SHA-256 (hex) of all the bytes it was read from, sidecar included.
        metadata: what is known about it.
        blocks: its content in reading order.
        warnings: what the reader should know, in plain words.
    """

    path: str
    digest: str
    metadata: Metadata
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The whole text, one block a line. Spans of passages and quotes count in it."""
        return "\n".join(block.text for block in self.blocks)
