"""Documents → passages: whole paragraphs, items and rows, packed under a breadcrumb."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.documents.model import BlockKind, Document
from index.passages import Passage

# Raised when the same document would be cut differently: passages of unchanged files are then
# made anew instead of taken from the last snapshot.
CHUNKER_VERSION = 1
# Passages of about 300 characters found the right document more often than longer ones on 511
# questions over 599 Chinese policy documents (docs/quality.md).
PASSAGE_CHARACTERS = 300
# Only a text longer than this is cut inside a block, so that a clause stays whole.
BLOCK_CHARACTERS = 450

# Sentence ends before clause ends before anything: a cut falls where the reader would pause.
_SEPARATORS = ["(?<=[。！？!?])", "(?<=[；;])", "(?<=[，,、：:])", r"(?<=\s)", ""]
_SPLITTER = RecursiveCharacterTextSplitter(
    separators=_SEPARATORS,
    is_separator_regex=True,
    keep_separator="end",
    chunk_size=PASSAGE_CHARACTERS,
    chunk_overlap=0,
    strip_whitespace=False,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of the document's text under one breadcrumb, small enough for a passage."""

    start: int
    end: int
    breadcrumb: tuple[str, ...]


def chunk(document: Document) -> tuple[Passage, ...]:
    """Cut a document into passages.

    A passage never crosses a heading. Every character of every block that is not a heading lies
    in exactly one passage.
    """
    text = document.text
    pieces = _packed(_pieces(document))
    return tuple(
        Passage(
            id=f"{document.path}#{ordinal}",
            document=document.path,
            start=piece.start,
            end=piece.end,
            text=text[piece.start : piece.end],
            breadcrumb=piece.breadcrumb,
        )
        for ordinal, piece in enumerate(pieces)
    )


def _pieces(document: Document) -> Iterator[_Piece]:
    headings: list[tuple[int, str]] = []
    start = 0
    for block in document.blocks:
        end = start + len(block.text)
        if block.kind is BlockKind.HEADING:
            headings = [heading for heading in headings if heading[0] < block.level]
            headings.append((block.level, block.text))
        else:
            breadcrumb = (document.metadata.title, *(text for _, text in headings))
            cut = [block.text] if len(block.text) <= BLOCK_CHARACTERS else _split(block.text)
            for part in cut:
                yield _Piece(start, start + len(part), breadcrumb)
                start += len(part)
        start = end + 1


def _split(text: str) -> list[str]:
    """Cut a long text into parts that together are the text."""
    return _SPLITTER.split_text(text)


def _packed(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    current: _Piece | None = None
    for piece in pieces:
        if (
            current is not None
            and current.breadcrumb == piece.breadcrumb
            and piece.end - current.start <= PASSAGE_CHARACTERS
        ):
            current = replace(current, end=piece.end)
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current
