"""Typing errors by sound: 忻洲 for 忻州, 冰霜 for 冰箱. Mended against words that are known."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin

from index.text import han_runs

# Longer names are not typed wrong as a whole; shorter ones have too many homophones.
_LONGEST = 8
_SHORTEST = 2
# Initials that neighbouring dialects and pinyin keyboards take for each other.
_ALIKE_INITIALS = ("s sh x", "z zh j", "c ch q", "l n r", "f h")
_INITIAL_CLASS = {
    initial: group.split()[0] for group in _ALIKE_INITIALS for initial in group.split()
}
_MEDIALS = "iuv"
# Words that ask are no names to mend towards (多少员工 is not 多少元).
_ASKS = re.compile("多少|几|什么|哪|怎么|如何")


class Mender:
    """Replaces words nobody knows by known ones that sound the same.

    A replacement keeps at least half of the characters, and the others must sound the same; one
    of them may sound nearly the same. A word that stands in the documents is never replaced.
    """

    def __init__(self, words: Iterable[str], is_known: Callable[[str], bool]) -> None:
        """Learn the words.

        Args:
            words: folded words to mend towards.
            is_known: whether a pair of characters stands in the documents.
        """
        self._is_known = is_known
        self._words: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._protected: set[str] = set()
        for word in words:
            is_han = list(han_runs(word)) == [(0, len(word))]
            if is_han and _SHORTEST <= len(word) <= _LONGEST and not _ASKS.search(word):
                self._protected.add(word)
                # A word is found by any of its characters and its place: a replacement keeps one.
                for place, character in enumerate(word):
                    self._words[len(word)][f"{place}{character}"].append(word)

    def mend(self, text: str) -> str:
        """A folded text with its typing errors mended; the same text where there are none."""
        mended = text
        for start, end in han_runs(text):
            position = start
            while position < end:
                found = self._replacement(text, position, end)
                if found:
                    mended = mended[:position] + found + mended[position + len(found) :]
                position += len(found) if found else 1
        return mended

    def _replacement(self, text: str, start: int, end: int) -> str | None:
        for length in range(min(_LONGEST, end - start), _SHORTEST - 1, -1):
            window = text[start : start + length]
            if window in self._protected:
                return window
            if self._begins_known(window) or not self._is_suspicious(window):
                continue
            for word in self._candidates(window):
                if _sounds_like(window, word):
                    return word
        return None

    def _begins_known(self, window: str) -> bool:
        """Whether only a suffix could differ from a known word: what follows is another word.

        忻州事 is no 忻州市 where 忻州事业 stands.
        """
        return window[:-1] in self._protected

    def _is_suspicious(self, window: str) -> bool:
        """Whether a wrong character may be in the window: all pairs around it are unknown."""
        return any(not self._is_known(first + second) for first, second in _pairs(window))

    def _candidates(self, window: str) -> Iterator[str]:
        by_character = self._words[len(window)]
        seen = set()
        for place, character in enumerate(window):
            for word in by_character.get(f"{place}{character}", ()):
                if word not in seen:
                    seen.add(word)
                    yield word


def _sounds_like(window: str, word: str) -> bool:
    differing = [(a, b) for a, b in zip(window, word, strict=True) if a != b]
    if not differing or len(differing) * 2 > len(word):
        return False
    unequal = [(a, b) for a, b in differing if _sound(a) != _sound(b)]
    return len(unequal) <= 1 and all(_nearly(_sound(a), _sound(b)) for a, b in unequal)


def _nearly(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return _blurred(one) == _blurred(other)


def _blurred(sound: tuple[str, str]) -> tuple[str, str]:
    initial, final = sound
    return _INITIAL_CLASS.get(initial, initial), final.lstrip(_MEDIALS).replace("ng", "n") or final


@lru_cache(maxsize=20_000)
def _sound(character: str) -> tuple[str, str]:
    """Initial and final of a character's most frequent reading, without its tone."""
    initial = lazy_pinyin(character, style=Style.INITIALS, strict=False)[0]
    final = lazy_pinyin(character, style=Style.FINALS, strict=False)[0]
    return initial, final


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    return pairwise(text)
