"""Conversations: what a question means in the light of the one before it.

A question that names its own subject and refers to nothing is left alone. Otherwise it takes from
the question before it, in one of three ways:

- **replacement** (那二期三期呢？ what about phase two?): the previous question, with what is named
  now in the place of what was named there of the same kind;
- **reference** (它在哪个县？ where is it?): the pronoun gives way to the previous subject;
- **ellipsis** (一个月多少钱？): the previous subject goes before the question.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from index.places import Gazetteer
from index.text import fold, has_han
from index.understanding import Understanding

# Conversations remembered at once. One that is not resumed among this many others has ended.
MAX_CONVERSATIONS = 10_000

# Kinds of glossary terms that are asked about something else: alone they are no subject.
_ATTRIBUTE = "attribute"
_ASKING = "asking"
_PLACE = "place"
_NO_THINGS = frozenset({_PLACE, _ATTRIBUTE, _ASKING})

_WHAT_ABOUT = re.compile(
    r"^(?:那么?|还有|至于|and|so|then)?[，, ]*(?P<named>.+?)(?:又|的)?(?:怎么样)?呢[？?。!！]*$|"
    r"^(?:and |so |then )?(?:what|how) about (?P<about>.+?)\??$|"
    r"^and (?P<also>(?!what|how|who|where|when|which|why|is|are|do|does|can).+?)\??$"
)
# 神池呢，请的是谁？ names its subject first.
_INTRODUCED = re.compile(r"^(?:那么?)?(?P<named>[^，,？?]{1,12})呢[，,](?P<rest>.{2,})$")
# 那 before a whole question only joins it to what was said.
_JOINING = re.compile(r"^(?:那么?|so|and|then)(?![个家些里边儿种项])[，, ]*")
_PRONOUN = re.compile(
    r"其中(?:的)?|它们?(?:的)?|他们?(?:的)?|她们?(?:的)?|"
    r"(?:这|那|该)(?:个|家|些|里|边|儿|种|项)"
    r"(?:项目|公司|企业|县|市|区|地方|政策|文件|办法|条例|产业)?(?:的)?|"
    r"(?:这|那|该)(?:项目|公司|企业|县|市|区|地方|政策|文件|办法|条例|产业)(?:的)?|"
    r"\bof (?:them|those|these)\b|\b(?:its?|they|them|their|those|these|he|she|his|her)\b|"
    r"\b(?:that|this)(?=[?.]|$)|\b(?:that|this) (?:one|company|project|policy|place|county)\b|"
    r"\bthere(?=[?.]|$)"
)
# Words that look like a pronoun and refer to nothing.
_NO_PRONOUN = re.compile(
    r"其他|其它|他人|吉他|其实|"
    r"\b(?:is|was) it (?:possible|true|necessary|allowed|hard|easy)\b|"
    r"\b(?:does|did|will|would) it (?:take|cost)\b|\bit (?:is|was) (?:possible|true|necessary)\b"
)
# What a follow-up may replace in the question before it, besides glossary terms and places.
_SLOTS = {
    "phase": re.compile(
        r"(?:第?[一二三四五六七八九十\d]{1,2}[、和及与]?)+期"
        r"(?:[、和及与]?[一二三四五六七八九十\d]{1,2}期)*|"
        r"\bphases? \w+(?: and (?:phase )?\w+)*"
    ),
    "year": re.compile(r"(?:19|20)\d\d年?(?:上半年|下半年|全年)?|今年|去年|上半年|下半年"),
    "level": re.compile(r"国家级|省级|市级|县级|\b(?:national|provincial|municipal)\b"),
}
# Words that ask, count or join, and name nothing.
_FUNCTION_WORDS = re.compile(
    r"多少|什么时候|的时候|还有|每人|每个|每家|每年|一次性|首个|时候|什么|名字|名称|里面|这里|那里|都是|全部|哪天|哪年|哪些|怎么样|怎么|怎样|如何|为什么|哪个|哪里|哪儿|哪|谁|何时|几|是否|有没有|"
    r"能不能|可不可以|可以|能|会|要|需要|是|有|在|的|了|吗|呢|吧|啊|和|与|或|及|请问|一共|总共|大概|"
    r"现在|目前|具体|分别|都|还|也|给|到|多大|多长|多久|多高|多远|[\d一二三四五六七八九十两]+"
    r"[个名户家亿万元人年月日天次平方米]*|"
    r"\b(?:what|which|who|whom|whose|when|where|why|how|much|many|long|often|is|are|was|were|do|does|"
    r"did|can|could|may|might|will|would|should|must|the|a|an|of|in|on|at|for|to|from|by|with|and|or|"
    r"i|we|you|one|get|have|has|be|per|month|year|cost|there|any|about)\b|[\W_]+"
)


_MOST_OPEN_WORDS = 7
# 启动上市 stands in no document, but two of its three pairs do.
_MOSTLY_KNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched.

    Attributes:
        text: the question, standing alone.
        is_changed: whether it differs from what was asked.
        is_open: whether it refers to something that was never named.
        fallback: what to search when `text` finds nothing: only what is named now.
    """

    text: str
    is_changed: bool = False
    is_open: bool = False
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """Something a question names: its kind, and the words (folded)."""

    kind: str
    text: str
    start: int


