"""Text as the index sees it: folded for comparison, cut into tokens and sentences.

Folding serves comparison only. What is shown or quoted is always the original text.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from opencc import OpenCC

# A sentence ends at one of these, with the closing quotes and brackets that follow; a list item
# that ends in a semicolon is still part of its sentence.
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)】\"']*|\n|\Z)")
# In English, a full stop ends a sentence when a space and a capital (or the end) follow.
_ENGLISH_STOP = re.compile(r"(?<=[a-z0-9)\"”%][.])\s+(?=[A-Z\"“(])")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d+(?:[.,]\d+)*%?|[\u3400-\u9fff]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Fold a text for comparison: full width, traditional characters and case.

    ``ＡＢＣ人才服務卡`` and ``abc人才服务卡`` fold to the same text.
    """
    return to_simplified(unicodedata.normalize("NFKC", text)).lower()


def tokens(text: str) -> list[str]:
    """Cut a text into index tokens, folded.

    A run of Chinese characters becomes its overlapping pairs (a lone character stays one): they
    need no dictionary and cut a new name as reliably as an old word. Latin words and numbers stay
    whole.
    """
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if _HAN.match(word) and len(word) > 1:
            found.extend(first + second for first, second in pairwise(word))
        else:
            found.append(word)
    return found


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The spans (start, end) of the sentences of a text, without the white space around them."""
    spans = []
    for match in _SENTENCE.finditer(text):
        start = match.start()
        for part in _ENGLISH_STOP.split(match.group()):
            begin = text.index(part, start)
            start = begin + len(part)
            stripped = part.strip()
            if stripped:
                offset = begin + part.index(stripped)
                spans.append((offset, offset + len(stripped)))
    return spans


def han_runs(text: str) -> list[tuple[int, int]]:
    """The spans (start, end) of the runs of Chinese characters in a text."""
    return [match.span() for match in _HAN_RUN.finditer(text)]


def has_han(text: str) -> bool:
    """Whether a text holds any Chinese character."""
    return _HAN.search(text) is not None


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
