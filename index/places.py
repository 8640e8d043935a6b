"""Place names in a text: the administrative divisions of China and the glossary's own places."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.configuration import Term
from index.text import fold

_DIVISIONS = "divisions.tsv"
_SUFFIX = re.compile(r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|自治州|地区|省|市|盟)\Z")
# Below this a name without its suffix (和平区 → 和平) is an ordinary word.
_SHORT_LEVELS = frozenset({"province", "prefecture"})
# A county's name of two characters is more often a word (城区) or two halves of words (市级和县级 →
# 和县): of these only the glossary's are places.
_SHORTEST_COUNTY = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A place found in a text.

    Attributes:
        name: the canonical name.
        is_home: whether the documents speak for it: the home place, a place within it, or one
            that contains it.
        start: offset of the first character in the folded text.
        end: offset after the last character in the folded text.
    """

    name: str
    is_home: bool
    start: int
    end: int


class Gazetteer:
    """Finds places, the longest name first.

    Names of organisations and other glossary entries that contain a place (太原理工大学) are taken
    whole, so that they are no place.

    Attributes:
        has_home: whether it is known which place the documents speak for.
    """

    def __init__(self, glossary: Iterable[Term], home: str | None) -> None:
        """Learn the names.

        Args:
            glossary: all terms; those of kind ``place`` are places.
            home: a name of the place the documents speak for; None where there is none.
        """
        terms = tuple(glossary)
        self._names = _divisions()
        places = {term.id: term for term in terms if term.kind == "place"}
        home_ids = _around(places, fold(home)) if home else frozenset()
        self._home = frozenset(places[home_id].term for home_id in home_ids)
        for term in terms:
            canonical = term.term if term.kind == "place" else None
            self._names = {**self._names, **{fold(name): canonical for name in term.names}}
        if home and not self._home:
            self._home = frozenset({home})
            self._names = {**self._names, fold(home): home}
        longest_first = sorted(self._names, key=len, reverse=True)
        self.has_home = bool(self._home)
        self._pattern = re.compile("|".join(_bounded(name) for name in longest_first))

    def places(self, text: str) -> list[Place]:
        """The places named in a text, in order."""
        found = []
        for match in self._pattern.finditer(fold(text)):
            name = self._names[match.group()]
            if name is not None:
                found.append(Place(name, name in self._home, match.start(), match.end()))
        return found


def _around(places: dict[str, Term], home: str) -> frozenset[str]:
    """Ids of the home place, of all places in it, and of those that contain it."""
    found = {term.id for term in places.values() if home in map(fold, term.names)}
    containing = [places[home_id].parent for home_id in found]
    while inner := {term.id for term in places.values() if term.parent in found} - found:
        found |= inner
    for parent in containing:
        outer = parent
        while outer in places and outer not in found:
            found.add(outer)
            outer = places[outer].parent
    return frozenset(found)


def _bounded(name: str) -> str:
    """A pattern for a name; Latin letters must not go on before or behind it."""
    escaped = re.escape(name)
    return rf"\b{escaped}\b" if name.isascii() else escaped


@cache
def _divisions() -> dict[str, str | None]:
    lines = (files("index") / "data" / _DIVISIONS).read_text("utf-8").splitlines()
    names: dict[str, str | None] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        level, name = line.split("\t")
        if level == "county" and len(name) < _SHORTEST_COUNTY:
            continue
        names[fold(name)] = name
        short = _SUFFIX.sub("", name)
        if level in _SHORT_LEVELS and len(short) > 1:
            names[fold(short)] = name
    return names
