"""PDF with a text layer: paragraphs joined across lines and pages, tables by their ruling lines."""

import importlib.util
import io
import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from index.documents.confined import read_confined
from index.documents.decoding import plain_characters
from index.documents.front_page import without_contents
from index.documents.joining import join_lines
from index.documents.layout import Glyph, TextLine, lines_of, paragraphs, without_running_lines
from index.documents.model import Block
from index.documents.reading import Reading
from index.documents.tables import Cell, table_blocks
from index.errors import KnowledgeError

# At about 15 pages a second on an office machine a longer one would pass the time limit.
MAX_PAGES = 1_000
# A page with fewer characters has no text layer: scanners add a stamp or a page number.
MIN_PAGE_CHARACTERS = 10
# Fonts without a character table give “(cid:123)” for each character.
MAX_SHARE_UNREADABLE = 0.3
# Edges of cells nearer than this, in points, are one line: rulings have a width.
EDGE_TOLERANCE = 3.0
# OCR takes some seconds a page.
NO_TEXT_LAYER = "has no text layer (it is a scan)"
OCR_SECONDS = 600
OCR_BYTES = 1_900_000_000

# A table has two columns and two rows at least: three edges each way.
MIN_EDGES = 3
MAX_EDGES = 5_000
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_LOOKALIKE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")

_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table on a page."""

    top: float
    bottom: float
    rows: list[list[Cell]]
    columns: int


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on one page."""

    lines: list[TextLine]
    tables: list[_Table]
    characters: int
    unreadable: int
    is_picture: bool


def read_pdf(content: bytes, path: str) -> Reading:
    """Read a pdf; one without a text layer by OCR, where that extra is installed.

    Raises:
        KnowledgeError: it is damaged, protected, has no text layer, or takes too long.
    """
    try:
        return read_confined("pdf.parse_pdf", content, path)
    except KnowledgeError as error:
        if NO_TEXT_LAYER not in str(error) or importlib.util.find_spec("rapidocr") is None:
            raise
    return read_confined("scan.read_scan", content, path, seconds=OCR_SECONDS, size=OCR_BYTES)


def parse_pdf(content: bytes, path: str) -> Reading:
    """Parse a pdf in this process.

    Raises:
        KnowledgeError: it is damaged, protected, too long, or has no text layer.
    """
    # The parser warns about each oddity of each font.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content), unicode_norm="NFC") as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise KnowledgeError(f"{path}: more than {MAX_PAGES} pages; split it")
            pages = [_page(page) for page in pdf.pages]
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args):
            raise KnowledgeError(
                f"{path}: protected by a password; save a copy without one"
            ) from error
        raise KnowledgeError(f"{path}: the file is damaged; print it to PDF anew") from error
    if not any(page.characters and not page.is_picture for page in pages):
        raise KnowledgeError(
            f"{path}: {NO_TEXT_LAYER}; ask for the text version or install the extra “ocr”",
        )
    if sum(page.unreadable for page in pages) > MAX_SHARE_UNREADABLE * sum(
        page.characters for page in pages
    ):
        raise KnowledgeError(
            f"{path}: its text layer is unreadable (fonts without character tables); "
            "ask for the text version",
        )
    scanned = [str(n) for n, page in enumerate(pages, 1) if page.is_picture]
    warnings = (f"no text on page {', '.join(scanned)}, which hold pictures",) if scanned else ()
    return Reading(without_contents(tuple(_blocks(pages))), warnings=warnings)


def _page(page: Any) -> _Page:  # noqa: ANN401 - pdfplumber has no types
    glyphs = [_glyph(char) for char in page.chars if char.get("upright", True)]
    unreadable = sum(1 for glyph in glyphs if _UNMAPPED.match(glyph.text))
    glyphs = [glyph for glyph in glyphs if glyph.text and not _UNMAPPED.match(glyph.text)]
    characters = sum(1 for glyph in glyphs if not glyph.text.isspace())
    tables = list(_tables(page, glyphs))
    outside = [g for g in glyphs if not any(t.top <= g.middle <= t.bottom for t in tables)]
    result = _Page(
        lines_of(outside), tables, characters + unreadable, unreadable,
        is_picture=characters < MIN_PAGE_CHARACTERS and bool(page.images),
    )  # fmt: skip
    # The parser keeps all of a page otherwise: a long file would fill the memory.
    page.close()
    return result


def _glyph(char: dict[str, Any]) -> Glyph:
    """A character; the radicals that some fonts stand for characters are the characters."""
    text = "".join(
        unicodedata.normalize("NFKC", one) if _LOOKALIKE.match(one) else one
        for one in plain_characters(char["text"])
    )
    return Glyph(text, char["x0"], char["x1"], char["top"], char["bottom"])


def _tables(page: Any, glyphs: Sequence[Glyph]) -> Iterator[_Table]:  # noqa: ANN401
    if len(page.edges) > MAX_EDGES:
        return  # a drawing or a map; its rulings would take minutes to sort
    for found in page.find_tables():
        across = _edges([edge for cell in found.cells for edge in (cell[0], cell[2])])
        down = _edges([edge for cell in found.cells for edge in (cell[1], cell[3])])
        if len(across) < MIN_EDGES or len(down) < MIN_EDGES:
            continue  # a box around text is no table
        rows: list[list[tuple[int, Cell]]] = [[] for _ in down[:-1]]
        for box in found.cells:
            left, right = _nearest(across, box[0]), _nearest(across, box[2])
            top, bottom = _nearest(down, box[1]), _nearest(down, box[3])
            if right > left and bottom > top:
                rows[top].append((left, Cell(_text_in(box, glyphs), right - left, bottom - top)))
        cells = [[cell for _, cell in sorted(row, key=lambda one: one[0])] for row in rows]
        yield _Table(down[0], down[-1], cells, len(across) - 1)


def _text_in(box: _Box, glyphs: Sequence[Glyph]) -> str:
    left, top, right, bottom = box
    inside = [
        g for g in glyphs if top <= g.middle <= bottom and left <= (g.left + g.right) / 2 <= right
    ]
    return join_lines(line.text for line in lines_of(inside))


def _edges(values: Sequence[float]) -> list[float]:
    """The distinct edges among values that differ by the width of a ruling."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > EDGE_TOLERANCE:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda position: abs(edges[position] - value))


def _blocks(pages: Sequence[_Page]) -> Iterator[Block]:
    """Text and tables in reading order; a table that goes on over a page end is one."""
    text: list[list[TextLine]] = []
    table: list[list[Cell]] = []
    columns = 0
    for page, lines in zip(pages, without_running_lines([p.lines for p in pages]), strict=True):
        rest = lines
        for found in sorted(page.tables, key=lambda one: one.top):
            above = [line for line in rest if line.top < found.top]
            rest = [line for line in rest if line.top >= found.top]
            text.append(above)
            if table and (above or found.columns != columns):
                yield from table_blocks(table)
                table = []
            if not table:
                yield from paragraphs(text)
                text = []
            table.extend(found.rows if not table else _without_repeated_head(found.rows, table))
            columns = found.columns
        if rest and table:
            yield from table_blocks(table)
            table = []
        text.append(rest)
    yield from table_blocks(table)
    yield from paragraphs(text)


def _without_repeated_head(rows: list[list[Cell]], before: list[list[Cell]]) -> list[list[Cell]]:
    """Tables repeat their headings on each page."""
    same = 0
    while same < min(len(rows), len(before)) and [c.text for c in rows[same]] == [
        c.text for c in before[same]
    ]:
        same += 1
    return rows[same:]
