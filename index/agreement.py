"""Whether a quote speaks of what the question names: things, attributes, places, years, kinds.

A quote may look like an answer and be about something else: another year, another project, the
furniture where the rent was asked. About money and eligibility a wrong answer is worse than none,
so what the question names must stand where the quote stands.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from index.evidence import Quote
from index.places import Gazetteer
from index.question import Asked, asked_for, counts_in, looks_answered
from index.text import fold, name_pattern
from index.understanding import Mention, Understanding

# These kinds of answer have a form that can be told: without it there is no answer.
_FORMED = frozenset({Asked.MONEY, Asked.PHONE, Asked.NUMBER, Asked.DATE})
_ATTRIBUTE = "attribute"
_PLACE = "place"
_ASKING = "asking"
_FEW_PLACES = 2
# 人才政策 is spoken of where 人才 and 政策 are: two of its three pairs.
_MOST_PAIRS = 0.6
# Counters that may stand for each other, and units that may not.
_COUNTERS = ("名人位", "家户个", "套间", "项个件", "天日", "条个", "所家个", "块元")
# Which day was it (几月几号), not how many.
_CALENDAR = frozenset("月号日")
_WORKING_DAYS = re.compile(r"\d+\s*个?工作日")
_UNITS = frozenset("年月周岁级吨亩米度倍届期批次张")
_COUNTED = re.compile(
    r"(?:多少|(?<!哪)几)(?:万|亿|多|余|来)?"
    r"(?![啊呀呢吗嘛吧了的在是能可就钱])([\u4e00-\u9fff])([\u4e00-\u9fff]?)"
)
_MONEY = re.compile(
    r"(?:多少|几)(?:个|十|百|千|万|亿)*(?:元|钱|块)|(?:多少|几)(?:个|十|百|千|万)*亿"
    r"|投资多少|产值.*多少"
)
_MONEY_FOUND = re.compile(r"\d[\d.,]*\s*(?:余|多)?(?:万|亿|千|百)*元|\byuan\b")
_ENGLISH_COUNT = re.compile(
    r"\bhow (?:many|much|far|large|big|fast)\b|\bwhat (?:share|price)\b|\b(?:price|cost) of\b"
)
_DIGIT = re.compile(r"\d")
# When something was said or done is no count of it.
_DATE = re.compile(
    r"[（(][^（()）]*(?:19|20)\d\d[^（()）]*[）)]|(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?"
    r"|\d{1,2}月\d{1,2}日|\b(?:on |in )?(?:\d{1,2} )?(?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december)(?: (?:19|20)\d\d)?"
    r"|\b(?:in|by|of) (?:19|20)\d\d\b"
)
_CLAUSE = re.compile(r"第[一二三四五六七八九十百\d]+[条章节款]")
_REPORT = re.compile(r"报道|日报|发布会|发布的|\breport")
_LISTED = re.compile(
    r"(?:哪|全部|所有)\s*(\d{1,2})\s*[个家种项条类]|(\d{1,2})[个家种项条类].{0,8}(?:分别|名字|列出|名单)"
)
_DOCUMENT_TYPES = ("条例", "办法", "细则", "实施方案", "若干政策", "暂行规定")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\s*年|\b|上半年|下半年)")


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names.

    Attributes:
        things: glossary terms that are no place and no attribute.
        attributes: glossary terms for what is asked about a thing.
        places: the glossary's places within the home place, the home itself left out.
        years: the years it names.
        clauses: the clauses (第三条) and kinds of document (条例) it names.
        home: the names of the home place in it.
        list_length: how many things it wants listed by name; 0 where it does not say.
        question: the question, folded.
        asked: the kind of answer it asks for.
    """

    things: tuple[Mention, ...]
    attributes: tuple[Mention, ...]
    places: tuple[Mention, ...]
    years: frozenset[str]
    clauses: frozenset[str]
    home: frozenset[str]
    list_length: int
    question: str
    asked: Asked

    @property
    def report_years(self) -> frozenset[int]:
        """The years of reports that it asks about (2023年10月报道的…)."""
        years = self.years if _REPORT.search(self.question) else ()
        return frozenset(int(year) for year in years)


