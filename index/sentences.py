"""Sentences, units, clauses and headings, all as spans (start, end) of the original text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

Span = tuple[int, int]

# A sentence longer than this is cut after its semicolons: what a policy lists between them are
# separate rules. Parts shorter than the least stay with their neighbour.
_LONGEST_UNIT = 60
_LEAST_UNIT = 8
_LEAST_CLAUSE = 4
# A clause that would leave fewer characters than this behind it is not cut off.
_LEAST_REST = 3
# A line this short that does not end like a sentence is a heading.
SHORT_LINE = 28
_HEADING_PREFIX = 60
_HEADING_TERMS = 40

_ENUMERATOR = (
    r"(?:[一二三四五六七八九十]{1,3}[、是]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十百\d]{1,4}[条章节])"
)
# A sentence ends behind its stop and the quotes and brackets that close with it, at a line's end,
# and where a blank stands before an enumerator or several blanks stand (texts copied from pages
# that lost their line ends). An English stop ends it before a blank and a capital.
_SENTENCE_END = re.compile(
    r"(?<=[。！？!?])(?![。！？!?”’\"』」）)】])|(?<=[。！？!?][”’\"』」）)】])|\n+"
    r"|(?<=\S)(?=[ \u3000]+" + _ENUMERATOR + r")|(?<=\S)(?=[ \u3000]{2,}\S)"
    r"|(?<=[a-z0-9)\"”%][.])(?=\s+[A-Z\"“(])"
)  # fmt: skip
_HEADING = re.compile(r"\s*(?:" + _ENUMERATOR + r"|——|【|●|★|问[:：])")
# A comma between digits parts no clause, and a blank only beside Chinese.
_CLAUSE_END = re.compile(
    r"[，：；。！？]|,(?!\d)|[:;!?](?!\S)|[:;!?](?=[\u3400-\u9fff])"
    r"|(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])"
)
_SEMICOLON = re.compile(r"[；;]")
_HEADING_END = re.compile(r"[。：:；]")


class Unit(NamedTuple):
    """The smallest thing that is weighed: a sentence, or a part of a long one.

    Attributes:
        start: offset of the first character in the document's text.
        end: offset after the last character.
        sentence: the number of its sentence in the document.
        is_heading: whether it opens a section.
    """

    start: int
    end: int
    sentence: int
    is_heading: bool


def sentence_spans(text: str) -> list[Span]:
    """The spans of the sentences of a text, without the white space around them."""
    spans = []
    last = 0
    for match in [*_SENTENCE_END.finditer(text), None]:
        cut = match.start() if match else len(text)
        piece = text[last:cut]
        stripped = piece.strip()
        if stripped:
            start = last + piece.index(stripped)
            spans.append((start, start + len(stripped)))
        last = match.end() if match else cut
    return spans


def units(text: str) -> Iterator[Unit]:
    """The units of a text, in reading order."""
    for number, (start, end) in enumerate(sentence_spans(text)):
        for begin, stop in _parts(text, start, end):
            yield Unit(begin, stop, number, is_heading(text[begin:stop]))


def clauses(text: str, start: int, end: int) -> list[Span]:
    """The clauses of a span: cut behind commas, colons, stops and blanks."""
    spans = []
    begin = start
    for match in _CLAUSE_END.finditer(text, start, end):
        long_enough = len(text[begin : match.end()].strip()) >= _LEAST_CLAUSE
        if long_enough and end - match.end() >= _LEAST_REST:
            spans.append((begin, match.end()))
            begin = match.end()
    if begin < end:
        spans.append((begin, end))
    return spans


def is_heading(text: str) -> bool:
    """Whether a unit opens a section: an enumerator in front, or a short unfinished line."""
    stripped = text.strip()
    is_short = 0 < len(stripped) <= SHORT_LINE and stripped[-1] not in "。；;！，."
    return is_short or _HEADING.match(stripped) is not None


def heading_text(text: str) -> str:
    """The heading proper of a unit that opens a section: up to its first stop or colon."""
    match = _HEADING_END.search(text[:_HEADING_PREFIX])
    return text[: match.end()] if match else text[:_HEADING_TERMS]


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    begin = start
    if end - start > _LONGEST_UNIT:
        for match in _SEMICOLON.finditer(text, start, end):
            cut = match.end()
            if cut - begin >= _LEAST_UNIT and end - cut >= _LEAST_UNIT:
                yield begin, cut
                begin = cut
    yield begin, end
