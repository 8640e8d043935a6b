"""What a text says about itself on its front page: its title and its document number."""

import re
from collections import Counter
from collections.abc import Sequence

from index.documents.model import Block, BlockKind
from index.structure import KIND_OF_TEXT, number_of

# A title longer than this is a paragraph without a heading.
MAX_TITLE_CHARACTERS = 120
# The title and the number of an official text stand among its first lines.
FRONT_BLOCKS = 12
# A title is at most this many lines high.
MAX_TITLE_LINES = 4

_DOCUMENT_NUMBER = re.compile(
    r"[（(]?([\u4e00-\u9fff]{1,16}[〔\[［(（【]\s*(?:19|20)\d{2}\s*[〕\]］)）】]\s*第?\s*\d{1,5}\s*号)[）)]?\Z"
)
_CONTENTS = re.compile(r"(?:目\s*[录次]|contents)\Z", re.IGNORECASE)
_CONTENTS_LINE = re.compile(r"\S.{0,80}?[\s.．…·—-]*[（(]?\d{1,3}[）)]?\Z|.*[.．…·]{6,}.*\Z")
_SENTENCE_MARKS = re.compile(r"[。；;！？!?：:]")


def document_number(text: str) -> str | None:
    """The document number (``晋政发〔2023〕5号``) where `text` is nothing else."""
    match = _DOCUMENT_NUMBER.match(text.strip())
    return re.sub(r"\s", "", match[1]) if match else None


def document_number_of(blocks: Sequence[Block]) -> str | None:
    """The document number that stands on a line of its own on the front page."""
    numbers = (document_number(block.text) for block in blocks[:FRONT_BLOCKS])
    return next((number for number in numbers if number), None)


def title_of(blocks: Sequence[Block]) -> str | None:
    """The title of a text that does not mark it; None where nothing is like one.

    Its first heading if that comes first; else the first lines that end as titles of official
    texts do (“……的通知”); else its first heading or line.
    """
    if blocks[0].kind is BlockKind.HEADING:
        return blocks[0].text[:MAX_TITLE_CHARACTERS]
    front = blocks[:FRONT_BLOCKS]
    for first in range(len(front)):
        title = _title_from(front[first:])
        if title:
            return title
    headings = (block.text for block in blocks if block.kind is BlockKind.HEADING)
    lines = (
        block.text
        for block in blocks[:1]
        if block.kind is not BlockKind.ROW and number_of(block.text) is None
    )
    first_line = next(headings, next(lines, None))
    return first_line[:MAX_TITLE_CHARACTERS] if first_line else None


def without_contents(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Drop a table of contents: it repeats all headings without saying anything."""
    names = Counter(_bare(block.text) for block in blocks)
    kept: list[Block] = []
    inside = False
    for block in blocks:
        if _CONTENTS.match(block.text.strip()):
            inside = True
            continue
        is_entry = _CONTENTS_LINE.match(block.text) is not None or names[_bare(block.text)] > 1
        inside = inside and is_entry
        if not inside:
            kept.append(block)
    return tuple(kept)


def _bare(text: str) -> str:
    """A heading without its number: tables of contents number what the text does not."""
    number = number_of(text)
    return "".join((number.rest if number else text).split())


def _title_from(blocks: Sequence[Block]) -> str | None:
    """A title that begins with the first of `blocks`, over as many lines as it takes."""
    title = ""
    for block in blocks[:MAX_TITLE_LINES]:
        is_line = block.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING}
        if not is_line or _SENTENCE_MARKS.search(block.text) or document_number(block.text):
            return None
        title += block.text
        if len(title) > MAX_TITLE_CHARACTERS:
            return None
        if KIND_OF_TEXT.search(title):
            return title
    return None
