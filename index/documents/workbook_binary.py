"""Old Excel workbooks (.xls)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlrd

from index.documents.confined import read_confined
from index.documents.reading import Reading
from index.documents.tables import Cell
from index.documents.workbook import MAX_CELLS, sheet_blocks, shown
from index.errors import KnowledgeError

if TYPE_CHECKING:
    from index.documents.model import Block


def read_workbook_binary(content: bytes, path: str) -> Reading:
    """Read an old workbook.

    Raises:
        KnowledgeError: it is damaged, protected, holds too many cells, or takes too long.
    """
    return read_confined("workbook_binary.parse_workbook", content, path)


def parse_workbook(content: bytes, path: str) -> Reading:
    """Parse an old workbook in this process.

    Raises:
        KnowledgeError: it is damaged, protected, or holds too many cells.
    """
    try:
        # Formatting tells merged cells, percentages and hidden rows.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise KnowledgeError(
                f"{path}: protected by a password; save a copy without one"
            ) from error
        raise KnowledgeError(
            f"{path}: the file is damaged; open it in Excel and save it anew"
        ) from error
    sheets = [sheet for sheet in book.sheets() if sheet.visibility == 0]
    if sum(sheet.nrows * sheet.ncols for sheet in sheets) > MAX_CELLS:
        raise KnowledgeError(f"{path}: holds more than {MAX_CELLS} cells; split it")
    blocks: list[Block] = []
    for sheet in sheets:
        blocks.extend(sheet_blocks(sheet.name, _rows(book, sheet), alone=len(sheets) == 1))
    return Reading(tuple(blocks))


def _rows(book: Any, sheet: Any) -> Iterator[list[Cell]]:  # noqa: ANN401 - xlrd has no types
    spans = {
        (top, left): (min(bottom, sheet.nrows) - top, min(right, sheet.ncols) - left)
        for top, bottom, left, right in sheet.merged_cells
    }
    covered = {
        (top + down, left + right)
        for (top, left), (rows, columns) in spans.items()
        for down in range(rows)
        for right in range(columns)
        if down or right
    }
    for y in range(sheet.nrows):
        hidden = y in sheet.rowinfo_map and sheet.rowinfo_map[y].hidden
        yield (
            []
            if hidden
            else [
                Cell(
                    _text(book, sheet, y, x),
                    spans.get((y, x), (1, 1))[1],
                    spans.get((y, x), (1, 1))[0],
                )
                for x in range(sheet.ncols)
                if (y, x) not in covered
            ]
        )


def _text(book: Any, sheet: Any, y: int, x: int) -> str:  # noqa: ANN401 - xlrd has no types
    cell = sheet.cell(y, x)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return shown(datetime(*xlrd.xldate_as_tuple(cell.value, book.datemode)))  # noqa: DTZ001
        except (ValueError, xlrd.xldate.XLDateError):
            return shown(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value))
    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR}:
        return ""
    format_key = book.xf_list[cell.xf_index].format_key
    return shown(cell.value, book.format_map[format_key].format_str)
