"""Tables → rows that can be read alone: headings found, merged cells filled."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.cutting import cut
from index.documents.model import Block, BlockKind

# A row longer than this is written as several, each with its key and headings, so that no
# passage holds a cell without them.
ROW_CHARACTERS = 280
# The first cells of a row say what it is about; longer ones are content.
KEY_CHARACTERS = 30
# A heading is a name; longer cells are content.
MAX_HEADING_CHARACTERS = 40
# No table at hand has more than three rows of headings; more would swallow its data.
MAX_HEADING_ROWS = 4
# A label across the whole table, such as “一、市级补贴”; longer is a note.
MAX_LABEL_CHARACTERS = 40

# A short name over cells this many times as long is a heading.
_SHORT_HEADING = 8
_TIMES_LONGER = 4

_NUMERIC = re.compile(r"[\d\s.,，%％￥¥$+\-—/:：~～()（）]+\Z")
_BLANK = re.compile(r"[\d.、…—\-]+\Z")
_HEADING_WORDS = re.compile(
    r"(?:序号|编号|代码|名称|姓名|项目|类别|类型|种类|分类|级别|等级|层次|专业|学历|标准|金额|数额|价格|单价|收费|费用|租金"
    r"|数量|人数|计划|名额|比例|条件|要求|内容|因素|方法|范围|对象|材料|依据|程序|流程|方式|期限|时间|日期|年度|年份|地区|地址|地点|省份|省市|区域"
    r"|单位|部门|机构|学校|院系|科目|科类|科室|岗位|职务|职责|电话|联系人|说明|备注|合计|小计|面积|户型|来源|结果|成绩|分数线|最高|最低"
    r"|情形|事项|渠道|网址|邮箱|指标|分值|得分|权重|病种|药品|支付|政策|No\.?|Name|Type|Date|Amount)"
    r"(?:[（(][^（）()]*[）)])?\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table as its file has it.

    Attributes:
        text: what it says, on one line.
        columns: how many columns it spans.
        rows: how many rows it spans.
        is_heading: whether the file marks it as a heading.
    """

    text: str
    columns: int = 1
    rows: int = 1
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """One place of the grid: which cell covers it."""

    cell: Cell
    origin: tuple[int, int]


_NOTHING = Cell("")
_Grid = list[list[_Place]]


def table_blocks(rows: Sequence[Sequence[Cell]]) -> Iterator[Block]:
    """Write a table as blocks: its caption as paragraphs, then each row with its headings."""
    grid = _without_repeats(_grid(rows))
    first = 0
    while first < len(grid) and _is_one_cell(grid[first]):
        yield Block(BlockKind.PARAGRAPH, _only_text(grid[first]))
        first += 1
    body = grid[first:]
    depth = _heading_rows(body)
    headings = _headings(body[:depth])
    label, used = "", True
    for row in body[depth:]:
        if _is_blank(row):
            continue
        if not _is_one_cell(row):
            for text in _row_texts(headings, row, label):
                yield Block(BlockKind.ROW, text)
            used = True
            continue
        if label and not used:
            yield Block(BlockKind.ROW, label)
        label, used = _only_text(row), False
        if len(label) > MAX_LABEL_CHARACTERS:
            yield Block(BlockKind.ROW, label)
            label = ""
    if label and not used:
        yield Block(BlockKind.ROW, label)


def row_texts(headings: Sequence[str], cells: Sequence[str]) -> list[str]:
    """Write one row as ``heading：cell；heading：cell``, in several texts where it is long.

    Each of several texts begins with the key of the row, its first short cells.
    """
    pairs = [(heading, cell) for heading, cell in zip(headings, cells, strict=False) if cell]
    return _texts_of_pairs(pairs)


def _grid(rows: Sequence[Sequence[Cell]]) -> _Grid:
    """Lay the cells out, with each merged cell at all the places that it covers."""
    places: dict[tuple[int, int], _Place] = {}
    width = 0
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in places:
                x += 1
            place = _Place(cell, (y, x))
            for down in range(min(cell.rows, len(rows) - y)):
                for right in range(cell.columns):
                    places.setdefault((y + down, x + right), place)
            x += cell.columns
            width = max(width, x)
    return [
        [places.get((y, x), _Place(_NOTHING, (y, x))) for x in range(width)]
        for y in range(len(rows))
    ]


def _without_repeats(grid: _Grid) -> _Grid:
    """Drop rows and columns in which nothing stands or nothing begins.

    A spreadsheet's title is often merged over empty columns, and web pages span rows that have no
    cells of their own.
    """
    rows = [
        row
        for y, row in enumerate(grid)
        if any(place.cell.text for place in row)
        and (y == 0 or any(place.origin[0] == y for place in row))
    ]
    if not rows:
        return []
    columns = [
        x
        for x in range(len(rows[0]))
        if any(row[x].origin[1] == x and row[x].cell.text for row in rows)
    ]
    return [[row[x] for x in columns] for row in rows]


def _is_one_cell(row: Sequence[_Place]) -> bool:
    """Whether one cell is all of the row: merged over it, or the first with nothing beside it."""
    filled = {place.origin: place.cell for place in row if place.cell.text}
    if len(filled) != 1 or len({place.origin for place in row}) == len(row) == 2:
        return len(filled) == 1 and len(row) == 1
    (cell,) = filled.values()
    return cell.columns > 1 or bool(row[0].cell.text)


def _is_blank(row: Sequence[_Place]) -> bool:
    """Whether a row waits to be filled in: nothing but its number stands in it."""
    texts = [place.cell.text for place in row if place.cell.text]
    return len(row) > 1 and len(texts) == 1 and _BLANK.match(texts[0]) is not None


