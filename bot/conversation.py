"""Conversations: what a question means in the light of the one before it."""

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass

from index.configuration import Term
from index.text import fold

# Conversations remembered at once, and how long a text of each is kept. A conversation that is
# not resumed among this many others has ended.
MAX_CONVERSATIONS = 10_000

_REFERS_BACK = re.compile(
    r"它|他们|她|那(?!些年)|这(?:个|些|里|样)?|该(?:项目|公司|企业|县|市|区|政策)|此|其中|上述|还有(?:呢|吗)|呢[？?]?$|"
    r"\b(?:it|its|they|them|their|those|these|that|there|what about|how about)\b"
)
_QUESTION_END = re.compile(r"(?<=[？?；;])")
_CLAUSE_END = re.compile(r"(?<=[，,])")
_ASKS = re.compile(
    r"多少|几|什么|哪|谁|吗|怎么|怎样|如何|何时|为什么|是否|有没有|能不能|可不可以|"
    r"\b(?:what|which|who|when|where|how|why|is|are|does|do|can)\b"
)
# A question shorter than this that names nothing known stands on the one before it.
_SHORT_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched.

    Attributes:
        text: the question, standing alone.
        resolved: whether words of an earlier question were taken in.
    """

    text: str
    resolved: bool


class FollowUps:
    """Decides whether a question stands alone, and what it takes from the one before."""

    def __init__(self, glossary: tuple[Term, ...]) -> None:
        names = {fold(name) for term in glossary for name in term.names}
        self._names = sorted(names, key=len, reverse=True)

    def understand(self, question: str, previous: str | None) -> Understood:
        """A question in the light of the previous one (as it was understood).

        A question that names its subject and does not refer back is left alone.
        """
        if previous is None or not self._stands_on_previous(question):
            return Understood(question, resolved=False)
        subject = self._subject(previous)
        known = fold(question)
        missing = [name for name in subject if fold(name) not in known]
        if not missing:
            return Understood(question, resolved=False)
        return Understood(" ".join([*missing, question]), resolved=True)

    def _stands_on_previous(self, question: str) -> bool:
        folded = fold(question)
        if _REFERS_BACK.search(folded):
            return True
        names_something = any(name in folded for name in self._names)
        return len(folded) < _SHORT_CHARACTERS and not names_something

    def _subject(self, question: str) -> list[str]:
        """The known names in a question, in its own words and order; else all of it."""
        rest = fold(question)
        found = []
        for name in self._names:
            if name in rest:
                found.append(name)
                rest = rest.replace(name, " ")
        folded = fold(question)
        return sorted(found, key=folded.index) or [question]


class Conversations:
    """The last understood question of each session. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: OrderedDict[str, str] = OrderedDict()

    def last(self, session: str | None) -> str | None:
        """The last question of a session, as it was understood."""
        with self._lock:
            return self._last.get(session) if session is not None else None

    def remember(self, session: str | None, understood: str) -> None:
        """Keep a question as the last of its session."""
        if session is None:
            return
        with self._lock:
            self._last[session] = understood
            self._last.move_to_end(session)
            if len(self._last) > MAX_CONVERSATIONS:
                self._last.popitem(last=False)

    def forget(self, session: str) -> None:
        """Drop a session."""
        with self._lock:
            self._last.pop(session, None)


def parts(question: str) -> list[str]:
    """The questions in a question: 有空调吗？多少钱？ asks two.

    Sentences part at question marks; clauses at commas where both sides ask something.
    """
    found: list[str] = []
    for sentence in _QUESTION_END.split(question):
        asking = ""
        for clause in _CLAUSE_END.split(sentence):
            if _ASKS.search(fold(asking)) and _ASKS.search(fold(clause)):
                found.append(asking)
                asking = ""
            asking += clause
        found.append(asking)
    stripped = [part.strip(" ，,；;") for part in found]
    return [part for part in stripped if any(character.isalnum() for character in part)]
