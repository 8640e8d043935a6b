"""The figure that a question asks for, and the figure it takes for granted.

A figure leads an answer only where one fits: of the clause that speaks most of the question, in
the unit asked for. Where several fit, none leads, and the sentence speaks for itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.sentences import clauses, sentence_spans
from index.text import fold, is_single, tokens

_NUMBER = r"\d[\d,.]*(?:\s*(?:多|余)?(?:万|亿|千|百)+)?(?:多|余)?\s*"
_UNIT = (
    r"(?:%|元|吨|公斤|户|家|名|人|个|项|件|条|座|所|套|亩|平方公里|公里|千米|米|千瓦|小时|天|个工作日|工作日|年|倍|种|"
    r"届|批|级|岁)"
)
_FIGURE = re.compile(
    rf"(?:约|近|超过|突破|达到?|不少于|最多)?\s*(?P<number>{_NUMBER})(?P<unit>{_UNIT})(?:左右|以上|以内)?"
)
# In a question the unit may be left out behind 万 or 亿.
_CLAIMED = re.compile(rf"(?P<number>{_NUMBER})(?:(?P<unit>{_UNIT})|(?<=[万亿])(?![万亿元吨]))")
# A year is taken for granted where something happens in it; else it only says of when.
_CLAIMED_YEAR = re.compile(r"(?:19|20)\d\d年(?=[就会能]|建成|通车|开工|施行|实施|投产|开通|成立)")
_PERCENT_ASKED = re.compile(r"占.*多少|多少.*占|比例|比重|百分之几|百分之多少")
_MONEY_ASKED = re.compile(
    r"多少(?:个|百|千|万)*(?:亿|元|钱)|投资多少|产值.{0,6}多少|多少.{0,4}产值|税收.{0,6}多少|多少税"
)
_COUNT_ASKED = re.compile(r"(?:多少|几)(?:个|万|亿|多)?(?P<unit>[\u4e00-\u9fff])")
_ASKED = re.compile(r"多少|几[个家名人种项条户座所天年月]|多大|多长|多久|多快|多高")
_CLAIM_TAIL = re.compile(
    r"(?:吗|吧|么|对吗|对不对|是不是|对吧|没错吧)[？?。!！]*$|^(?:是不是|难道)"
)
_ALIKE = ("户家个", "名人位", "天日", "亩")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?= ?年)")
_NOT_A_FIGURE = re.compile(r"^(?:19|20)\d\d年$")
# The word after 多少 (and its counter) names what is counted, else the word just before it does:
# the clause must have it too.
_COUNTED_NOUN = re.compile(
    r"(?:多少|几)[个家户名人种项条座所套]?(?![元钱吨亩])([\u4e00-\u9fff]{2})"
)
_HEAD = re.compile(
    r"([\u4e00-\u9fff]{2}|[a-z]{2,})(?:分别|大概|一共|总共|现在|目前|到底|究竟|达到|做到|[是有为达共的了各])*\s*(?:多少|几)"
)
# A plan is no result: it leads only where a plan was asked for.
_PLAN = re.compile(r"预计|预期|可实现|计划|力争|目标|拟|将达|全部(?:完成|建成)|建成后|投产后")
# The best clause must speak of at least this share of the question's words.
_LEAST_OVERLAP = 0.2


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that a question takes for granted.

    Attributes:
        figure: the figure, as it stands in the question.
        open_question: the question with the figure left open.
    """

    figure: str
    open_question: str


def claim_in(question: str) -> Claim | None:
    """The figure a question takes for granted (2022年产值30亿元吧？); None where there is none."""
    is_asserted = _CLAIM_TAIL.search(question) or question.rstrip().endswith(("？", "?"))
    if not is_asserted or _ASKED.search(question):
        return None
    dated = _CLAIMED_YEAR.search(question)
    if dated and len(list(_CLAIMED.finditer(question))) == 1:
        left_open = f"{question[: dated.start()]}什么时候{question[dated.end() :]}"
        return Claim(dated.group(), _CLAIM_TAIL.sub("？", left_open))
    figures = [match for match in _CLAIMED.finditer(question) if match.group("unit") != "年"]
    if len(figures) != 1:
        return None
    match = figures[0]
    unit = match.group("unit") or ""
    left_open = f"{question[: match.start()]}多少{unit}{question[match.end() :]}"
    return Claim(match.group().strip(), _CLAIM_TAIL.sub("？", left_open).replace("，是？", "？"))


def same_figure(one: str, other: str) -> bool:
    """Whether two figures say the same number."""
    return _value(one) == _value(other)


def leading_figure(question: str, text: str) -> str | None:
    """The one figure of a text that a question asks for; None where none or several fit."""
    folded = fold(question)
    if not _ASKED.search(folded):
        return None
    fits = _fitting(folded)
    years = set(_YEAR.findall(folded))
    asked = {token for token in tokens(_YEAR.sub(" ", folded)) if not is_single(token)}
    best, best_overlap = None, _LEAST_OVERLAP * max(len(asked), 1)
    head = _COUNTED_NOUN.search(folded) or _HEAD.search(folded)
    for clause in _clauses(text, years, wants_plan=_PLAN.search(folded) is not None):
        if head and head.group(1) not in fold(clause):
            continue
        found = [match.group().strip() for match in _figures(clause) if fits(match.group("unit"))]
        overlap = len(asked & set(tokens(clause)))
        if not found or overlap < best_overlap:
            continue
        if overlap == best_overlap and best is not None:
            return None
        best, best_overlap = (found[0] if len(found) == 1 else None), overlap
        if best is None:
            return None
    return best


def _clauses(text: str, years: set[str], *, wants_plan: bool) -> Iterator[str]:
    """The clauses that may answer: of the years asked about, of plans only if wanted.

    A clause is of the last year named up to it in its sentence.
    """
    for start, end in sentence_spans(text):
        year: str | None = None
        for first, last in clauses(text, start, end):
            clause = text[first:last]
            named = _YEAR.findall(fold(clause))
            year = named[-1] if named else year
            is_of_years = not years or (year in years and set(named) <= years)
            if is_of_years and (wants_plan or not _PLAN.search(clause)):
                yield clause


def _figures(text: str) -> list[re.Match[str]]:
    matches = list(_FIGURE.finditer(text))
    return [match for match in matches if not _NOT_A_FIGURE.match(match.group().strip())]


def _fitting(question: str) -> Callable[[str], bool]:
    """Which units answer a question."""
    if _PERCENT_ASKED.search(question):
        return lambda unit: unit == "%"
    if _MONEY_ASKED.search(question):
        return lambda unit: unit == "元"
    counted = _COUNT_ASKED.search(question)
    if counted:
        first = counted.group("unit")
        alike = next((units for units in _ALIKE if first in units), first)
        if re.match(_UNIT, first):
            return lambda unit: unit[0] in alike or unit.endswith(first)
    return lambda unit: unit not in "年月日"


def _value(figure: str) -> float | None:
    match = re.search(r"(\d[\d,]*(?:\.\d+)?)\s*(?:多|余)?((?:万|亿|千|百)*)", figure)
    if match is None:
        return None
    value = float(match.group(1).replace(",", ""))
    for unit in match.group(2):
        value *= {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}[unit]
    return value
