"""Where a text may be cut: after a sentence, else a part of one; never before an exception."""

import re
from collections.abc import Iterator, Sequence

# Passages of 150, 300 and 600 characters find the right document equally often (511 questions over
# 599 Chinese policy documents, docs/quality.md); about 300 are read at a glance.
PASSAGE_CHARACTERS = 300
# A clause up to this length is never cut. The model reads 512 tokens; of 599 policy texts half
# take 0.67 tokens a character and 95 in 100 at most 0.74, so 600 characters and a breadcrumb of 80
# still fit.
CLAUSE_CHARACTERS = 600
# Any other paragraph is cut above this: it is text without a unit of its own.
PARAGRAPH_CHARACTERS = 450

_PAUSES = (
    re.compile(r"(?:[。！？!?]+|(?<=[A-Za-z)])\.(?=\s))[”’」』）)]*[ \t\u3000]*|[ \t\u3000]{2,}"),
    re.compile(r"[；;][ \t\u3000]*"),
    re.compile(r"[，,、：:]|[ \t\u3000]+"),
)
# A text that begins so takes back or limits what stands before it.
_EXCEPTION = re.compile(
    r"\s*(?:[（(]?但|然而|不过|例外|除外|除[^，。；]{1,40}(?:外|以外|之外)|前款|前项|上述规定"
    r"|[^，。；]{0,20}(?:的除外|另有规定))"
)


def is_exception(text: str) -> bool:
    """Whether `text` limits what stands before it and so must not part from it."""
    return _EXCEPTION.match(text) is not None


def cut(
    text: str, whole: int = PARAGRAPH_CHARACTERS, size: int = PASSAGE_CHARACTERS
) -> list[tuple[int, int]]:
    """Cut a text into spans that together are the text.

    Args:
        text: what to cut.
        whole: a text up to this length stays whole.
        size: the length of a span; only a rule with its exception is longer.
    """
    if len(text) <= whole:
        return [(0, len(text))]
    spans: list[tuple[int, int]] = []
    for start, end in _parts(text, (0, len(text)), _PAUSES, size):
        if spans and end - spans[-1][0] <= size:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def last_words(text: str, room: int) -> int:
    """Where the last words of `text` begin: a sentence, else less, that fits into `room`.

    Returns:
        The offset, or the length of the text where nothing fits.
    """
    for pause in _PAUSES:
        start, end = _split((0, len(text)), text, pause)[0][-1]
        if end - start <= room:
            return start
    return len(text)


def _parts(
    text: str, span: tuple[int, int], pauses: Sequence[re.Pattern[str]], size: int
) -> Iterator[tuple[int, int]]:
    """Cut a span at the first of `pauses`, and what is still too long at the next one."""
    if not pauses:
        start, end = span
        for begin in range(start, end, size):
            yield begin, min(begin + size, end)
        return
    parts, with_exception = _split(span, text, pauses[0])
    for start, end in parts:
        limit = 2 * size if start in with_exception else size
        if end - start <= limit:
            yield start, end
        else:
            yield from _parts(text, (start, end), pauses[1:], size)


def _split(
    span: tuple[int, int], text: str, pause: re.Pattern[str]
) -> tuple[list[tuple[int, int]], set[int]]:
    """The parts between pauses, and where those begin that hold a rule with its exception."""
    parts: list[tuple[int, int]] = []
    with_exception: set[int] = set()
    begin, end = span
    for stop in [*(match.end() for match in pause.finditer(text, *span)), end]:
        if begin == stop:
            continue
        if parts and _EXCEPTION.match(text, begin, stop):
            parts[-1] = (parts[-1][0], stop)
            with_exception.add(parts[-1][0])
        else:
            parts.append((begin, stop))
        begin = stop
    return parts or [span], with_exception
