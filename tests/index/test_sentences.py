import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import clauses, heading_text, is_heading, sentence_spans, units

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


@given(TEXTS)
def test_units_are_parts_of_their_sentences_in_order(text: str) -> None:
    spans = sentence_spans(text)
    position = 0
    for unit in units(text):
        start, end = spans[unit.sentence]
        assert max(start, position) <= unit.start < unit.end <= end
        position = unit.end


def test_a_long_sentence_parts_at_its_semicolons() -> None:
    rules = "对引进的博士给予支持，按有关规定执行；" * 3 + "其他人员另行规定，由主管部门负责解释。"
    parts = [rules[unit.start : unit.end] for unit in units(rules)]
    assert len(parts) == 4
    assert "".join(parts) == rules
    short = "第一项；第二项；第三项。"
    assert [short[unit.start : unit.end] for unit in units(short)] == [short]


def test_clauses_cover_their_span() -> None:
    text = "一期投资5亿元，年产各1万吨；二期和三期投资12亿元，各2万吨。"
    spans = clauses(text, 0, len(text))
    assert [text[start:end] for start, end in spans] == [
        "一期投资5亿元，",
        "年产各1万吨；",
        "二期和三期投资12亿元，",
        "各2万吨。",
    ]


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("第三条 申请条件", True),
        ("（一）补贴标准。符合条件的给予补贴，具体如下", True),
        ("申请材料", True),
        ("申请人应当提交材料。", False),
        ("It opened.", False),
        ("按照第三条规定，申请人应当在三十日内向主管部门提交书面申请并附有关材料", False),
    ],
)
def test_headings_open_sections(text: str, opens: bool) -> None:
    assert is_heading(text) is opens


def test_the_heading_proper_ends_at_its_first_stop() -> None:
    assert heading_text("（一）补贴标准。符合条件的给予补贴") == "（一）补贴标准。"
