"""Saved web pages: the content without page furniture, its headings, lists and tables."""

import re
from collections.abc import Iterator

from lxml import etree, html
from lxml.html import HtmlElement

from index.documents.decoding import decode, plain_characters
from index.documents.front_page import document_number_of
from index.documents.joining import join_lines
from index.documents.model import Block, BlockKind
from index.documents.reading import MAX_BLOCKS, Reading
from index.documents.tables import Cell, table_blocks
from index.documents.web_furniture import content_of
from index.documents.web_metadata import page_front_matter
from index.errors import KnowledgeError
from index.structure import HEADING_CHARACTERS, MINOR_LEVEL, number_of

# Deeper pages than this are made by a program gone wrong; the walk below is recursive.
MAX_DEPTH = 200
# A browser honours spans up to 1000; no table that people read is wider than this.
MAX_COLUMN_SPAN = 60
MAX_ROW_SPAN = 1000

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_HEAD_BYTES = 4096
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_TAGS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "ucapcontent",
        "ucaptitle",
    }
)
_FURNITURE_LINE = re.compile(
    r"(?:[\[【(（]?(?:打印(?:本页|页面)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|首页|列表)?|回到顶部|收藏|大|中|小|字号|字体|字体大小|分享(?:到)?"
    r"|纠错|首页|下载(?:文字版|图片版)?|扫一扫.{0,12}|浏览(?:次数|量).{0,12}|点击(?:数|量|率).{0,12}|阅读(?:次数|量).{0,12}|访问量.{0,12}|上一篇.{0,60}|下一篇.{0,60}"
    r"|(?:您)?(?:的)?(?:当前|现在)?(?:所在)?(?:的)?位置.{0,120}|基本信息|A[+-]?)[\]】)）]?[\s:：|>+\-]*)+\Z"
)
_BYLINE = re.compile(
    r"(?:(?:信息|文章|稿件)?来源|发布机构|发布(?:日期|时间)|发表(?:日期|时间)|更新(?:日期|时间)|时间|日期|作者|编辑)\s*[:：].{0,80}\Z"
)
_BYLINE_BLOCKS = 6
_WIDE = r"\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”‘’"
_SOURCE_LINE_END = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n\s*(?=[{_WIDE}])")
_SPACES = re.compile(r"[\s\u00a0\u3000]+")


def read_web_page(content: bytes, path: str) -> Reading:
    """Read a saved page.

    Raises:
        KnowledgeError: it is no text, nested too deeply, or has no content.
    """
    text = _DECLARATION.sub("", _decoded(content, path))
    # huge_tree stays off: the parser then stops at absurd depths and sizes.
    parser = html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        page = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise KnowledgeError(f"{path}: not a web page that can be read; save it again") from error
    body = page.find("body")
    if body is None:
        raise KnowledgeError(f"{path}: the page has no content; save it again in full")
    front_matter = page_front_matter(page)
    blocks = tuple(_blocks(content_of(body), path))
    if front_matter.document_number is None:
        number = document_number_of(blocks)
        front_matter = front_matter.model_copy(update={"document_number": number} if number else {})
    return Reading(_without_byline(blocks), front_matter)


def _decoded(content: bytes, path: str) -> str:
    """Decode as a byte order mark or the bytes themselves say, else as the page declares."""
    declared = _CHARSET.search(content[:_HEAD_BYTES])
    try:
        return decode(content, path)
    except KnowledgeError:
        if declared is None:
            raise
    try:
        return plain_characters(content.decode(declared[1].decode("ascii"), errors="replace"))
    except LookupError as error:
        raise KnowledgeError(f"{path}: unknown character set; save it as UTF-8") from error


def _blocks(content: HtmlElement, path: str) -> Iterator[Block]:
    walk = _Walk(path)
    walk.visit(content, depth=0)
    walk.end_line()
    yield from walk.blocks


