"""The documents of a snapshot as texts, passages and units, with the token sets evidence needs."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.passages import Passage
from index.sentences import Unit, heading_text
from index.text import fold, tokens

Integers = npt.NDArray[np.int64]

# Where a document says what it is about: its title and so many characters.
_OPENING_CHARACTERS = 120
# A question weighs at most 250 units; those of a few dozen recent questions are kept.
_KEPT_TOKEN_SETS = 20_000


class Corpus:
    """Texts, passages and units by row, ordered by document and place.

    Attributes:
        titles: the title of each document.
        texts: the text of each document.
        passages: all passages.
        units: all units.
        unit_document: the document (row) of each unit; shape (units,).
        unit_passage: the passage (row) that holds the middle of each unit; shape (units,).
        heading_above: the unit that opens the section of each unit (itself where it is one), -1
            where there is none; shape (units,).
        first_unit: the first unit of each document, and one more; shape (documents + 1,).
        passage_document: the document (row) of each passage; shape (passages,).
        first_passage: the first passage of each document, and one more; shape (documents + 1,).
    """

    def __init__(
        self,
        titles: Sequence[str],
        texts: Sequence[str],
        passages: Sequence[Passage],
        passage_document: Integers,
        units: Sequence[Unit],
        unit_document: Integers,
    ) -> None:
        self.titles = tuple(titles)
        self.texts = tuple(texts)
        self.passages = tuple(passages)
        self.units = tuple(units)
        self.unit_document: Integers = unit_document
        self.passage_document = passage_document
        rows = np.arange(len(self.titles) + 1)
        self.first_unit: Integers = np.searchsorted(unit_document, rows)
        self.first_passage: Integers = np.searchsorted(passage_document, rows)
        self.heading_above = self._headings_above()
        self.unit_passage = self._passages_of_units()
        self._section = self._sections()

    def unit_text(self, unit: int) -> str:
        """The text of a unit."""
        span = self.units[unit]
        return self.texts[int(self.unit_document[unit])][span.start : span.end]

    def unit_tokens(self, unit: int) -> frozenset[str]:
        """The tokens of a unit."""
        return token_set(self.unit_text(unit))

    def heading_tokens(self, unit: int) -> frozenset[str]:
        """The tokens of the heading proper of a unit that opens a section."""
        return token_set(heading_text(self.unit_text(unit)))

    def title_tokens(self, document: int) -> frozenset[str]:
        """The tokens of a document's title."""
        return token_set(self.titles[document])

    def opening_tokens(self, document: int) -> frozenset[str]:
        """The tokens of a document's title and first characters."""
        opening = self.texts[document][:_OPENING_CHARACTERS]
        return token_set(f"{self.titles[document]} {opening}")

    def document_tokens(self, document: int) -> frozenset[str]:
        """The tokens of a whole document."""
        rows = range(self.first_unit[document], self.first_unit[document + 1])
        return self.opening_tokens(document).union(*(self.unit_tokens(row) for row in rows))

    def is_apart(self, unit: int, other: int) -> bool:
        """Whether two neighbouring units stand in different passages, or a heading between them.

        A quote never crosses from one passage into the next: it stands, whole, in one that can be
        shown.
        """
        return bool(
            self._section[unit] != self._section[other]
            or self.unit_passage[unit] != self.unit_passage[other]
        )

    def is_text(self, unit: int) -> bool:
        """Whether a unit is text, not a heading of the document's own structure."""
        return bool(self._section[unit] >= 0)

    def passage_of(self, document: int, start: int, end: int) -> int:
        """The passage (row) that holds most of a span of a document."""
        rows = range(self.first_passage[document], self.first_passage[document + 1])
        return max(
            rows,
            key=lambda row: min(end, self.passages[row].end) - max(start, self.passages[row].start),
        )

    def _headings_above(self) -> Integers:
        above = np.full(len(self.units), -1, dtype=np.int64)
        for row, unit in enumerate(self.units):
            if unit.is_heading:
                above[row] = row
            elif row and self.unit_document[row] == self.unit_document[row - 1]:
                above[row] = above[row - 1]
        return above

    def _passages_of_units(self) -> Integers:
        found = np.zeros(len(self.units), dtype=np.int64)
        starts = np.array([passage.start for passage in self.passages], dtype=np.int64)
        middles = np.array([(unit.start + unit.end) // 2 for unit in self.units], dtype=np.int64)
        for document in range(len(self.titles)):
            units = slice(self.first_unit[document], self.first_unit[document + 1])
            first, last = self.first_passage[document], self.first_passage[document + 1]
            place = np.searchsorted(starts[first:last], middles[units], side="right") - 1
            found[units] = first + np.maximum(place, 0)
        return found

    def _sections(self) -> Integers:
        """A number for each unit, the same within one section; -1 - row for structure headings.

        A heading of the structure lies in no passage; passages of one section share a breadcrumb.
        """
        sections = np.zeros(len(self.units), dtype=np.int64)
        for row, unit in enumerate(self.units):
            passage = self.passages[self.unit_passage[row]]
            if not passage.start <= unit.start < passage.end:
                sections[row] = -1 - row
            elif row and self._continues(row):
                sections[row] = sections[row - 1]
            else:
                sections[row] = row
        return sections

    def _continues(self, row: int) -> bool:
        before = self.passages[int(self.unit_passage[row - 1])]
        passage = self.passages[int(self.unit_passage[row])]
        same_section = before.breadcrumb == passage.breadcrumb
        is_text = before.start <= self.units[row - 1].start < before.end
        return is_text and same_section and before.document == passage.document


@lru_cache(maxsize=_KEPT_TOKEN_SETS)
def token_set(text: str) -> frozenset[str]:
    """The tokens of a text, each once."""
    return frozenset(tokens(text))


@lru_cache(maxsize=_KEPT_TOKEN_SETS)
def character_set(text: str) -> frozenset[str]:
    """The characters of a text, folded, each once."""
    return frozenset(fold(text))
