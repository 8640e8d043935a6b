"""Text as the index sees it: folded for comparison, and cut into tokens.

Folding serves comparison only. What is shown or quoted is always the original text.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from opencc import OpenCC

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:\.\d+)?")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_NOT_LETTER = re.compile(r"\W")
# Marks a token that is a single Chinese character, so that it can be told from a lone word.
SINGLE_MARK = "1"


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Fold a text for comparison: full width, traditional characters, case and white space.

    ``ＡＢＣ人才服務卡`` and ``abc人才服务卡`` fold to the same text.
    """
    simplified = to_simplified(unicodedata.normalize("NFKC", text))
    return _SPACE.sub(" ", simplified.lower())


def letters(text: str) -> str:
    """A folded text without punctuation and white space."""
    return _NOT_LETTER.sub("", fold(text))


def tokens(text: str) -> list[str]:
    """Cut a text into index tokens, folded.

    A run of Chinese characters gives its single characters (marked) and its overlapping pairs:
    they need no dictionary and cut a new name as reliably as an old word. Latin words and numbers
    stay whole. Single characters beside the pairs found the right document more often than pairs
    alone (docs/quality.md).
    """
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if _HAN_RUN.match(word):
            found.extend(SINGLE_MARK + character for character in word)
            found.extend(first + second for first, second in pairwise(word))
        else:
            found.append(word)
    return found


def name_pattern(name: str) -> str:
    """A pattern for a folded name: letters and digits must not go on before or behind a Latin one.

    (A word boundary would not do: Chinese characters are word characters too.)
    """
    escaped = re.escape(name)
    return rf"(?<![a-z0-9]){escaped}(?![a-z0-9])" if name.isascii() else escaped


def is_single(token: str) -> bool:
    """Whether a token is a single Chinese character."""
    return len(token) == 2 and token[0] == SINGLE_MARK and not token[1].isascii()


def han_runs(text: str) -> list[tuple[int, int]]:
    """The spans (start, end) of the runs of Chinese characters in a text."""
    return [match.span() for match in _HAN_RUN.finditer(text)]


def has_han(text: str) -> bool:
    """Whether a text holds any Chinese character."""
    return _HAN_RUN.search(text) is not None


def to_simplified(text: str) -> str:
    """A text in simplified characters."""
    converted: str = _to_simplified().convert(text)
    return converted


def to_traditional(text: str) -> str:
    """A text in traditional characters."""
    converted: str = _to_traditional().convert(text)
    return converted


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")
