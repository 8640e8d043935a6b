"""PDF without a text layer: read by OCR, where the extra “ocr” is installed."""

from collections.abc import Iterator
from typing import Any

import pypdfium2
from rapidocr import RapidOCR

from index.documents.decoding import plain_characters
from index.documents.front_page import without_contents
from index.documents.layout import TextLine, paragraphs, without_running_lines
from index.documents.reading import Reading
from index.errors import KnowledgeError

# Some seconds a page on two cores: more would pass the time limit.
MAX_PAGES = 60
# 2 × 72 dots an inch: small print is read, a page stays below 10 MB.
SCALE = 2.0
# Below this the engine guesses.
MIN_CONFIDENCE = 0.6
# Lines whose tops differ by less than this part of their height stand side by side.
SAME_ROW = 0.5


def read_scan(content: bytes, path: str) -> Reading:
    """Read the pictures of a pdf.

    Raises:
        KnowledgeError: it has too many pages, or nothing can be read on them.
    """
    document = pypdfium2.PdfDocument(content)
    if len(document) > MAX_PAGES:
        raise KnowledgeError(f"{path}: more than {MAX_PAGES} scanned pages; split it")
    engine = RapidOCR()
    pages = [_in_rows(list(_lines(engine, page))) for page in document]
    if not any(pages):
        raise KnowledgeError(f"{path}: nothing can be read on its pictures; scan it anew")
    blocks = without_contents(tuple(paragraphs(without_running_lines(pages))))
    return Reading(blocks, warnings=("read by OCR; check amounts and names against the paper",))


def _lines(engine: Any, page: Any) -> Iterator[TextLine]:  # noqa: ANN401 - neither has types
    result = engine(page.render(scale=SCALE).to_numpy())
    if result.boxes is None:
        return
    for box, text, confidence in zip(result.boxes, result.txts, result.scores, strict=True):
        if confidence >= MIN_CONFIDENCE:
            across, down = [point[0] for point in box], [point[1] for point in box]
            yield TextLine(
                plain_characters(text),
                float(min(across)),
                float(max(across)),
                float(min(down)),
                float(max(down)),
            )


def _in_rows(lines: list[TextLine]) -> list[TextLine]:
    """In reading order: from the top, side by side from the left."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda one: one.top):
        if rows and line.top - rows[-1][0].top < SAME_ROW * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.left)]
