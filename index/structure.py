"""The structure of Chinese official texts: chapters, articles, numbered clauses, captions.

A document is a list of blocks; here it becomes a tree of sections. What a loader marked as a
heading opens a section, and so does a line that begins with a number as officials write them:
第一章, 第二节, 第三条, 一、, （一）, 1., (1). Such a line is a *heading* when it is short and text
follows under it, else it is a *clause* that holds its own text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.documents.model import Block, BlockKind

# Ranks of the numbers, from the outermost. The order is the one of the national standard for
# official documents (GB/T 9704: 一、 then （一） then 1. then (1)) below the one of statutes.
_NUMERAL = "[一二三四五六七八九十百零〇两]"
_NUMBERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"第(?:{_NUMERAL}{{1,4}}|\d{{1,3}})[编篇]")),
    (2, re.compile(rf"第(?:{_NUMERAL}{{1,4}}|\d{{1,3}})(?:章|部分)")),
    (3, re.compile(rf"第(?:{_NUMERAL}{{1,4}}|\d{{1,3}})节")),
    (4, re.compile(rf"第(?:{_NUMERAL}{{1,6}}|\d{{1,4}})条(?:之{_NUMERAL}{{1,2}})?")),
    (5, re.compile(rf"{_NUMERAL}{{1,3}}(?=\s*、)")),
    (6, re.compile(rf"[（(]\s*{_NUMERAL}{{1,3}}\s*[）)]")),
    # Not 1.5 (a quantity), not 1.2.3 (a section of its own kind), not 2020. (a year).
    (7, re.compile(r"\d{1,2}(?=\s*(?:[、．]|\.(?!\d)))")),
    (8, re.compile(r"[（(]\s*\d{1,2}\s*[）)]")),
)
_ARTICLE_RANK = 4
# After its number an article says something; what is only named goes on like this.
_REFERENCE = re.compile(
    r"\s*(?:(?:的)?规定|第|和|及|与|或|至|到|、|，|,|的|所|中|之|项|款|内|外|以|各|（[一二三四五六七八九十\d]+）项)"
)
# Chapter and section numbers are followed by a name; “第一章的规定” is a reference as well.
_NAMED = frozenset({1, 2, 3})
_PUNCTUATION_AFTER_NUMBER = re.compile(r"[\s、．.：:]+")
_SENTENCE_END = re.compile(r"[。；;！？!?]")

# A line longer than this is text, not a heading. Of the numbered lines of 14 government pages
# those without any sentence end were at most 38 characters long.
HEADING_CHARACTERS = 40
# The leading words of a clause (“（一）加强领导。各地要……”) name it when they are short.
NAME_CHARACTERS = 24
# A caption stands right above its table.
CAPTION_CHARACTERS = 60
# Some tools save a whole document as one line, a space for each line end. Only lines longer than
# any paragraph people write are parted there.
FLATTENED_CHARACTERS = 500
_LOST_LINE_END = re.compile(
    r"(?<=[。！？；：”）])[ \t\u3000]+(?=[^\s，。；、])"
    rf"|(?<=[\u4e00-\u9fff])[ \t\u3000]+(?=(?:{_NUMERAL}{{1,3}}、|[（(]{_NUMERAL}{{1,3}}[）)]|第{_NUMERAL}{{1,4}}[章节条]\s))"
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
        rank: how deep it stands; 1 is outermost.
        label: the number as written, without what surrounds it.
        rest: the line after it.
    """

    rank: int
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
        level: the level a loader gave it, 0 for none.
        rank: the rank of its number, 0 for none.
    """

    label: str
    number: str = ""
    is_clause: bool = False
    lines: list[Line] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)
    level: int = 0
    rank: int = 0

    def all_lines(self) -> Iterator[Line]:
        """Its lines and those of all below it, in reading order."""
        yield from self.lines
        for section in self.sections:
            yield from section.all_lines()


def number_of(text: str) -> Number | None:
    """The number that `text` begins with, or None.

    A reference to an article (“第三条规定的……”) is no number.
    """
    for rank, pattern in _NUMBERS:
        match = pattern.match(text)
        if match is None:
            continue
        rest = text[match.end() :]
        if rank == _ARTICLE_RANK and _REFERENCE.match(rest):
            return None
        if rank in _NAMED and re.match(r"的|规定|所|第|、|和|至", rest):
            return None
        name = re.sub(r"[\s（()）]", "", match[0]) if rank > _ARTICLE_RANK else match[0]
        label = f"（{name}）" if rank in {6, 8} else name
        return Number(rank, label, _PUNCTUATION_AFTER_NUMBER.sub("", rest, count=1) if rest[:1] in _LEADS else rest)
    return None


_LEADS = frozenset(" \t\u3000、．.：:")


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
        while len(path) > 1 and _closes(section, path[-1]):
            path.pop()
        path[-1].sections.append(section)
        path.append(section)
    return root


def caption_above(lines: Sequence[Line], position: int) -> str | None:
    """The caption of the table whose first row is at `position`, if the line above is one."""
    if position == 0:
        return None
    above = lines[position - 1]
    is_short = len(above.text) <= CAPTION_CHARACTERS and not above.text.endswith(("。", "；", "！"))
    if above.kind is BlockKind.ROW or not is_short:
        return None
    return above.text.rstrip("：:")


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
            label, number.label if number else "", level=max(line.level, 1),
            rank=number.rank if number else 0,
        )
    if number is None:
        return None
    is_heading = (
        len(text) <= HEADING_CHARACTERS
        and number.rank != _ARTICLE_RANK
        and _SENTENCE_END.search(text) is None
        and (number.rank in _NAMED or _has_text_under(number, following))
    )
    if is_heading:
        return Section(text.rstrip("：:"), number.label, rank=number.rank)
    return Section(
        _clause_label(number), number.label, is_clause=True, lines=[line], rank=number.rank
    )


def _has_text_under(number: Number, following: Line | None) -> bool:
    """Whether the next line lies under a short numbered line, which makes that a heading.

    Short numbered lines one after another are a list.
    """
    if following is None or following.kind is BlockKind.HEADING:
        return False
    next_number = number_of(following.text.strip())
    return next_number is None or next_number.rank > number.rank


def _clause_label(number: Number) -> str:
    """A clause is named by its number, and by its leading words where they read as a name."""
    bracketed = re.match(r"[【〔（(]([^】〕）)]{1,24})[】〕）)]", number.rest)
    if bracketed is not None and number.rank == _ARTICLE_RANK:
        return f"{number.label} {bracketed[1]}"
    name, end, after = _first_words(number.rest)
    joint = "" if number.label.endswith("）") else " "
    if end == "。" and after and len(name) <= NAME_CHARACTERS and not re.search("[，,、；]", name):
        return f"{number.label}{joint}{name}"
    return number.label


def _first_words(text: str) -> tuple[str, str, str]:
    match = re.search(r"[。：:；]", text)
    if match is None:
        return text, "", ""
    return text[: match.start()], match[0], text[match.end() :].strip()


def _closes(opening: Section, open_section: Section) -> bool:
    """Whether `open_section` ends where `opening` begins."""
    if opening.rank and open_section.rank:
        return open_section.rank >= opening.rank
    if opening.level and open_section.level:
        return open_section.level >= opening.level
    # A heading that a loader saw ends what only a number had opened, not the other way round.
    return bool(opening.level)
