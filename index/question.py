"""What a question asks for: its focus, the kind of answer, what it counts in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from index.text import fold, is_single, tokens

Floats = npt.NDArray[np.float64]

# A single character says less than a pair or a word.
_SINGLE_WEIGHT = 0.35
# So many characters on either side of the word that asks are near to it.
_NEAR_CHARACTERS = 8

# Words that ask but do not say what about: no part of the focus.
_ASKING_WORDS = (
    "是什么", "有哪些", "都有哪些", "是哪些", "哪些", "什么", "多少", "如何", "怎么办", "怎么",
    "怎样", "为什么", "是否", "能否", "可不可以", "吗", "呢", "请问", "有何", "何时", "哪里",
    "哪个", "哪家", "哪", "谁", "多长时间", "多久", "几个", "是多少", "分别是", "有什么", "怎么样",
    "是怎样", "是如何", "我想知道", "想问一下", "一下",
)  # fmt: skip
_ASKING = re.compile("|".join(sorted(_ASKING_WORDS, key=len, reverse=True)))
_ASKS = re.compile(r"什么|哪|多少|几|如何|怎么|怎样|为何|何时|何|谁|是否|多久|多长")
_MEASURE = re.compile(r"(?:多少|几)(?:万|亿|多|余)?([\u4e00-\u9fff]{1,2})")
_COUNT = r"(?:\d|[一二三四五六七八九十百千两])[\d.,]*\s*[万亿千百余多个]*"


class Asked(StrEnum):
    """The kind of answer a question asks for."""

    PHONE = "phone"
    MONEY = "money"
    DATE = "date"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "org"
    WHY = "why"
    HOW = "how"
    LIST = "list"
    WHAT = "what"
    OTHER = "other"


# In order of trial: the first whose words stand in the question wins.
_ASKED: tuple[tuple[Asked, re.Pattern[str]], ...] = tuple(
    (asked, re.compile(pattern))
    for asked, pattern in (
        (Asked.PHONE, r"电话|热线|号码|联系方式"),
        (
            Asked.MONEY,
            r"多少(?:万|亿)?元|多少钱|金额|额度|资金.*多少|多少.*资金|补[贴助].*(?:多少|标准)|标准是多少",
        ),
        (
            Asked.DATE,
            r"何时|什么时[候间]|哪[一]?[天日年月]|几[月日号]|时间是|日期|多久|多长时间|期限|截止|时限",
        ),
        (Asked.NUMBER, r"多少|几[个家名人种项类条点批次所座张]|比例|数量"),
        (Asked.PERSON, r"谁|何人|哪位"),
        (Asked.PLACE, r"哪里|何地|什么地方|哪个(?:省|市|区|县|国家|城市|医院)|地址|地点"),
        (
            Asked.ORGANISATION,
            r"哪(?:个|些|家|几个)?(?:部门|单位|机构|公司|企业|医院|银行)|由谁|什么部门",
        ),
        (Asked.WHY, r"为什么|为何|原因|目的"),
        (Asked.HOW, r"如何|怎么|怎样|方式|流程|渠道|途径|程序|步骤"),
        (
            Asked.LIST,
            r"哪些|包括|哪几|有什么|内容|措施|要求|规定|政策|条件|举措|优惠",
        ),
        (Asked.WHAT, r"什么|何"),
    )
)
_ANSWERS: dict[Asked, re.Pattern[str]] = {
    asked: re.compile(pattern)
    for asked, pattern in {
        Asked.PHONE: r"\d{3,4}[-—－]\d{7,8}|1\d{10}|\d{5,8}(?!\d|元|万|年)",
        Asked.MONEY: r"\d[\d.,]*\s*(?:万|亿|千|百|余|多)*元|\d[\d.]*\s*[%％]|百分之",
        Asked.DATE: r"\d+年|\d+月|\d+日|\d+[个]?工作日|\d+[天周小]|[一二三四五六七八九十]+[日天]"
        r"|期间|结束|之前|以前|即日起|年底|月底|[当次]日",
        Asked.NUMBER: r"\d|百分之"
        r"|[一二三四五六七八九十百千万亿两]+(?:个|家|名|人|种|项|类|条|点|批|次|所|张|倍|成|元)",
        Asked.PERSON: r"书记|主任|局长|市长|省长|部长|记者|院长|主席|同志|教授|先生|女士|总理"
        r"|负责人|厅长|委员",
        Asked.PLACE: r"[省市区县镇路街号村]|医院|大厅|中心",
        Asked.ORGANISATION: r"部|局|委|厅|院|公司|银行|中心|办公室|办|会|集团|所|政府",
        Asked.WHY: r"为了|为|由于|因为|因|以便|确保|旨在|从而|导致",
        Asked.HOW: r"通过|可以|可|应|登录|拨打|采取|按照|要|须|需|向|申请|办理|网上|实行|进行",
        Asked.LIST: r"一是|二是|三是|（[一二三四]）|\([一二三]\)|[1-9][.、．]|、.{1,15}、|；",
    }.items()
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    Attributes:
        folded: the question, folded.
        tokens: what it asks about, without the words that merely ask, each token once.
        weights: how much each token tells (inverse document frequency); float64 of shape
            (tokens,).
        near: 1 for tokens next to the word that asks; float64 of shape (tokens,).
        asked: the kind of answer.
        measure: the word that follows 多少 or 几.
    """

    folded: str
    tokens: tuple[str, ...]
    weights: Floats
    near: Floats
    asked: Asked
    measure: str | None

    @property
    def mass(self) -> float:
        """The weight of all tokens together."""
        return float(self.weights.sum()) or 1.0


def analyse(text: str, idf: Callable[[str], float]) -> Question:
    """Take a question apart.

    Args:
        text: the question.
        idf: the inverse document frequency of a token among the passages.
    """
    folded = fold(text)
    focus = tuple(dict.fromkeys(focus_tokens(text)))
    weights = [idf(token) * (_SINGLE_WEIGHT if is_single(token) else 1.0) for token in focus]
    near = _near_tokens(folded)
    measure = _MEASURE.search(folded)
    return Question(
        folded=folded,
        tokens=focus,
        weights=np.array(weights, dtype=np.float64),
        near=np.array([token in near for token in focus], dtype=np.float64),
        asked=asked_for(folded),
        measure=measure.group(1) if measure else None,
    )


def focus_tokens(text: str) -> list[str]:
    """The tokens of a question without the words that merely ask."""
    return tokens(_ASKING.sub(" ", fold(text)))


def asked_for(text: str) -> Asked:
    """The kind of answer a question asks for."""
    return next((asked for asked, pattern in _ASKED if pattern.search(text)), Asked.OTHER)


def looks_answered(asked: Asked, text: str) -> bool | None:
    """Whether a text holds anything of the kind asked for; None where any text may."""
    pattern = _ANSWERS.get(asked)
    return bool(pattern.search(text)) if pattern else None


def counts_in(measure: str | None, text: str) -> float:
    """How well a text counts in a measure: 1.5 by two characters, 1 by one, 0 not at all."""
    for length in (2, 1):
        fits = measure is not None and len(measure) >= length
        if fits and re.search(_COUNT + re.escape((measure or "")[:length]), text):
            return length / 2 + 0.5
    return 0.0


def _near_tokens(folded: str) -> frozenset[str]:
    match = _ASKS.search(folded)
    if match is None:
        return frozenset()
    before = folded[max(0, match.start() - _NEAR_CHARACTERS) : match.start()]
    after = folded[match.end() : match.end() + _NEAR_CHARACTERS]
    return frozenset(tokens(before)) | frozenset(tokens(after))
