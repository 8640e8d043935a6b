import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import Status
from bot.answering.screening import (
    MAX_QUESTION_CHARACTERS,
    clean,
    holds_personal_data,
    screen,
)
from bot.language import Language
from index.configuration import Profile, Text

PROFILE = Profile(
    name=Text(zh="某市政策", en="policy"),
    place=Text(zh="某市", en="Somewhere"),
    greeting=Text(zh="您好，这里是某市。", en="Hello from Somewhere."),
    about=Text(zh="我只回答某市的问题。", en="I only answer about Somewhere."),
)
# Made up, with right check digits.
IDENTITY_CARD = "11010519491231002X"
BANK_CARD = "6222020200112233446"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  人才\t公寓 \n 有吗 ", "人才 公寓 有吗"),
        ("人才\x00公寓\x1b[31m", "人才 公寓 [31m"),
        ("a\u200bb\u202ec", "a b c"),
        ("😀", "😀"),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_control_characters_and_white_space_are_cleaned_away(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("text", ["", "？？？", "😀😀😀", "……", "+-*/"])
def test_what_asks_nothing_is_asked_back(text: str) -> None:
    screened = screen(text, Language.SIMPLIFIED, PROFILE)
    assert screened is not None
    assert screened.status is Status.CLARIFY
    assert screened.text


def test_the_longest_question_is_searched_and_a_longer_one_is_not() -> None:
    longest = "问" * MAX_QUESTION_CHARACTERS
    assert screen(longest, Language.SIMPLIFIED, PROFILE) is None
    screened = screen(longest + "问", Language.SIMPLIFIED, PROFILE)
    assert screened is not None
    assert screened.status is Status.CLARIFY
    assert str(MAX_QUESTION_CHARACTERS) in screened.text


@pytest.mark.parametrize(
    "text",
    [
        f"我的身份证是{IDENTITY_CARD}，能申请吗",
        f"身份证{IDENTITY_CARD.lower()}",
        f"卡号{BANK_CARD}",
        "卡号6222 0202 0011 2233 446",
        "我的电话13812345678",
        "call +86 138 1234 5678",
        "手机１３８１２３４５６７８",  # full width
        "问" * 1000 + "13812345678",  # however long the text
    ],
)
def test_personal_data_is_turned_away(text: str) -> None:
    assert holds_personal_data(text)
    screened = screen(text, Language.SIMPLIFIED, PROFILE)
    assert screened is not None
    assert screened.status is Status.PERSONAL_DATA
    assert not any(character.isdigit() for character in screened.text)


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021是什么",  # a wrong check character
        "6222020200112233445",  # a wrong check digit
        "12345热线",
        "2023年产值1420000万元",
        "电话0350-3330000",
        "文号忻政发〔2023〕12号",
        "138亿元和12345678户",
    ],
)
def test_other_numbers_are_no_personal_data(text: str) -> None:
    assert not holds_personal_data(text)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("你好", PROFILE.greeting.zh),
        ("您好！", PROFILE.greeting.zh),
        ("你能做什么？", PROFILE.about.zh),
        ("你是谁", PROFILE.about.zh),
    ],
)
def test_small_talk_is_answered_in_the_profiles_words(text: str, reply: str) -> None:
    screened = screen(text, Language.SIMPLIFIED, PROFILE)
    assert screened is not None
    assert (screened.status, screened.text) == (Status.SMALL_TALK, reply)


@pytest.mark.parametrize("text", ["谢谢", "非常感谢您！", "thanks", "再见", "bye"])
@pytest.mark.parametrize("profile", [PROFILE, None])
def test_small_talk_needs_no_profile(text: str, profile: Profile | None) -> None:
    screened = screen(text, Language.ENGLISH, profile)
    assert screened is not None
    assert screened.status is Status.SMALL_TALK
    assert screened.text.isascii()


@pytest.mark.parametrize(
    "text",
    ["你好，人才公寓有空调吗？", "谢谢，那补贴多少？", "hi, what is the card?", "帮助企业的政策"],
)
def test_a_question_with_a_greeting_is_a_question(text: str) -> None:
    assert screen(text, Language.SIMPLIFIED, PROFILE) is None


@pytest.mark.parametrize("language", list(Language))
def test_a_profile_may_write_braces(language: Language) -> None:
    profile = PROFILE.model_copy(update={"greeting": Text(zh="您好 {忻州}", en="Hi {there}")})
    screened = screen("你好", language, profile)
    assert screened is not None
    assert "{" in screened.text


@given(text=st.text(max_size=600), language=st.sampled_from(Language))
def test_any_text_can_be_screened(text: str, language: Language) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    screened = screen(cleaned, language, PROFILE)
    assert screened is None or screened.text
    holds_personal_data(text)
