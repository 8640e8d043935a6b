import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import fold, has_han, to_simplified, to_traditional, tokens

# What documents and questions are made of: Chinese in both scripts, Latin, digits, full-width
# forms, punctuation and white space.
TEXTS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
        st.sampled_from("。！？；，、：“”（）《》\n\t\u3000 .!?人才公寓發臺灣"),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ人才服務卡", "abc人才服务卡"),
        ("abc人才服务卡", "abc人才服务卡"),
        ("１２３％", "123%"),
        ("人才（公寓）：有？", "人才(公寓):有?"),
        ("臺灣", "台湾"),
        ("", ""),
    ],
)
def test_texts_that_differ_in_form_only_fold_to_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人才公", ["1人", "1才", "1公", "人才", "才公"]),
        ("县", ["1县"]),
        ("占44%。", ["1占", "44"]),
        ("3.5亿", ["3.5", "1亿"]),
        ("Talent Cards", ["talent", "cards"]),
        ("法，兰", ["1法", "1兰"]),
        ("？！…… ", []),
    ],
)
def test_tokens_are_characters_pairs_words_and_numbers(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(TEXTS)
def test_tokens_of_a_folded_text_are_those_of_the_text(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


@given(TEXTS)
def test_every_token_stands_in_the_folded_text(text: str) -> None:
    folded = fold(text)
    assert all(token in folded or token[1:] in folded for token in tokens(text))


def test_scripts_are_told_apart_and_turned() -> None:
    assert has_han("GDP是多少")
    assert not has_han("GDP 2025 ？")
    assert to_traditional("人才服务卡") == "人才服務卡"
    assert to_simplified("人才服務卡") == "人才服务卡"
