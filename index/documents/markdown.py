"""Markdown, the home format: headings, paragraphs, lists and pipe tables."""

import re
from collections.abc import Iterator

from index.documents.decoding import decode
from index.documents.front_matter import split_front_matter
from index.documents.joining import glue
from index.documents.model import Block, BlockKind
from index.documents.reading import Reading
from index.documents.tables import row_texts

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\Z")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)\Z")
_TABLE_LINE = re.compile(r"\s*\|.*\|\s*\Z")
_TABLE_RULE = re.compile(r"[\s|:-]+\Z")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")


def read_markdown(content: bytes, path: str) -> Reading:
    """Read a markdown file, with front matter or without.

    Raises:
        KnowledgeError: it is not text, or its front matter is wrong.
    """
    split = split_front_matter(decode(content, path), path)
    return Reading(parse_markdown(split.body), split.front_matter, split.warnings)


def parse_markdown(text: str) -> tuple[Block, ...]:
    """Parse the body of a markdown file into blocks.

    Lines of one paragraph are joined: with nothing between Chinese characters, with a space
    elsewhere. Emphasis and link mark-up is dropped, its text kept.
    """
    return tuple(_blocks(text.split("\n")))


def _blocks(lines: list[str]) -> Iterator[Block]:
    paragraph: list[str] = []
    table: list[str] = []
    for line in [*lines, ""]:
        if _TABLE_LINE.match(line):
            table.append(line)
            continue
        if table:
            yield from _table_rows(table)
            table = []
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if paragraph and (heading or item or not line.strip()):
            yield paragraph_block(paragraph)
            paragraph = []
        if heading:
            yield Block(BlockKind.HEADING, _plain(heading[2]), level=len(heading[1]))
        elif item:
            yield Block(BlockKind.ITEM, _plain(item[1]))
        elif line.strip():
            paragraph.append(_plain(line.strip()))


def paragraph_block(lines: list[str]) -> Block:
    """Join the lines of one paragraph."""
    text = ""
    for line in lines:
        text += glue(text, line) + line
    return Block(BlockKind.PARAGRAPH, text)


def _table_rows(lines: list[str]) -> Iterator[Block]:
    rows = [[_plain(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    headings, *body = rows
    for row, line in zip(body, lines[1:], strict=True):
        if _TABLE_RULE.match(line):
            continue
        for text in row_texts(headings, row):
            yield Block(BlockKind.ROW, text)


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))
