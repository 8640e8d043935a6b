"""Place names in a text: the administrative divisions of China and the glossary's own places."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.configuration import Term
from index.text import fold, name_pattern

_DIVISIONS = "divisions.tsv"
_SUFFIX_ANY = re.compile(
    r"(?<=..)(?:特别行政区|(?:[\u4e00-\u9fff]{1,3}族)*自治[区州县旗]|地区|[省市区县旗盟])\Z"
)
_SUFFIX = re.compile(r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|自治州|地区|省|市|盟)\Z")
# Below this a name without its suffix (和平区 → 和平) is an ordinary word.
_SHORT_LEVELS = frozenset({"province", "prefecture"})
# A county's name of two characters is more often a word (城区) or two halves of words (市级和县级 →
# 和县): of these only the glossary's are places.
_SHORTEST_COUNTY = 3


# A name that the divisions do not list (a town, a new district) is known by its suffix.
_UNLISTED = re.compile(
    r"([\u4e00-\u9fff]{2,3})(?:省|自治区|自治州|州|市|县|区|镇|乡|街道|新区|开发区)"
)
_NO_PLACE = re.compile(
    "城市|本市|全市|我市|超市|上市|门市|社区|小区|园区|景区|地区|辖区|各区|各县|全省|我省|全县|全区|全国|各省|"
    "各市|股市|楼市|县区|市区|郊区|片区|疫区|校区|厂区|病区|库区|服务区|城镇|乡镇|何|哪|该|本|我|各|在|对|为|及|和|"
    "跨|的|否|可|与|把|到|通|行|自治|直辖"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place found in a text.

    Attributes:
        name: the canonical name.
        is_home: whether the documents speak for it: the home place, a place within it, or one
            that contains it.
        is_within: whether it lies within the home place, and is not the home place itself.
        start: offset of the first character in the folded text.
        end: offset after the last character in the folded text.
    """

    name: str
    is_home: bool
    is_within: bool
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
        within_ids = _within(places, fold(home)) if home else frozenset()
        self._home = frozenset(places[home_id].term for home_id in home_ids)
        self._within = frozenset(places[place_id].term for place_id in within_ids)
        for term in terms:
            canonical = term.term if term.kind == "place" else None
            self._names = {**self._names, **{fold(name): canonical for name in term.names}}
        if home and not self._home:
            self._home = frozenset({home})
            self._names = {**self._names, fold(home): home}
        longest_first = sorted(self._names, key=len, reverse=True)
        self.has_home = bool(self._home)
        self._pattern = re.compile("|".join(name_pattern(name) for name in longest_first))

    def is_within(self, name: str) -> bool:
        """Whether a place (canonical name) lies within the home place, and is not the home."""
        return name in self._within

    def places(self, text: str) -> list[Place]:
        """The places named in a text, in order."""
        found = []
        for match in self._pattern.finditer(fold(text)):
            name = self._names[match.group()]
            if name is not None:
                is_home, is_within = name in self._home, self.is_within(name)
                found.append(Place(name, is_home, is_within, match.start(), match.end()))
        return found


def named_places(text: str) -> tuple[str, ...]:
    """The places a text names, without their suffix (忻州市 → 忻州), each once.

    Other than a `Gazetteer`, it needs no glossary, and takes for a place whatever ends like one:
    it serves to see whether a document names what the question names.
    """
    folded = fold(text)
    names = _divisions()
    pattern = _division_pattern()
    found = [_SUFFIX_ANY.sub("", names[match.group()] or "") for match in pattern.finditer(folded)]
    unlisted = _UNLISTED.finditer(pattern.sub("，", folded))
    found += [match.group(1) for match in unlisted if not _NO_PLACE.search(match.group())]
    return tuple(dict.fromkeys(found))


def missing_share(places: Sequence[str], text: str) -> float:
    """The share of some places that a text does not name; 0 where there are none."""
    if not places:
        return 0.0
    return sum(place not in text for place in places) / len(places)


@cache
def _division_pattern() -> re.Pattern[str]:
    longest_first = sorted(_divisions(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _within(places: dict[str, Term], home: str) -> frozenset[str]:
    """Ids of all places in the home place, itself left out."""
    homes = {term.id for term in places.values() if home in map(fold, term.names)}
    found = set(homes)
    while inner := {term.id for term in places.values() if term.parent in found} - found:
        found |= inner
    return frozenset(found - homes)


def _around(places: dict[str, Term], home: str) -> frozenset[str]:
    """Ids of the home place, of all places in it, and of those that contain it."""
    homes = {term.id for term in places.values() if home in map(fold, term.names)}
    found = homes | _within(places, home)
    for home_id in homes:
        outer = places[home_id].parent
        while outer in places and outer not in found:
            found.add(outer)
            outer = places[outer].parent
    return frozenset(found)


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
