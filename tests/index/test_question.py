"""A question is taken apart: what it asks about, and for what."""

import pytest

from index.question import Asked, analyse, asked_for, counts_in, focus_tokens, looks_answered


def weightless(_: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("咨询电话是多少？", Asked.PHONE),
        ("补贴多少元？", Asked.MONEY),
        ("什么时候截止？", Asked.DATE),
        ("定襄有多少家锻造企业？", Asked.NUMBER),
        ("谁负责审批？", Asked.PERSON),
        ("在哪里办理？", Asked.PLACE),
        ("由哪个部门受理？", Asked.ORGANISATION),
        ("为什么要登记？", Asked.WHY),
        ("如何申请人才公寓？", Asked.HOW),
        ("有哪些优惠？", Asked.LIST),
        ("人才公寓", Asked.OTHER),
    ],
)
def test_the_kind_of_answer_is_told_by_the_words_that_ask(question: str, asked: Asked):
    assert asked_for(question) is asked


def test_words_that_merely_ask_are_no_part_of_the_focus():
    assert "什么" not in focus_tokens("人才公寓是什么")
    assert "公寓" in focus_tokens("人才公寓是什么")


def test_traditional_and_simplified_questions_are_the_same():
    one, other = (analyse(text, weightless) for text in ("人才公寓有幾個？", "人才公寓有几个？"))
    assert (one.tokens, one.asked, one.measure) == (other.tokens, other.asked, other.measure)


def test_a_single_character_weighs_less_than_a_pair():
    question = analyse("公寓", weightless)
    weights = dict(zip(question.tokens, question.weights, strict=True))
    assert weights["1公"] < weights["公寓"]


def test_tokens_beside_the_asking_word_are_near():
    question = analyse("市政府办公室在上一年度共发放补贴多少元", weightless)
    near = dict(zip(question.tokens, question.near, strict=True))
    assert near["补贴"] == 1
    assert near["政府"] == 0


@pytest.mark.parametrize(
    ("asked", "text", "answered"),
    [
        (Asked.PHONE, "请拨打0350-3039999", True),
        (Asked.MONEY, "每人每月补助2000元", True),
        (Asked.MONEY, "请到窗口办理", False),
        (Asked.DATE, "于2023年5月1日起施行", True),
        (Asked.OTHER, "任何文字", None),
    ],
)
def test_a_text_looks_answered_where_the_kind_stands_in_it(
    asked: Asked, text: str, answered: bool | None
):
    assert looks_answered(asked, text) is answered


def test_a_text_may_count_in_what_was_asked():
    measure = analyse("有多少家企业？", weightless).measure
    assert counts_in(measure, "锻造企业302家") > 0
    assert counts_in(measure, "锻造企业很多") == 0
    assert counts_in(None, "302家") == 0


@pytest.mark.parametrize("odd", ["", "？", "。。。", "a", "'; DROP TABLE x;--", "<b>x</b>", "\0"])
def test_odd_questions_are_taken_apart_all_the_same(odd: str):
    question = analyse(odd, weightless)
    assert len(question.tokens) == len(question.weights) == len(question.near)
    assert question.mass > 0
