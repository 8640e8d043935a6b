"""Formatted text that Telegram never refuses.

A message is built from `Run`s (text with one style), never from markup, so that any text can stand
in it. It is cut into messages between runs where possible, inside a run at a line or sentence end
where not, and a style that is cut goes on in the next message.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from telegram.constants import MessageLimit

# Telegram counts the parsed text; emoji count twice here (UTF-16), which is never too few.
LONGEST_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
# Where a text may be cut, best first.
_CUTS = ("\n", "。", "！", "？", "；", ". ", "，", " ")
# A cut before this share of the room is worse than one inside a sentence.
_LEAST_FILL = 0.5
# Joins characters into one sign: a cut beside it would tear the sign apart.
_JOINER = "\u200d"


class Style(StrEnum):
    """How a run looks. The values are Telegram's HTML tags."""

    PLAIN = ""
    BOLD = "b"
    ITALIC = "i"
    QUOTE = "blockquote"
    LONG_QUOTE = "blockquote expandable"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style."""

    text: str
    style: Style = Style.PLAIN

    @property
    def html(self) -> str:
        """The run as Telegram reads it."""
        text = escape(self.text, quote=False)
        if self.style is Style.PLAIN or not self.text.strip():
            return text
        return f"<{self.style}>{text}</{self.style.partition(' ')[0]}>"


@dataclass(frozen=True, slots=True)
class Piece:
    """One message.

    Attributes:
        html: its text with markup.
        plain: its text without, for the case that the markup is refused all the same.
    """

    html: str
    plain: str


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def pieces(runs: Iterable[Run], longest: int = LONGEST_UNITS) -> list[Piece]:
    """Cut runs into messages. Nothing but the white space around a cut gets lost."""
    messages: list[list[Run]] = [[]]
    room = longest
    for run in runs:
        for index, part in enumerate(_parts(run, room, longest)):
            # A run that does not fit whole goes into a message of its own, if that helps.
            if index or units(part.text) > room:
                messages.append([])
                room = longest
            messages[-1].append(part)
            room -= units(part.text)
    return [piece for message in messages if (piece := _piece(message)) is not None]


def _parts(run: Run, room: int, longest: int) -> Iterator[Run]:
    text = run.text
    if units(text) <= room or units(text) <= longest:
        yield run
        return
    while units(text) > longest:
        end = _cut(text, longest)
        yield Run(text[:end], run.style)
        text = text[end:]
    if text:
        yield Run(text, run.style)


def _cut(text: str, longest: int) -> int:
    """Where to cut a text so that the first part has at most `longest` units."""
    end, used = 0, 0
    for character in text:
        used += units(character)
        if used > longest:
            break
        end += 1
    for cut in _CUTS:
        found = text.rfind(cut, int(end * _LEAST_FILL), end)
        if found >= 0:
            return found + len(cut)
    while end > 1 and _JOINER in (text[end - 1], text[end : end + 1]):
        end -= 1
    return end


def _piece(message: Sequence[Run]) -> Piece | None:
    plain = "".join(run.text for run in message)
    if not plain.strip():
        return None
    return Piece(html="".join(run.html for run in message), plain=plain)
