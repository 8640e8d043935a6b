"""The structure of Chinese official texts: chapters, articles, numbered clauses, captions.

A document is a list of blocks; here it becomes a tree of sections. What a loader marked as a
heading opens a section, and so does a line that begins with a number as officials write them:
第一章, 第二节, 第三条, 一、, （一）, 1., (1). Such a line is a *heading* when it is short and text
follows under it, else it is a *clause* that holds its own text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from index.documents.model import Block, BlockKind

_NUMERAL = "[一二三四五六七八九十百零〇两]"


class Rank(IntEnum):
    """How deep a number stands. Text without a number has none.

    Below the numbers of statutes stand those of the national standard for official documents
    (GB/T 9704): 一、 then （一） then 1. then (1).
    """

    NONE = 0
    ANNEX = 1
    PART = 2
    CHAPTER = 3
    SECTION = 4
    ARTICLE = 5
    NUMERAL = 6
    NUMERAL_IN_BRACKETS = 7
    DIGIT = 8
    DIGIT_IN_BRACKETS = 9


_NUMBERS: tuple[tuple[Rank, re.Pattern[str]], ...] = (
    (
        Rank.ANNEX,
        re.compile(
            rf"附\s*[件录表](?:\s*(?:{_NUMERAL}{{1,3}}|\d{{1,2}}))?(?=\s*[：:]|\s*\Z)"
            r"|附\s*[件录表]\s*\d{1,2}(?=\s*[\u4e00-\u9fff《])"
        ),
    ),
    (Rank.PART, re.compile(rf"第(?:{_NUMERAL}{{1,4}}|\d{{1,3}})[编篇]")),
    (Rank.CHAPTER, re.compile(rf"第(?:{_NUMERAL}{{1,4}}|\d{{1,3}})(?:章|部分)")),
    (Rank.SECTION, re.compile(rf"第(?:{_NUMERAL}{{1,4}}|\d{{1,3}})节")),
    (
        Rank.ARTICLE,
        re.compile(rf"第(?:{_NUMERAL}{{1,6}}|\d{{1,4}})条(?:之{_NUMERAL}{{1,2}})?"),
    ),
    (Rank.NUMERAL, re.compile(rf"{_NUMERAL}{{1,3}}(?=\s*、)")),
    (Rank.NUMERAL_IN_BRACKETS, re.compile(rf"[（(]\s*{_NUMERAL}{{1,3}}\s*[）)]")),
    # Not 1.5 (a quantity), not 1.2.3 (a section of its own kind), not 2020. (a year); but the 1 of
    # “1.2025年度指标” is.
    (Rank.DIGIT, re.compile(r"\d{1,2}(?=\s*(?:[、．]|\.(?!\d)|\.(?=20\d\d年)))")),
    (Rank.DIGIT_IN_BRACKETS, re.compile(r"[（(]\s*\d{1,2}\s*[）)]")),
)
# Ranks that some documents put below the next one, and how those begin to count.
_INVERTIBLE = frozenset({Rank.NUMERAL_IN_BRACKETS, Rank.DIGIT})
_FIRST = frozenset({"（一）", "1"})
_BEGINNING = re.compile(r"\s*第[一1][编篇章条]")
_JOINTS = {Rank.NUMERAL: "、", Rank.DIGIT: "."}
# What is always a heading, whether text follows or not.
_NAMED = frozenset({Rank.PART, Rank.CHAPTER, Rank.SECTION})
# After its number an article says something, and a chapter has a name; what is only referred to
# goes on like this.
_ARTICLE_REFERENCE = re.compile(
    r"\s*(?:的?规定|第|[和及与或至到、，,的所中之项款内外]|[（(][一二三四五六七八九十\d]+[）)]项)"
)
_CHAPTER_REFERENCE = re.compile(r"的|规定|所|第|[、和至]")
# “二、三级医院”, “3、4号楼”: the comma joins two numbers.
_ENUMERATION = re.compile(
    r"\s*、(?:[二三四五六七八九十](?:[级类等线星者、]|产业|季度)|\d+[、号级])"
)
_BRACKETS = re.compile(r"[\s（()）]")
_SENTENCE_END = re.compile(r"[。；;！？!?]")

# Titles of official texts end with what kind of text it is.
KIND_OF_TEXT = re.compile(
    r"(?:通知|办法|意见|方案|公告|通告|规定|细则|条例|决定|决议|报告|指南|函|批复|规划|计划|措施|标准|解读|问答|解答|说明|章程|规则"
    r"|制度|名单|目录|清单|要点|纲要|公报|公示|简章|须知|预算|决算)(?:[（(][^（）()]{1,20}[）)])?\Z"
)
# A line longer than this is text, not a heading. Of the numbered lines of 14 government pages
# those without any sentence end were at most 38 characters long.
HEADING_CHARACTERS = 40
# The leading words of a clause (“（一）加强领导。各地要……”) name it when they are short.
NAME_CHARACTERS = 24
_QUESTION = re.compile(r"[^。；！]{2,60}[？?]")
# The level of a heading that the file only hints at, below all that it marks (h1 to h6).
MINOR_LEVEL = 7
# A caption stands right above its table.
CAPTION_CHARACTERS = 60
_UNIT = re.compile(r"[（(]?(?:金额)?单位\s*[:：]?.{1,12}\Z")
# Some tools save a whole document as one line, a space for each line end. Only lines longer than
# any paragraph people write are parted there.
FLATTENED_CHARACTERS = 500
_LOST_LINE_END = re.compile(
    r"(?<=[。！？；：”）])[ \t\u3000]+(?=[^\s，。；、])"
    r"|(?<=[\u4e00-\u9fff])[ \t\u3000]+"
    rf"(?=(?:{_NUMERAL}{{1,3}}、|[（(]{_NUMERAL}{{1,3}}[）)]|第{_NUMERAL}{{1,4}}[章节条]\s))"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A span of `Document.text` that is one line of its structure.

    Attributes:
        start: offset of the first character.
        end: offset after the last one.
        text: the characters.
        kind: the kind of the block it lies in.
        level: the level the loader gave a heading, else 0.
    """

    start: int
    end: int
    text: str
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True)
class Number:
    """The number a line begins with.

    Attributes:
        rank: how deep it stands.
        label: the number as written, without what surrounds it.
        rest: the line after it.
    """

    rank: Rank
    label: str
    rest: str


