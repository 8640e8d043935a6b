import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import fold, has_han, sentence_spans, to_simplified, to_traditional, tokens

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
        ("人才公寓", ["人才", "才公", "公寓"]),
        ("县", ["县"]),
        ("占44%。", ["占", "44%"]),
        ("1,300万元", ["1,300", "万元"]),
        ("Talent Card's", ["talent", "card's"]),
        ("2023年GDP", ["2023", "年", "gdp"]),
        ("法兰，产量", ["法兰", "产量"]),
        ("？！…… ", []),
    ],
)
def test_tokens_are_pairs_of_characters_words_and_numbers(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(TEXTS)
def test_tokens_of_a_folded_text_are_those_of_the_text(text: str) -> None:
    assert tokens(fold(text)) == tokens(text)


@given(TEXTS)
def test_every_token_stands_in_the_folded_text(text: str) -> None:
    folded = fold(text)
    position = 0
    for token in tokens(text):
        # Pairs overlap by one character: the next one begins behind this one's first.
        position = folded.index(token, position) + 1


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("一句。两句！三句？", ["一句。", "两句！", "三句？"]),
        ("他说：“来吧！”大家都来了。", ["他说：“来吧！”", "大家都来了。"]),
        ("产量占44%,产值达142亿元。", ["产量占44%,产值达142亿元。"]),
        ("第一；第二；第三。", ["第一；第二；第三。"]),
        ("一行\n另一行", ["一行", "另一行"]),
        ("没有句号", ["没有句号"]),
        ("  前后有空  \n\n", ["前后有空"]),
        (
            "It opened in 2023. It cost 1.5 billion. Done.",
            ["It opened in 2023.", "It cost 1.5 billion.", "Done."],
        ),
        ("Mr. wang is no sentence.", ["Mr. wang is no sentence."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@given(TEXTS)
def test_sentences_cover_a_text_and_never_overlap(text: str) -> None:
    spans = sentence_spans(text)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


def test_scripts_are_told_apart_and_turned() -> None:
    assert has_han("GDP是多少")
    assert not has_han("GDP 2025 ？")
    assert to_traditional("人才服务卡") == "人才服務卡"
    assert to_simplified("人才服務卡") == "人才服务卡"