class FollowUps:
    """Decides whether a question stands alone, and what it takes from the one before."""

    def __init__(self, understanding: Understanding, gazetteer: Gazetteer) -> None:
        self._understanding = understanding
        self._gazetteer = gazetteer

    def understand(self, question: str, previous: str | None) -> Understood:
        """A question in the light of the previous one (as it was understood)."""
        folded = fold(question)
        introduced = _INTRODUCED.match(folded)
        if introduced and previous is not None:
            return Understood(_joined(introduced["named"], introduced["rest"]), is_changed=True)
        about = _WHAT_ABOUT.match(folded)
        if about:
            named = next(text for text in about.groups() if text)
            if previous is None:
                return Understood(question, is_open=not list(self._named(named)))
            text = self._replaced(fold(previous), named)
            return Understood(text, is_changed=True, fallback=named)
        folded = _JOINING.sub("", folded)
        pronoun = _pronoun(folded)
        subjects = self._subjects(folded)
        if pronoun and any(subject.start < pronoun.start() for subject in subjects):
            return Understood(question)
        if not pronoun and (subjects or not self._is_elliptic(folded)):
            return Understood(question)
        subject = self._subject(fold(previous)) if previous is not None else None
        if subject is None:
            refers_to_nothing = previous is None and pronoun is not None and not subjects
            # A long English sentence names what its pronoun stands for.
            refers_to_nothing &= has_han(folded) or len(folded.split()) <= _MOST_OPEN_WORDS
            return Understood(question, is_open=refers_to_nothing)
        if subject in folded:
            return Understood(question)
        if pronoun and not subjects:
            start, end = pronoun.span()
            return Understood(_joined(folded[:start], subject, folded[end:]), is_changed=True)
        return Understood(_joined(subject, folded), is_changed=True)

    def _is_elliptic(self, folded: str) -> bool:
        """Whether a text without a subject only asks for an attribute of one.

        What is left without asking words and attributes must be nothing, or (in Chinese) words
        that the documents use: 面积多大 asks about something, 天气怎么样 is about the weather.
        """
        rest = folded
        for item in self._named(folded):
            rest = rest.replace(item.text, " ")
        words = [word for word in _FUNCTION_WORDS.split(rest) if word]
        if not has_han(folded):
            return not words
        return all(self._understanding.share_known(word) >= _MOSTLY_KNOWN for word in words)

    def _replaced(self, before: str, named: str) -> str:
        """The previous question with what is named now in the place of its like."""
        now = list(self._named(named))
        replaced = before
        for kind in dict.fromkeys(item.kind for item in now):
            new = [item.text for item in now if item.kind == kind]
            old = [item for item in self._named(before) if item.kind == kind]
            if old:
                replaced = replaced.replace(old[0].text, "".join(new), 1)
                for item in old[1:]:
                    replaced = replaced.replace(item.text, "", 1)
                named = ""
        return _joined(named, replaced)

    def _subject(self, before: str) -> str | None:
        """The subject of the previous question: its places and its first other thing."""
        subjects = self._subjects(before)
        places = [item for item in subjects if item.kind == _PLACE]
        things = [item for item in subjects if item.kind != _PLACE][:1]
        chosen = sorted([*places, *things], key=lambda item: item.start)
        return _joined(*(item.text for item in chosen)) if chosen else None

    def _subjects(self, folded: str) -> list[_Named]:
        return [
            item for item in self._named(folded) if item.kind not in {*_SLOTS, _ATTRIBUTE, _ASKING}
        ]

    def _named(self, folded: str) -> Iterator[_Named]:
        """What a folded text names, in no order: terms, places, phases, years, levels."""
        taken: set[int] = set()
        for mention in self._understanding.mentions(folded):
            span = range(mention.start, mention.end)
            taken.update(span)
            kind = mention.term.kind if mention.term.kind in _NO_THINGS else "thing"
            yield _Named(kind, folded[mention.start : mention.end], mention.start)
        for place in self._gazetteer.places(folded):
            if taken.isdisjoint(range(place.start, place.end)):
                yield _Named(_PLACE, folded[place.start : place.end], place.start)
        for kind, pattern in _SLOTS.items():
            for match in pattern.finditer(folded):
                yield _Named(kind, match.group(), match.start())


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


def _pronoun(folded: str) -> re.Match[str] | None:
    blocked = {i for match in _NO_PRONOUN.finditer(folded) for i in range(*match.span())}
    matches = (match for match in _PRONOUN.finditer(folded) if match.start() not in blocked)
    return next(matches, None)


def _joined(*parts: str) -> str:
    """Parts of a question put together: Chinese without, English with spaces between."""
    text = ""
    for part in (part.strip(" ，,") for part in parts):
        glue = " " if text and part and text[-1].isascii() and part[0].isascii() else ""
        text += glue + part
    return text
