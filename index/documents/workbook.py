"""Excel workbooks (.xlsx): all visible sheets, merged cells filled, cells as they are shown."""

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any
from zipfile import BadZipFile

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from index.documents.archive import Archive
from index.documents.decoding import plain_characters
from index.documents.joining import join_lines
from index.documents.model import Block, BlockKind
from index.documents.reading import Reading
from index.documents.tables import Cell, table_blocks
from index.errors import KnowledgeError

# A table that people read has a few thousand cells; above this it is a database.
MAX_CELLS = 300_000
# Sheets are cut into tables where this many rows are empty: people part tables so.
_GENERAL_DIGITS = 10


def read_workbook(content: bytes, path: str) -> Reading:
    """Read a workbook.

    Raises:
        KnowledgeError: it is damaged, a zip bomb, holds XML entities or too many cells.
    """
    Archive(content, path).check_xml()
    try:
        # Values, not formulas: what the office program last showed.
        workbook = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    except (
        InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, AttributeError,
        etree.LxmlError, SyntaxError,
    ) as error:  # fmt: skip
        raise KnowledgeError(
            f"{path}: the file is damaged; open it in Excel and save it anew"
        ) from error
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    blocks: list[Block] = []
    for sheet in visible:
        if sheet.max_row * sheet.max_column > MAX_CELLS:
            raise KnowledgeError(
                f"{path}: sheet “{sheet.title}” reaches to row {sheet.max_row}, column "
                f"{sheet.max_column}; delete the empty rows and columns or split it",
            )
        blocks.extend(sheet_blocks(sheet.title, _rows(sheet), alone=len(visible) == 1))
    hidden = len(workbook.sheetnames) - len(visible)
    warnings = (f"{hidden} hidden sheet(s) not read",) if hidden else ()
    return Reading(tuple(blocks), warnings=warnings)


def sheet_blocks(name: str, rows: Iterable[list[Cell]], *, alone: bool) -> Iterator[Block]:
    """The blocks of one sheet: its name as heading, then its tables, parted by empty rows."""
    table: list[list[Cell]] = []
    blocks: list[Block] = []
    open_until = 0
    for y, row in enumerate([*rows, []]):
        open_until = max([open_until, *(y + cell.rows for cell in row if cell.text)])
        if any(cell.text for cell in row) or y < open_until:
            table.append(row)
            continue
        blocks.extend(table_blocks(table))
        table = []
    if blocks and not alone:
        yield Block(BlockKind.HEADING, name, 1)
    yield from blocks


def _rows(sheet: Any) -> Iterator[list[Cell]]:  # noqa: ANN401 - openpyxl has no types
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for area in sheet.merged_cells.ranges:
        rows = min(area.max_row, sheet.max_row) - area.min_row + 1
        columns = min(area.max_col, sheet.max_column) - area.min_col + 1
        spans[area.min_row, area.min_col] = (rows, columns)
        covered.update(
            (area.min_row + down, area.min_col + right)
            for down in range(rows)
            for right in range(columns)
            if down or right
        )
    for y, row in enumerate(sheet.iter_rows(), start=1):
        if sheet.row_dimensions[y].hidden:
            yield []
            continue
        cells = []
        for x, cell in enumerate(row, start=1):
            if (y, x) not in covered:
                rows, columns = spans.get((y, x), (1, 1))
                cells.append(Cell(shown(cell.value, cell.number_format), columns, rows))
        yield cells


def shown(value: object, number_format: str = "General") -> str:
    """A value as its reader sees it."""
    if value is None or isinstance(value, bool):
        return {True: "是", False: "否"}.get(value, "") if value is not None else ""
    if isinstance(value, datetime):
        has_time = value.time() != time(0)
        return value.strftime("%Y-%m-%d %H:%M") if has_time else value.strftime("%Y-%m-%d")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, int | float):
        return _shown_number(value, number_format)
    lines = plain_characters(str(value)).split("\n")
    return join_lines(" ".join(line.split()) for line in lines)


def _shown_number(value: float, number_format: str) -> str:
    if "%" in number_format:
        return f"{round(value * 100, _GENERAL_DIGITS):.{_GENERAL_DIGITS}g}%"
    # 0.1 + 0.2 is shown as 0.3; an amount of ten digits is shown in full.
    rounded = round(value, _GENERAL_DIGITS)
    return str(int(rounded)) if rounded == int(rounded) else repr(rounded)