def _without_byline(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Drop the lines of source and date that follow the title: front matter has them."""
    return tuple(
        block
        for position, block in enumerate(blocks)
        if not (position < _BYLINE_BLOCKS and _BYLINE.match(block.text))
    )


class _Walk:
    """Goes through a page in reading order and collects its blocks."""

    def __init__(self, path: str) -> None:
        self.blocks: list[Block] = []
        self._path = path
        self._line: list[str] = []
        self._bold = 0
        self._plain = 0
        self._item = ""
        self._lists: list[int | None] = []
        self._heading = 0

    def visit(self, element: HtmlElement, depth: int) -> None:
        """Collect the blocks of an element.

        Raises:
            KnowledgeError: the page is nested too deeply or has too many blocks.
        """
        if depth > MAX_DEPTH or len(self.blocks) > MAX_BLOCKS:
            raise KnowledgeError(
                f"{self._path}: the page is too large or nested too deeply; split it"
            )
        tag = element.tag
        if tag == "table" and not _is_layout(element):
            self.end_line()
            self.blocks.extend(table_blocks(_cells(element)))
            return
        if tag == "br":
            self.end_line()
        is_block = tag in _BLOCK_TAGS or tag in _HEADINGS
        if is_block:
            self.end_line()
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in {"ol", "ul"}:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item = self._next_item()
        bold = _is_bold(element)
        self._text(element.text, bold=bold)
        self._bold += bold
        for child in element:
            self.visit(child, depth + 1)
            self._text(child.tail, bold=False)
        self._bold -= bold
        if is_block:
            self.end_line()
        if tag in _HEADINGS:
            self._heading = 0
        elif tag in {"ol", "ul"}:
            self._lists.pop()

    def _next_item(self) -> str:
        """What a browser shows before a list item: its number, or a dot that says nothing."""
        if not self._lists or self._lists[-1] is None:
            return " "
        self._lists[-1] += 1
        return f"{self._lists[-1]}."

    def end_line(self) -> None:
        """Make a block of the line collected so far."""
        text = tidy("".join(self._line))
        is_bold = not self._plain
        self._line, self._plain = [], 0
        if not text or _FURNITURE_LINE.match(text):
            return
        if self._heading:
            self.blocks.append(Block(BlockKind.HEADING, text, self._heading))
        elif self._item:
            number = self._item if number_of(text) is None else ""
            self.blocks.append(Block(BlockKind.ITEM, f"{number.strip()}{text}"))
            self._item = ""
        elif is_bold and _is_name(text):
            self.blocks.append(Block(BlockKind.HEADING, text, MINOR_LEVEL))
        else:
            self.blocks.append(Block(BlockKind.PARAGRAPH, text))

    def _text(self, text: str | None, *, bold: bool) -> None:
        if not text:
            return
        self._line.append(text)
        if text.strip() and not (bold or self._bold):
            self._plain += 1


def tidy(text: str) -> str:
    """One line of text with its white space as a browser shows it.

    A line end in the page's source between Chinese characters is nothing.
    """
    return _SPACES.sub(" ", _SOURCE_LINE_END.sub("", text)).strip()


def _is_bold(element: HtmlElement) -> bool:
    style = element.get("style", "")
    return (
        element.tag in {"b", "strong"}
        or re.search(r"font-weight\s*:\s*(?:bold|[6-9]00)", style) is not None
    )


def _is_name(text: str) -> bool:
    """Whether a line in bold is a heading; a numbered one is seen by `index.structure`."""
    return (
        2 <= len(text) <= HEADING_CHARACTERS
        and not re.search(r"[。；！，,：:]", text[:-1])
        and not (text.endswith(("。", "；", "！")) or number_of(text))
    )


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table only arranges the page."""
    if next(table.iter("h1", "h2", "h3", "h4"), None) is not None:
        return True
    if any(inner is not table for inner in table.iter("table")):
        return True
    return all(len(_row_cells(row)) < 2 for row in table.iter("tr"))


def _row_cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _cells(table: HtmlElement) -> list[list[Cell]]:
    rows = []
    caption = table.find("caption")
    if caption is not None and (text := _cell_text(caption)):
        rows.append([Cell(text, columns=MAX_COLUMN_SPAN)])
    for row in table.iter("tr"):
        in_head = row.getparent() is not None and row.getparent().tag == "thead"
        rows.append(
            [
                Cell(
                    _cell_text(cell),
                    columns=_span(cell, "colspan", MAX_COLUMN_SPAN),
                    rows=_span(cell, "rowspan", MAX_ROW_SPAN),
                    is_heading=in_head or cell.tag == "th",
                )
                for cell in _row_cells(row)
            ]
        )
    return rows


def _span(cell: HtmlElement, name: str, most: int) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), most) if value.isdecimal() and len(value) < 6 else 1


def _cell_text(cell: HtmlElement) -> str:
    parts: list[str] = []

    def collect(element: HtmlElement) -> None:
        is_break = element is not cell and (element.tag == "br" or element.tag in _BLOCK_TAGS)
        if is_break:
            parts.append("\0")
        parts.append(element.text or "")
        for child in element:
            collect(child)
            parts.append(child.tail or "")
        if is_break:
            parts.append("\0")

    collect(cell)
    return join_lines(tidy(line) for line in "".join(parts).split("\0"))
