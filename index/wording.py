"""Whether words stand in a text, whatever the spacing, the script and the width of characters.

Staff write down what an answer must say (checks, gold questions); a line break in the document or
a full-width digit makes it no other answer, a longer number does.
"""

import re

from index.text import fold

_SPACE = re.compile(r"\s+")
# White space between two numbers (“2024 5”, “2022, 13”) parts them; elsewhere it means nothing.
_IDLE_SPACE = re.compile(r"(?<![\d.,]) | (?!\d)")


def stands(words: str, text: str) -> bool:
    """Whether `words` stand in `text`. A number never stands within a longer one."""
    return position(words, text) is not None


def position(words: str, text: str) -> int | None:
    """Where `words` first stand in the squeezed `text`; None where they do not."""
    squeezed = squeeze(words)
    before = r"(?<!\d)(?<!\d[.,])" if squeezed[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if squeezed[-1:].isdigit() else ""
    match = re.search(before + re.escape(squeezed) + after, squeeze(text))
    return match.start() if match else None


def squeeze(text: str) -> str:
    """A text folded, without white space except between two numbers."""
    return _IDLE_SPACE.sub("", _SPACE.sub(" ", fold(text)))
