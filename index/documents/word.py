"""Word documents (.docx): headings by style, list numbers, tables, in document order."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from zipfile import BadZipFile

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from index.documents.archive import Archive
from index.documents.decoding import plain_characters
from index.documents.front_page import without_contents
from index.documents.joining import glue, join_lines
from index.documents.model import Block, BlockKind
from index.documents.reading import Reading
from index.documents.tables import Cell, table_blocks
from index.errors import KnowledgeError
from index.structure import HEADING_CHARACTERS, MINOR_LEVEL, number_of

# Paragraphs and tables, empty ones too. A statute book of 1,000 pages has 30,000.
MAX_ELEMENTS = 100_000
MAX_HEADING_LEVEL = 6
# Word itself allows 63 columns.
MAX_COLUMN_SPAN = 63
_BODY_TEXT_LEVEL = 9
_CHINESE_DIGITS = "零一二三四五六七八九"
_TITLE_STYLES = frozenset({"title", "标题"})
_ENDED = re.compile(r"[。；;：:！？!?）)]\Z")
_SPACES = re.compile(r"[\s\u00a0]+")


def read_word(content: bytes, path: str) -> Reading:
    """Read a Word document.

    Raises:
        KnowledgeError: it is damaged, a zip bomb, or holds XML entities or too many paragraphs.
    """
    Archive(content, path).check_xml()
    try:
        document = docx.Document(io.BytesIO(content))
        blocks = tuple(_Walk(document, path).blocks())
    except (OpcError, BadZipFile, KeyError, ValueError, AttributeError, etree.LxmlError) as error:
        raise KnowledgeError(
            f"{path}: the file is damaged; open it in Word and save it anew"
        ) from error
    return Reading(without_contents(blocks))


class _Walk:
    """Goes through a document in reading order."""

    def __init__(self, document: WordDocument, path: str) -> None:
        self._document = document
        self._path = path
        self._seen = 0
        self._levels = _outline_levels(document)
        self._numbering = _Numbering(document)

    def blocks(self) -> Iterator[Block]:
        """The blocks of the whole document.

        Raises:
            KnowledgeError: there are too many.
        """
        yield from self._content(self._document.element.body)

    def _content(self, parent: etree._Element) -> Iterator[Block]:
        for element in parent:
            self._seen += 1
            if self._seen > MAX_ELEMENTS:
                raise KnowledgeError(f"{self._path}: holds too many paragraphs; split it")
            if element.tag == qn("w:p"):
                yield from self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield from table_blocks(_cells(element))
            elif element.tag == qn("w:sdt"):
                inner = element.find(qn("w:sdtContent"))
                # A table of contents repeats the headings without saying anything.
                if inner is not None and not _is_contents(element):
                    yield from self._content(inner)
            elif element.tag in {qn("w:ins"), qn("w:smartTag"), qn("w:customXml")}:
                yield from self._content(element)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        style = _value(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}"))
        if style.lower().startswith("toc"):
            return
        number = self._numbering.next_number(paragraph, style)
        lines = _lines(_text(paragraph))
        text = " ".join(lines)
        if not text:
            return
        own_level = _value(paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}"))
        level = int(own_level) + 1 if own_level.isdecimal() else self._levels.get(style, 0)
        if 0 < level <= _BODY_TEXT_LEVEL and len(text) <= 2 * HEADING_CHARACTERS:
            yield Block(BlockKind.HEADING, (number or "") + text, min(level, MAX_HEADING_LEVEL))
        elif number is not None:
            yield Block(BlockKind.ITEM, number + text)
        elif _is_bold_name(paragraph, text):
            yield Block(BlockKind.HEADING, text, MINOR_LEVEL)
        else:
            for line in lines:
                yield Block(BlockKind.PARAGRAPH, line)


def _lines(text: str) -> list[str]:
    """The lines of a paragraph with line breaks; one that breaks off amid a sentence goes on."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = _SPACES.sub(" ", part).strip()
        if lines and line and not _ENDED.search(lines[-1]) and number_of(line) is None:
            lines[-1] += glue(lines[-1], line) + line
        elif line:
            lines.append(line)
    return lines


def _text(element: etree._Element) -> str:
    """The text a reader sees: insertions kept, deletions and field codes not."""
    parts: list[str] = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        if node.tag == qn("w:t"):
            if not _is_fallback(node):
                parts.append(node.text or "")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        elif (run := node.getparent()) is not None and run.tag == qn("w:r"):
            parts.append(" " if node.tag == qn("w:tab") else "\n")
    return plain_characters("".join(parts))


def _is_fallback(node: etree._Element) -> bool:
    """Whether a text stands in the second copy that Word keeps of a text box for old versions."""
    return any(above.tag.endswith("}Fallback") for above in node.iterancestors())


def _is_contents(element: etree._Element) -> bool:
    gallery = element.find(f"{qn('w:sdtPr')}/{qn('w:docPartObj')}/{qn('w:docPartGallery')}")
    return "table of contents" in _value(gallery).lower()


def _is_bold_name(paragraph: etree._Element, text: str) -> bool:
    """Whether a short paragraph is all in bold and reads as a name."""
    if len(text) > HEADING_CHARACTERS or re.search("[。；！，,：:]", text) or number_of(text):
        return False
    runs = [run for run in paragraph.iter(qn("w:r")) if _text(run).strip()]
    return bool(runs) and all(_is_bold(run) for run in runs)


def _is_bold(run: etree._Element) -> bool:
    bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
    return bold is not None and _value(bold) not in {"0", "false", "off"}


