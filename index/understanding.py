"""What a question's words mean: typing errors mended, other names for the same thing added."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.configuration import Term
from index.homophones import Mender
from index.lexical import LexicalIndex
from index.text import fold, tokens


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched.

    Attributes:
        text: the question, folded where it was mended.
        synonyms: other names, found in the documents, of the things the question names.
        is_mended: whether typing errors were mended.
    """

    text: str
    synonyms: tuple[str, ...] = ()
    is_mended: bool = False


class Understanding:
    """Reads questions with one snapshot's glossary and vocabulary."""

    def __init__(self, glossary: Iterable[Term], lexical: LexicalIndex) -> None:
        self._lexical = lexical
        self._terms: dict[str, Term] = {}
        for term in glossary:
            for name in term.names:
                self._terms.setdefault(fold(name), term)
        longest_first = sorted(self._terms, key=len, reverse=True)
        names = (
            rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
            for name in longest_first
        )
        self._pattern = re.compile("|".join(names)) if self._terms else None
        self._mender = Mender(self._terms, lambda pair: lexical.frequency(pair) > 0)

    def read(self, question: str) -> Query:
        """Read a question."""
        folded = fold(question)
        mended = self._mender.mend(folded)
        is_mended = mended != folded
        return Query(
            text=mended if is_mended else question,
            synonyms=self._synonyms(mended),
            is_mended=is_mended,
        )

    def terms(self, text: str) -> list[Term]:
        """The glossary terms a text names, in its order, the longest name at each place."""
        if self._pattern is None:
            return []
        return [self._terms[match.group()] for match in self._pattern.finditer(fold(text))]

    def _synonyms(self, folded: str) -> tuple[str, ...]:
        """For each thing named, its other names that the documents use."""
        found = (
            name
            for term in self.terms(folded)
            for name in term.names
            if fold(name) not in folded and self._is_used(name)
        )
        return tuple(dict.fromkeys(found))

    def _is_used(self, name: str) -> bool:
        """Whether all tokens of a name stand in the documents."""
        return all(self._lexical.frequency(token) for token in tokens(name))