def _only_text(row: Sequence[_Place]) -> str:
    return next(place.cell.text for place in row if place.cell.text)


def _heading_rows(grid: _Grid) -> int:
    """How many rows at the top are headings; 0 where the table has none."""
    if len(grid) < 2 or len(grid[0]) < 2:
        return 0
    marked = 0
    while marked < min(len(grid) - 1, MAX_HEADING_ROWS) and _is_marked(grid[marked], marked):
        marked += 1
    if marked:
        return marked
    if not _may_be_headings(grid[0]):
        return 0
    depth = _depth_by_merging(grid)
    is_heading = depth > 1 or _reads_like_headings(grid[0]) or _differs_from_data(grid)
    return depth if is_heading else 0


def _is_marked(row: Sequence[_Place], y: int) -> bool:
    begins_here = [place for place in row if place.origin[0] == y and place.cell.text]
    return bool(begins_here) and all(place.cell.is_heading for place in begins_here)


def _may_be_headings(row: Sequence[_Place]) -> bool:
    texts = [place.cell.text for place in row if place.cell.text]
    # Only the corner of a table may be empty; a row with more gaps is one of a form.
    gaps = len(row) - len(texts)
    return (
        (gaps == 0 or (gaps == 1 and len(row) > 2))
        and all(len(text) <= MAX_HEADING_CHARACTERS for text in texts)
        and not any(_NUMERIC.match(text) for text in texts)
    )


def _depth_by_merging(grid: _Grid) -> int:
    """The rows that the first row's merged cells mark as headings."""
    first = grid[0]
    spans_columns = {place.origin for place in first if place.cell.columns > 1 and place.cell.text}
    deepest = max(place.cell.rows for place in first)
    if not spans_columns or len(spans_columns) == len({place.origin for place in first}) == 1:
        return 1
    depth = deepest if deepest > 1 else 2
    depth = min(depth, MAX_HEADING_ROWS, len(grid) - 1)
    while depth > 1 and not _may_stand_below(grid[depth - 1]):
        depth -= 1
    return depth


def _may_stand_below(row: Sequence[_Place]) -> bool:
    """Whether a row is one of names, as the lower rows of headings are."""
    texts = [place.cell.text for place in row if place.cell.text]
    return all(len(text) <= MAX_HEADING_CHARACTERS and not _NUMERIC.match(text) for text in texts)


def _reads_like_headings(row: Sequence[_Place]) -> bool:
    texts = {place.cell.text for place in row if place.cell.text}
    return sum(1 for text in texts if _HEADING_WORDS.search(text)) * 2 >= len(texts)


def _differs_from_data(grid: _Grid) -> bool:
    """Whether the first row is names over what is none: numbers, or much longer texts."""
    for x in range(len(grid[0])):
        heading = grid[0][x].cell.text
        data = [row[x].cell.text for row in grid[1:] if row[x].cell.text]
        if not heading or not data:
            continue
        if all(_NUMERIC.match(text) for text in data):
            return True
        usual = sorted(map(len, data))[len(data) // 2]
        if len(heading) <= _SHORT_HEADING and usual >= _TIMES_LONGER * len(heading):
            return True
    return False


def _headings(rows: _Grid) -> list[str]:
    """One heading a column: those above one another joined, a repeated one once."""
    if not rows:
        return []
    headings = []
    for x in range(len(rows[0])):
        parts: list[str] = []
        for row in rows:
            text = row[x].cell.text
            if text and text not in parts:
                parts.append(text)
        headings.append("·".join(parts))
    return headings


def _row_texts(headings: Sequence[str], row: Sequence[_Place], label: str) -> list[str]:
    """Write a row of the grid. A cell over several columns is written once, with all headings."""
    pairs: list[tuple[str, str]] = [("", label)] if label else []
    x = 0
    while x < len(row):
        stop = x + 1
        while stop < len(row) and row[stop].origin == row[x].origin:
            stop += 1
        if row[x].cell.text:
            names = dict.fromkeys(name for name in headings[x:stop] if name)
            pairs.append(("、".join(names), row[x].cell.text))
        x = stop
    return _texts_of_pairs(pairs)


def _texts_of_pairs(pairs: Sequence[tuple[str, str]]) -> list[str]:
    written = [_pair_text(heading, cell) for heading, cell in pairs]
    whole = "；".join(written)
    if len(whole) <= ROW_CHARACTERS:
        return [whole] if whole else []
    key = "；".join(_key(written))
    texts: list[str] = []
    current = key
    for position, (heading, cell) in enumerate(pairs):
        if position < len(_key(written)):
            continue
        room = max(ROW_CHARACTERS - len(key) - len(heading), ROW_CHARACTERS // 2)
        for start, end in cut(cell, whole=room, size=room):
            text = _pair_text(heading, cell[start:end].strip())
            if current != key and len(current) + len(text) >= ROW_CHARACTERS:
                texts.append(current)
                current = key
            current = f"{current}；{text}" if current else text
    return [*texts, current]


def _key(written: Sequence[str]) -> list[str]:
    """The short cells that a row begins with; they name it."""
    key: list[str] = []
    for text in written[:3]:
        if len(text) > KEY_CHARACTERS:
            break
        key.append(text)
    return key if len(key) < len(written) else key[:1]


def _pair_text(heading: str, cell: str) -> str:
    if not heading or heading == cell:
        return cell
    return f"{heading.rstrip('：:')}：{cell}"