@dataclass(slots=True)
class Section:
    """A part of a document with what lies under it.

    Attributes:
        label: what the breadcrumb calls it.
        number: the number alone, where it has one.
        is_clause: it has text of its own in its first line.
        lines: its own lines, before any subsection.
        sections: its subsections.
        heading: the line that is its heading; None for a clause.
        level: the level a loader gave it, 0 for none.
        rank: the rank of its number.
    """

    label: str
    number: str = ""
    is_clause: bool = False
    lines: list[Line] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)
    heading: Line | None = None
    level: int = 0
    rank: Rank = Rank.NONE

    def all_lines(self) -> Iterator[Line]:
        """Its lines and those of all below it, in reading order."""
        yield from self.lines
        for section in self.sections:
            yield from section.all_lines()

    def headings(self) -> Iterator[Line]:
        """Its heading and those of all below it, in reading order."""
        if self.heading is not None:
            yield self.heading
        for section in self.sections:
            yield from section.headings()


def number_of(text: str) -> Number | None:
    """The number that `text` begins with, or None.

    A reference to an article (“第三条规定的……”) is no number, nor is “二、三级医院”.
    """
    for rank, pattern in _NUMBERS:
        match = pattern.match(text)
        if match is None:
            continue
        rest = text[match.end() :]
        if _is_reference(rank, rest) or _ENUMERATION.match(rest):
            return None
        bare = _BRACKETS.sub("", match[0])
        label = f"（{bare}）" if bare != match[0] else bare
        return Number(rank, label, rest.lstrip(" \t\u3000、．.：:"))
    return None


def _is_reference(rank: Rank, rest: str) -> bool:
    if rank == Rank.ARTICLE:
        return _ARTICLE_REFERENCE.match(rest) is not None
    return rank in _NAMED | {Rank.ANNEX} and _CHAPTER_REFERENCE.match(rest) is not None


def sections_of(blocks: Sequence[Block]) -> Section:
    """Read the tree of a document's sections out of its blocks."""
    lines = list(_lines(blocks))
    root = Section("")
    path = [root]
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        section = _opened_by(line, following)
        if section is None:
            path[-1].lines.append(line)
            continue
        del path[_depth_of(section, path) :]
        path[-1].sections.append(section)
        path.append(section)
    return root


def caption_above(lines: Sequence[Line], position: int) -> str | None:
    """The caption of the table whose first row is at `position`, if the line above is one.

    The unit of the amounts (“单位：万元”) stands between a caption and its table.
    """
    above = _caption(lines, position - 1)
    if above is None or _UNIT.match(above) is None:
        return above
    caption = _caption(lines, position - 2)
    return f"{caption}（{above}）" if caption else above


def _caption(lines: Sequence[Line], position: int) -> str | None:
    if position < 0:
        return None
    line = lines[position]
    is_short = len(line.text) <= CAPTION_CHARACTERS and not line.text.endswith(("。", "；", "！"))
    return line.text.rstrip("：:") if is_short and line.kind is not BlockKind.ROW else None


