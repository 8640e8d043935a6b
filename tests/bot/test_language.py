import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import Language, detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("人才服务卡可以享受什么？", Language.SIMPLIFIED),
        ("人才服務卡可以享受什麼？", Language.TRADITIONAL),
        ("What does the card offer?", Language.ENGLISH),
        ("GDP是多少", Language.SIMPLIFIED),
        ("忻州有什么 investment 政策", Language.SIMPLIFIED),
        ("我在台湾工作，可以申请吗", Language.SIMPLIFIED),
        ("在臺灣工作可以申請嗎", Language.TRADITIONAL),
        ("人才", Language.SIMPLIFIED),  # the same in both scripts
    ],
)
def test_the_language_of_a_text_is_seen(text: str, language: Language) -> None:
    assert detect_language(text) is language


@pytest.mark.parametrize("text", ["", "2023?", "😀😀", "！？"])
@pytest.mark.parametrize("default", list(Language))
def test_a_text_without_letters_takes_the_default(text: str, default: Language) -> None:
    assert detect_language(text, default) is default


@given(st.text(max_size=100))
def test_every_text_has_a_language(text: str) -> None:
    assert detect_language(text) in Language