def _outline_levels(document: WordDocument) -> dict[str, int]:
    """The heading level of each style that has one, its own or that of the style it is based on."""
    levels: dict[str, int] = {}
    based_on: dict[str, str] = {}
    for style in document.styles.element.iter(qn("w:style")):
        name = style.get(qn("w:styleId"), "")
        based_on[name] = _value(style.find(qn("w:basedOn")))
        outline = _value(style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}"))
        shown = _value(style.find(qn("w:name"))).lower()
        heading = re.match(r"(?:heading|标题)\s*([1-9])\Z", shown)
        if outline.isdecimal() and int(outline) < _BODY_TEXT_LEVEL:
            levels[name] = int(outline) + 1
        elif heading is not None:
            levels[name] = int(heading[1])
        elif shown in _TITLE_STYLES:
            levels[name] = 1
    for name in based_on:
        base = name
        for _ in range(10):
            base = based_on.get(base, "")
            if base in levels:
                levels.setdefault(name, levels[base])
                break
    return levels


class _Numbering:
    """Counts Word's automatic numbers, which stand in no text."""

    def __init__(self, document: WordDocument) -> None:
        self._formats: dict[tuple[str, str], tuple[str, str, int]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: Counter[tuple[str, int]] = Counter()
        self._of_style: dict[str, tuple[str, str]] = {}
        for style in document.styles.element.iter(qn("w:style")):
            found = _number_properties(style)
            if found:
                self._of_style[style.get(qn("w:styleId"), "")] = found
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        for level in numbering.iter(qn("w:lvl")):
            abstract = level.getparent().get(qn("w:abstractNumId"))
            if abstract is not None:
                start = _value(level.find(qn("w:start")))
                self._formats[abstract, level.get(qn("w:ilvl"), "0")] = (
                    _value(level.find(qn("w:numFmt"))),
                    _value(level.find(qn("w:lvlText"))),
                    int(start) if start.isdecimal() else 1,
                )
        for number in numbering.iter(qn("w:num")):
            self._abstract[number.get(qn("w:numId"), "")] = _value(
                number.find(qn("w:abstractNumId"))
            )

    def next_number(self, paragraph: etree._Element, style: str) -> str | None:
        """What Word shows before this paragraph: its number, empty for a dot, None for nothing."""
        found = _number_properties(paragraph) or self._of_style.get(style)
        if found is None:
            return None
        abstract, level = self._abstract.get(found[0], ""), found[1]
        if (abstract, level) not in self._formats or not level.isdecimal():
            return None
        depth = int(level)
        kind, pattern, start = self._formats[abstract, level]
        self._counts[abstract, depth] += 1
        for deeper in range(depth + 1, 10):
            self._counts[abstract, deeper] = 0
        if kind in {"bullet", "none"}:
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            at_kind, _, at_start = self._formats.get((abstract, str(at)), (kind, "", start))
            return _numeral(max(self._counts[abstract, at], 1) + at_start - 1, at_kind)

        number = re.sub(r"%([1-9])", shown, pattern)
        return f"{number} " if number[-1:] not in "、.．）)" else number


def _number_properties(element: etree._Element) -> tuple[str, str] | None:
    found = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if found is None:
        return None
    number = _value(found.find(qn("w:numId")))
    return (number, _value(found.find(qn("w:ilvl"))) or "0") if number not in {"", "0"} else None


def _numeral(number: int, kind: str) -> str:
    if kind.startswith("chinese") or kind in {
        "japaneseCounting",
        "ideographDigital",
        "taiwaneseCountingThousand",
    }:
        return _chinese(number)
    if kind == "lowerLetter":
        return chr(ord("a") + (number - 1) % 26)
    if kind == "upperLetter":
        return chr(ord("A") + (number - 1) % 26)
    if kind == "decimalEnclosedCircle" and number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)


def _chinese(number: int) -> str:
    """A number below 1000 as Chinese write it in 第十二条."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_CHINESE_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _CHINESE_DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_CHINESE_DIGITS[ones] if ones else "")


def _cells(table: etree._Element) -> list[list[Cell]]:
    """The rows of a table; a cell merged downwards is one cell of several rows."""
    grid: list[list[tuple[int, str, bool, etree._Element]]] = []
    heads: list[bool] = []
    for row in table.iterchildren(qn("w:tr")):
        column = _number(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), 0)
        heads.append(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None)
        cells = []
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr"))) is not row:
                continue
            span = min(_number(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1), MAX_COLUMN_SPAN)
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merge is not None and _value(merge) in {"", "continue"}
            cells.append((column, str(span), goes_on, cell))
            column += span
        grid.append(cells)
    return [
        [
            Cell(_cell_text(cell), int(span), _height(grid, y, column), is_heading=heads[y])
            for column, span, goes_on, cell in cells
            if not goes_on
        ]
        for y, cells in enumerate(grid)
    ]


def _height(grid: list[list[tuple[int, str, bool, etree._Element]]], y: int, column: int) -> int:
    height = 1
    for row in grid[y + 1 :]:
        if not any(at == column and goes_on for at, _, goes_on, _ in row):
            break
        height += 1
    return height


def _cell_text(cell: etree._Element) -> str:
    lines = [line for p in cell.iter(qn("w:p")) for line in _text(p).split("\n")]
    return join_lines(_SPACES.sub(" ", line).strip() for line in lines)


def _number(element: etree._Element | None, default: int) -> int:
    value = _value(element)
    return int(value) if value.isdecimal() and len(value) < 6 else default


def _value(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(qn("w:val"), ""))
