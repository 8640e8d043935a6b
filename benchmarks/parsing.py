"""How well files are read: table cells under their headings, and each file's parse at a glance.

Run as ``python -m benchmarks.parsing DATA``, where DATA holds ``html_tables``, ``files`` and
``government_pages``.

A question about a table counts as found when one passage, with its breadcrumb, holds an answer and
the names of the row and the column in which the page's own source has that answer. A question
whose answer stands in no cell of its page counts as not found.
"""

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from index.chunking import chunk
from index.documents.loading import document_files, load_document
from index.documents.model import BlockKind, Document
from index.errors import KnowledgeError
from index.passages import Passage

GOAL = 28


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a page, with its answers.

    Attributes:
        question: the question.
        answers: groups of texts; all texts of one group make an answer.
        page: the file name of the page.
    """

    question: str
    answers: tuple[tuple[str, ...], ...]
    page: str


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A table cell as the page's source has it, with the cells that name it."""

    text: str
    names: tuple[str, ...]


def main() -> None:
    """Print all results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder with html_tables, files, …")
    data: Path = parser.parse_args().data
    print_tables(data / "html_tables")
    for folder in ("files", "government_pages"):
        print_files(data / folder)


def print_tables(folder: Path) -> None:
    """Print how many questions are answered by one passage with its headings."""
    questions = list(_questions(folder / "questions.jsonl"))
    pages = {question.page for question in questions}
    passages = {page: chunk(load_document(folder / "pages", page)) for page in pages}
    sources = {page: _source_cells(folder / "pages" / page) for page in pages}
    missed = [
        question
        for question in questions
        if not is_found(question, passages[question.page], sources[question.page])
    ]
    for question in missed:
        print(f"  not in one passage with its headings: {question.page} {question.question}")
    found = len(questions) - len(missed)
    print(f"html_tables: {found} of {len(questions)} found (goal {GOAL})\n")


def print_files(folder: Path) -> None:
    """Print what was read of each file of a folder, or why it was refused."""
    print(folder.name)
    for path in document_files(folder):
        begun = time.perf_counter()
        try:
            result = _summary(load_document(folder, path))
        except KnowledgeError as error:
            result = f"refused: {error}"
        print(f"  {path} ({time.perf_counter() - begun:.2f} s)\n    {result}")
    print()


def is_found(question: Question, passages: Sequence[Passage], source: Sequence[SourceCell]) -> bool:
    """Whether one passage holds an answer and the names of its row and column."""
    for answer in question.answers:
        cell = _meant_cell(question, answer, source)
        if cell is None:
            continue
        wanted = [*answer, *cell.names]
        if any(all(_holds(p.embedded_text, text) for text in wanted) for p in passages):
            return True
    return False


def _meant_cell(
    question: Question, answer: Sequence[str], source: Sequence[SourceCell]
) -> SourceCell | None:
    """The cell that the question means.

    The same number may stand in many cells: meant is the one whose names share most with the
    question.
    """
    asked = _pairs(question.question)
    cells = [cell for cell in source if any(cell.text == _squeezed(text) for text in answer)]
    cells = cells or [cell for cell in source if any(_holds(cell.text, text) for text in answer)]
    return max(cells, key=lambda cell: len(_pairs("".join(cell.names)) & asked), default=None)


def _holds(text: str, wanted: str) -> bool:
    """Whether `wanted` stands in `text`; a number is no part of a longer one."""
    pattern = rf"(?<!\d){re.escape(_squeezed(wanted))}(?!\d)"
    return re.search(pattern, _squeezed(text)) is not None


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _questions(file: Path) -> Iterator[Question]:
    for line in file.read_text("utf-8").splitlines():
        entry = json.loads(line)
        answers = tuple(tuple(group) for group in entry["answers"])
        yield Question(entry["question"], answers, entry["html"])


def _source_cells(file: Path) -> list[SourceCell]:
    """The cells of a page's tables, read without the loader that is measured."""
    cells: list[SourceCell] = []
    for table in html.fromstring(file.read_text("utf-8")).iter("table"):
        grid = _grid(table)
        for row in grid[1:]:
            # The row is named by its first cell that is no running number.
            key = next((text for text in row if text and not text.isdecimal()), "")
            cells.extend(
                SourceCell(text, tuple(name for name in (key, grid[0][x]) if name != text))
                for x, text in enumerate(row[: len(grid[0])])
                if text
            )
    return cells


def _grid(table: html.HtmlElement) -> list[list[str]]:
    filled: dict[tuple[int, int], str] = {}
    for y, row in enumerate(table.iter("tr")):
        x = 0
        for cell in (cell for cell in row if cell.tag in {"td", "th"}):
            while (y, x) in filled:
                x += 1
            for down in range(int(cell.get("rowspan", "1"))):
                for right in range(int(cell.get("colspan", "1"))):
                    filled[y + down, x + right] = _squeezed(cell.text_content())
            x += int(cell.get("colspan", "1"))
    height = max((y for y, _ in filled), default=-1) + 1
    width = max((x for _, x in filled), default=-1) + 1
    return [[filled.get((y, x), "") for x in range(width)] for y in range(height)]


def _summary(document: Document) -> str:
    passages = chunk(document)
    kinds = [block.kind for block in document.blocks]
    metadata = document.metadata
    return (
        f"{len(kinds)} blocks, {kinds.count(BlockKind.HEADING)} headings, "
        f"{kinds.count(BlockKind.ROW)} rows; {len(passages)} passages of at most "
        f"{max(len(passage.text) for passage in passages)} characters; "
        f"{metadata.title} | {metadata.publisher} | {metadata.published} | "
        f"{metadata.document_number} {'; '.join(document.warnings)}"
    )


if __name__ == "__main__":
    main()
