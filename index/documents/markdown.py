"""Markdown, the home format: headings, paragraphs, lists and pipe tables."""

import re
from collections.abc import Iterator

from index.documents.model import Block, BlockKind

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\Z")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)\Z")
_TABLE_LINE = re.compile(r"\s*\|.*\|\s*\Z")
_TABLE_RULE = re.compile(r"[\s|:-]+\Z")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")


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
    text = lines[0]
    for line in lines[1:]:
        glue = "" if _is_wide(text[-1]) or _is_wide(line[0]) else " "
        text += glue + line
    return Block(BlockKind.PARAGRAPH, text)


def table_row(headings: list[str], cells: list[str]) -> Block | None:
    """Write one table row so that it can be read alone: ``heading：cell；heading：cell``.

    Returns:
        The row, or None where all of its cells are empty.
    """
    pairs = [
        f"{heading}：{cell}" if heading else cell
        for heading, cell in zip(headings, cells, strict=False)
        if cell
    ]
    return Block(BlockKind.ROW, "；".join(pairs)) if pairs else None


def _table_rows(lines: list[str]) -> Iterator[Block]:
    rows = [[_plain(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    headings, *body = rows
    for row, line in zip(body, lines[1:], strict=True):
        if _TABLE_RULE.match(line):
            continue
        block = table_row(headings, row)
        if block:
            yield block


def _plain(text: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"
