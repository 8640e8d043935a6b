"""Tables as text (.csv), with whatever separator the program wrote."""

import csv
import io

from index.documents.decoding import decode
from index.documents.joining import join_lines
from index.documents.reading import MAX_CHARACTERS, Reading
from index.documents.tables import Cell
from index.documents.workbook import MAX_CELLS, sheet_blocks
from index.errors import KnowledgeError

_SEPARATORS = ",;\t|，"
_SAMPLE_LINES = 20


def read_separated(content: bytes, path: str) -> Reading:
    """Read a table of separated values.

    Raises:
        KnowledgeError: it is not text, a quotation is not closed, or it holds too many cells.
    """
    text = decode(content, path)
    # A quotation that is never closed would otherwise swallow the file at some default limit.
    csv.field_size_limit(MAX_CHARACTERS)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=_separator(text), strict=False))
    except csv.Error as error:
        raise KnowledgeError(
            f"{path}: not a table of separated values ({error}); save it anew"
        ) from error
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > MAX_CELLS:
        raise KnowledgeError(f"{path}: holds more than {MAX_CELLS} cells; split it")
    cells = [
        [Cell(join_lines(" ".join(line.split()) for line in field.split("\n"))) for field in row]
        for row in rows
    ]
    return Reading(tuple(sheet_blocks("", cells, alone=True)))


def _separator(text: str) -> str:
    """The separator that cuts the first lines into the same number of fields, more than one."""
    lines = text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES]
    counts = {mark: [line.count(mark) for line in lines if line.strip()] for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: (min(counts[mark], default=0), sum(counts[mark])))