def named(question: str, understanding: Understanding, gazetteer: Gazetteer) -> Named:
    """What a question names."""
    mentions = understanding.mentions(question)
    folded = fold(question)
    return Named(
        things=tuple(m for m in mentions if m.term.kind not in (_ATTRIBUTE, _PLACE, _ASKING)),
        attributes=tuple(m for m in mentions if m.term.kind == _ATTRIBUTE),
        places=tuple(
            m for m in mentions if m.term.kind == _PLACE and gazetteer.is_within(m.term.term)
        ),
        years=frozenset(_YEAR.findall(folded)),
        clauses=frozenset(_CLAUSE.findall(folded))
        | {name for name in _DOCUMENT_TYPES if name in folded},
        home=frozenset(
            folded[place.start : place.end]
            for place in gazetteer.places(question)
            if place.is_home and not place.is_within
        ),
        list_length=_list_length(folded),
        question=folded,
        asked=asked_for(folded),
    )


def agrees(quote: Quote, asked: Named, places: tuple[str, ...], published: date | None) -> bool:
    """Whether a quote speaks of all that the question names.

    Args:
        quote: the quote.
        asked: what the question names.
        places: the places its document is about.
        published: when its document was published.
    """
    around = fold("\n".join((*quote.passage.breadcrumb, quote.passage.text)))
    return (
        all(_names(around, mention) for mention in asked.things)
        and all(_names(around, mention) for mention in asked.attributes)
        and all(_speaks_of(place, around, places) for place in asked.places)
        and all(_is_of(year, quote.text, published, asked.question) for year in asked.years)
        and all(clause in around for clause in asked.clauses)
        and not any(f"不是{place}" in quote.text for place in asked.home)
        and quote.text.count("、") >= asked.list_length - 1
        and _has_form(quote.text, asked)
    )


def attributes_left_out(quote: Quote, asked: Named) -> int:
    """How many of the attributes asked for stand only around a quote, not in its own words."""
    text = fold(quote.text)
    return sum(not _names(text, mention) for mention in asked.attributes)


def _names(text: str, mention: Mention) -> bool:
    """Whether a folded text names a term, by any of its names."""
    return any(_has_name(text, name) for name in mention.term.names)


def _has_name(text: str, name: str) -> bool:
    folded = fold(name)
    if folded.isascii():
        return re.search(name_pattern(folded), text) is not None
    if folded in text:
        return True
    # A name may be put in other words (定襄全县法兰): most of its pairs must be there.
    pairs = [first + second for first, second in pairwise(folded)]
    present = sum(pair in text for pair in pairs)
    return len(pairs) > 1 and present >= _MOST_PAIRS * len(pairs)


def _list_length(question: str) -> int:
    match = _LISTED.search(question)
    return int(match.group(1) or match.group(2)) if match else 0


def _speaks_of(place: Mention, text: str, places: tuple[str, ...]) -> bool:
    # A report that names ten counties is about none of them.
    is_about = place.term.term in places and len(places) <= _FEW_PLACES
    return is_about or _names(text, place)


def _is_of(year: str, text: str, published: date | None, question: str) -> bool:
    """Whether a text is of a year: it names it, or was published in it and names no other.

    A question about a report of a year (2023年报道的…) asks for one published in it.
    """
    years = set(_YEAR.findall(fold(text)))
    was_published = published is not None and str(published.year) == year
    about_report = _REPORT.search(question) is not None
    return year in years or (was_published and (about_report or not years))


def _has_form(text: str, asked: Named) -> bool:
    """Whether a text has what the kind of answer needs."""
    folded = fold(text)
    undated = _DATE.sub(" ", folded)
    if _ENGLISH_COUNT.search(asked.question) and not _DIGIT.search(undated):
        return False
    if _MONEY.search(asked.question) and not _MONEY_FOUND.search(folded):
        return False
    if asked.asked in _FORMED and looks_answered(asked.asked, text) is False:
        return False
    counted = _COUNTED.search(asked.question)
    if counted is None or (asked.asked is Asked.DATE and counted.group(1) in _CALENDAR):
        return True
    return _counts(counted.group(1), counted.group(2), folded, undated)


def _counts(first: str, second: str, text: str, undated: str) -> bool:
    """Whether a text counts in a counter (多少名, 几年) or names what is counted (多少员工)."""
    alike = [counters for counters in _COUNTERS if first in counters]
    if first in "天日" and _WORKING_DAYS.search(undated):
        return True
    if alike:
        return any(counts_in(counter, undated) for counters in alike for counter in counters)
    if first in _UNITS:
        return counts_in(first, undated) > 0
    return counts_in(first, undated) > 0 or first + second in text
