"""Characters at places on pages → lines → paragraphs: what pdf and OFD have in common."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.documents.joining import glue, is_wide
from index.documents.model import Block, BlockKind
from index.structure import number_of

# All measures are in widths of a character of the line.
# Characters whose middles differ by less stand on one line: sub- and superscripts do.
SAME_LINE = 0.5
# A gap wider than this is a space; Chinese text is set without any.
SPACE = 0.3
WIDE_SPACE = 0.9
# A line that ends this near to the right margin is full: the paragraph goes on below it.
FULL_LINE = 2.0
# First lines are set in by two characters.
INDENT = 1.2
# Lines further apart than this are different paragraphs.
LINE_GAP = 2.5
# A gap wider than this parts columns: the line is a row, not running text.
COLUMN_GAP = 2.0
# Sizes that differ by more belong to different texts, such as a title and its subtitle.
SAME_SIZE = 0.15
# This many lines at each end of a page may be running heads.
RUNNING_LINES = 2
# A line at the edge of a page that stands on this many pages, numbers apart, is a running head.
RUNNING_PAGES = 3

# Word sets a little space between Chinese writing and figures; nobody typed it.
_SET_SPACE = re.compile(
    r"(?<=[\u4e00-\u9fff]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z]) (?=[\u4e00-\u9fff])"
)
# What amounts are measured in stands above every table of a budget, and is content.
_UNIT = re.compile("单位[:：]")
_PAGE_NUMBER = re.compile(
    r"[-—–~·\s]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6})\s*(?:页)?\s*(?:[/,，共]\s*(?:共)?\s*\d{1,4}\s*页?)?[-—–~·\s]*\Z"
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character at its place. The vertical axis points down."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """The height of the line it needs."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text on a page; `is_row` where wide gaps part it into columns."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    is_row: bool = False

    @property
    def size(self) -> float:
        """The size of its characters."""
        return max(self.bottom - self.top, 0.1)


def lines_of(glyphs: Sequence[Glyph]) -> list[TextLine]:
    """Put the characters of a page, or of a cell, together to lines in reading order."""
    rows: list[list[Glyph]] = []
    # The sum of the middles of the last row.
    total = 0.0
    for glyph in sorted(glyphs, key=lambda one: (one.middle, one.left)):
        near = SAME_LINE * min(glyph.size, rows[-1][0].size) if rows else 0.0
        if rows and abs(glyph.middle - total / len(rows[-1])) < near:
            rows[-1].append(glyph)
            total += glyph.middle
        else:
            rows.append([glyph])
            total = glyph.middle
    lines = (_line(sorted(row, key=lambda one: one.left)) for row in rows)
    return [line for line in lines if line.text]


def without_running_lines(pages: Sequence[Sequence[TextLine]]) -> list[list[TextLine]]:
    """Drop page numbers and what stands at the edge of page after page."""
    edges: Counter[str] = Counter()
    for page in pages:
        edges.update({_pattern(line) for line in _edge(page)})
    kept: list[list[TextLine]] = []
    for page in pages:
        dropped = {
            id(line)
            for line in _edge(page)
            if _PAGE_NUMBER.match(line.text)
            or (edges[_pattern(line)] >= RUNNING_PAGES and not _UNIT.search(line.text))
        }
        kept.append([line for line in page if id(line) not in dropped])
    return kept


def paragraphs(pages: Sequence[Sequence[TextLine]]) -> Iterator[Block]:
    """Join the lines of pages to paragraphs, across page ends as well."""
    lines = [(number, line) for number, page in enumerate(pages) for line in page]
    if not lines:
        return
    right = _usual_right([line for _, line in lines])
    text, before, before_page = "", lines[0][1], 0
    for number, line in lines:
        if text and _goes_on(before, line, right, same_page=number == before_page):
            text += glue(text, line.text) + line.text
        else:
            if text:
                yield Block(BlockKind.PARAGRAPH, text)
            text = line.text
        before, before_page = line, number
    yield Block(BlockKind.PARAGRAPH, text)


def _line(row: Sequence[Glyph]) -> TextLine:
    text = ""
    is_row = spaced = False
    before: Glyph | None = None
    for glyph in row:
        if glyph.text.isspace():
            spaced = True
            continue
        if (
            before is not None
            and before.text == glyph.text
            and glyph.left - before.left < 0.2 * glyph.size
        ):
            continue  # bold by printing twice
        if before is not None:
            wide = is_wide(before.text[-1:] or " ") or is_wide(glyph.text[:1] or " ")
            gap = (glyph.left - before.right) / max(glyph.size, 0.1)
            text += " " if spaced or gap > (WIDE_SPACE if wide else SPACE) else ""
            is_row = is_row or gap > COLUMN_GAP
        text += glyph.text
        before, spaced = glyph, False
    heights = sorted(glyph.size for glyph in row)
    size = heights[len(heights) // 2]
    top = min(glyph.top for glyph in row)
    right = max(glyph.right for glyph in row)
    text = _SET_SPACE.sub("", " ".join(text.split()))
    return TextLine(text, row[0].left, right, top, top + size, is_row)


def _edge(page: Sequence[TextLine]) -> list[TextLine]:
    ends = [*page[:RUNNING_LINES], *page[-RUNNING_LINES:]]
    return list({id(line): line for line in ends}.values())


def _pattern(line: TextLine) -> str:
    return re.sub(r"\d+", "#", line.text)


def _usual_right(lines: Sequence[TextLine]) -> float:
    """The right margin: where the longest tenth of the lines ends."""
    ends = sorted(line.right for line in lines)
    return ends[int(len(ends) * 0.9) if len(ends) > 10 else -1]


def _goes_on(before: TextLine, line: TextLine, right: float, *, same_page: bool) -> bool:
    """Whether `line` continues the paragraph that `before` belongs to."""
    size = before.size
    if before.is_row or line.is_row:
        return False
    if abs(line.size - size) > SAME_SIZE * size or number_of(line.text) is not None:
        return False
    if before.right < right - FULL_LINE * size or line.left > before.left + INDENT * size:
        return False
    return not same_page or line.top - before.bottom < (LINE_GAP - 1) * size