def _lines(blocks: Sequence[Block]) -> Iterator[Line]:
    start = 0
    for block in blocks:
        begin = 0
        if len(block.text) > FLATTENED_CHARACTERS and block.kind is BlockKind.PARAGRAPH:
            for match in _LOST_LINE_END.finditer(block.text):
                yield Line(
                    start + begin, start + match.end(), block.text[begin : match.end()], block.kind
                )
                begin = match.end()
        end = len(block.text)
        if begin < end:
            yield Line(start + begin, start + end, block.text[begin:], block.kind, block.level)
        start += end + 1


def _opened_by(line: Line, following: Line | None) -> Section | None:
    """The section that `line` opens, or None where it goes on with the one before."""
    if line.kind is BlockKind.ROW:
        return None
    text = line.text.strip()
    number = number_of(text)
    if line.kind is BlockKind.HEADING:
        label = text.rstrip("：:") or text
        return Section(
            label,
            number.label if number else "",
            heading=line,
            level=max(line.level, 1),
            rank=number.rank if number else Rank.NONE,
        )
    if number is None:
        return Section(text, heading=line, level=1) if _is_inner_title(text, following) else None
    is_heading = (
        len(text) <= HEADING_CHARACTERS
        and number.rank not in {Rank.ARTICLE, Rank.ANNEX}
        and _SENTENCE_END.search(text) is None
        and (number.rank in _NAMED or _has_text_under(number, following))
    )
    if is_heading or _is_annex_title(number, text, following):
        return Section(text.rstrip("：:"), number.label, heading=line, rank=number.rank)
    return Section(
        _clause_label(number), number.label, is_clause=True, lines=[line], rank=number.rank
    )


def _is_inner_title(text: str, following: Line | None) -> bool:
    """Whether a line is the title of the text that a notice issues: 第一章 or 第一条 follows it."""
    if following is None or len(text) > CAPTION_CHARACTERS or _SENTENCE_END.search(text):
        return False
    return KIND_OF_TEXT.search(text) is not None and _BEGINNING.match(following.text) is not None


def _is_annex_title(number: Number, text: str, following: Line | None) -> bool:
    """Whether a line stands at the head of an annex, and not in the list of annexes."""
    if number.rank is not Rank.ANNEX:
        return False
    next_number = number_of(following.text.strip()) if following is not None else None
    in_list = next_number is not None and next_number.rank is Rank.ANNEX
    is_title = len(text) <= CAPTION_CHARACTERS and not re.search(r"[：:。；]", text) and not in_list
    return not number.rest or is_title


def _has_text_under(number: Number, following: Line | None) -> bool:
    """Whether the next line lies under a short numbered line, which makes that a heading.

    Short numbered lines one after another are a list.
    """
    if following is None or following.kind is BlockKind.HEADING:
        return False
    next_number = number_of(following.text.strip())
    return next_number is None or next_number.rank > number.rank


def _clause_label(number: Number) -> str:
    """A clause is named by its number, and by its leading words where they read as a name.

    The question of an answered question is its name.
    """
    bracketed = re.match(r"[【〔（(]([^】〕）)]{1,24})[】〕）)]", number.rest)
    if number.rank == Rank.ARTICLE:
        return f"{number.label} {bracketed[1]}" if bracketed is not None else number.label
    joint = _JOINTS.get(number.rank, "")
    question = _QUESTION.match(number.rest)
    if question is not None:
        return f"{number.label}{joint}{question[0]}"
    name, end, after = _first_words(number.rest)
    if end == "。" and after and len(name) <= NAME_CHARACTERS and not re.search("[，,、；]", name):
        return f"{number.label}{joint}{name}"
    return number.label


def _first_words(text: str) -> tuple[str, str, str]:
    match = re.search(r"[。：:；]", text)
    if match is None:
        return text, "", ""
    return text[: match.start()], match[0], text[match.end() :].strip()


def _depth_of(opening: Section, path: Sequence[Section]) -> int:
    """Where on the path of open sections `opening` belongs."""
    ranks = [section.rank for section in path]
    if opening.rank and opening.rank in ranks:
        return ranks.index(opening.rank)
    # The standard puts 1. below （一） and (1) below 1.; where a document does it the other way
    # round, the inner ones begin anew under each outer one.
    if opening.number in _FIRST and opening.rank in _INVERTIBLE and ranks[-1] > opening.rank:
        return len(path)
    depth = len(path)
    while depth > 1 and _closes(opening, path[depth - 1]):
        depth -= 1
    return depth


def _closes(opening: Section, open_section: Section) -> bool:
    """Whether `open_section` ends where `opening` begins."""
    if opening.rank and open_section.rank:
        return open_section.rank > opening.rank
    if opening.level and open_section.level:
        return open_section.level >= opening.level
    if opening.level == 0 or open_section.rank is Rank.ANNEX:
        return False
    # A heading that the file marks ends what only a number had opened, not the other way round; a
    # minor one (a line in bold) ends a clause, but not a numbered heading.
    return opening.level < MINOR_LEVEL or open_section.is_clause
