"""What a question's words mean: typing errors mended, other names for the same thing added."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.configuration import Term
from index.homophones import Mender
from index.lexical import LexicalIndex
from index.question import focus_tokens
from index.text import fold, is_single, name_pattern, tokens

# What people write around a question, and how they write it by ear: neither says what is asked.
_POLITE = re.compile(
    r"^(?:(?:你|您)好|请问(?:一下)?|想?(?:请)?问(?:一?下)|我?想(?:问|了解|知道)(?:一?下)?|麻烦(?:问|您)(?:一?下)?"
    r"|hi|hello|hey|excuse me|please)[\s，,、。!！]*"
    r"|[\s，,。!！]*(?:谢谢|多谢|感谢|thanks|thank you)(?:你|您|啦|了)?[。!！.]*$",
    re.IGNORECASE,
)
# Words of any question that say nothing of its subject.
_AROUND = re.compile(
    r"听说|不是说|是不是说|对吧|是吗|每年|以后|之后|现在|目前|如今|今年|去年|一共|总共|到底|大概|大约|可以|能不能|能够|需要|应该|还是|已经|具体|分别|其中|"
    r"的时候|时候|有没有|是不是|会不会|[的了吗呢吧呀啊嘛得地着过能会要想给到在是有和与或及把被让从对向为就都还也又再才]"
    r"|\b(?:what|which|who|when|where|why|how|is|are|was|were|do|does|did|can|could|may|will|would|has|have|"
    r"had|the|an?|of|in|on|at|for|to|from|by|with|and|or|i|we|you|there|it|that|this|any|many|much)\b"
)
_COLLOQUIAL: tuple[tuple[str, str], ...] = (
    ("啥时候", "什么时候"), ("为啥", "为什么"), ("干啥", "做什么"), ("啥", "什么"),
    ("咋样", "怎么样"), ("咋", "怎么"), ("有那些", "有哪些"),
    ("哪儿", "哪里"), ("咱们", ""), ("咱", ""), ("来着", ""), ("呀", ""), ("滴", "的"),
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Mention:
    """A glossary term named in a text.

    Attributes:
        term: the term.
        start: offset of the first character in the folded text.
        end: offset after the last character in the folded text.
    """

    term: Term
    start: int
    end: int


class Understanding:
    """Reads questions with one snapshot's glossary and vocabulary."""

    def __init__(self, glossary: Iterable[Term], lexical: LexicalIndex) -> None:
        self._lexical = lexical
        self._terms: dict[str, Term] = {}
        for term in glossary:
            for name in term.names:
                self._terms.setdefault(fold(name), term)
        longest_first = sorted(self._terms, key=len, reverse=True)
        names = map(name_pattern, longest_first)
        self._pattern = re.compile("|".join(names)) if self._terms else None
        self._mender = Mender(self._terms, lambda pair: lexical.frequency(pair) > 0)

    def read(self, question: str) -> Query:
        """Read a question."""
        plain = plainly(question)
        folded = fold(plain)
        mended = self._mender.mend(folded)
        is_mended = mended != folded
        return Query(
            text=mended if is_mended else plain,
            synonyms=self._synonyms(mended),
            is_mended=is_mended,
        )

    def mentions(self, text: str) -> list[Mention]:
        """The glossary terms a text names, in its order, the longest name at each place."""
        if self._pattern is None:
            return []
        return [
            Mention(self._terms[match.group()], match.start(), match.end())
            for match in self._pattern.finditer(fold(text))
        ]

    def is_known(self, text: str) -> bool:
        """Whether all tokens of a text stand in the documents."""
        return all(self._lexical.frequency(token) for token in tokens(text))

    def share_known(self, text: str) -> float:
        """The share of a text's words and pairs that stand in the documents; 1 without any."""
        found = [token for token in tokens(text) if not is_single(token)] or tokens(text)
        known = sum(self._lexical.frequency(token) > 0 for token in found)
        return known / len(found) if found else 1.0

    def unknown_words(self, text: str) -> list[str]:
        """Words of a question that stand in no document: it may be about something else.

        Asking words and glossary terms aside; of a run of Chinese characters, the pairs.
        """
        rest = fold(text)
        for mention in reversed(self.mentions(rest)):
            rest = f"{rest[: mention.start]} {rest[mention.end :]}"
        words = [token for token in focus_tokens(_AROUND.sub(" ", rest)) if not is_single(token)]
        return [word for word in words if not self._lexical.frequency(word)]

    def _synonyms(self, folded: str) -> tuple[str, ...]:
        """For each thing named, its other names that the documents use."""
        found = (
            name
            for mention in self.mentions(folded)
            for name in mention.term.names
            if fold(name) not in folded and self.is_known(name)
        )
        return tuple(dict.fromkeys(found))


def plainly(question: str) -> str:
    """A question without courtesies, its colloquial words as they are written."""
    plain = question
    while (shorter := _POLITE.sub("", plain)) != plain:
        plain = shorter
    for spoken, written in _COLLOQUIAL:
        plain = plain.replace(spoken, written)
    return plain if any(character.isalnum() for character in plain) else question
