"""The structure of Chinese official texts."""

import pytest

from index.documents.model import Block, BlockKind
from index.structure import Rank, Section, number_of, sections_of


def paragraphs(*lines: str) -> list[Block]:
    return [Block(BlockKind.PARAGRAPH, line) for line in lines]


def outline(section: Section) -> list[object]:
    return [
        [below.label, outline(below)] if below.sections else below.label
        for below in section.sections
    ]


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "rank", "label"),
        [
            ("第二编 分则", Rank.PART, "第二编"),
            ("第一章 总则", Rank.CHAPTER, "第一章"),
            ("第二节　申报", Rank.SECTION, "第二节"),
            ("第十二条 本办法所称人才", Rank.ARTICLE, "第十二条"),
            ("第三条本办法所称人才", Rank.ARTICLE, "第三条"),
            ("第二十条之一 补充", Rank.ARTICLE, "第二十条之一"),
            ("一、申请条件", Rank.NUMERAL, "一"),
            ("（三）加强领导。", Rank.NUMERAL_IN_BRACKETS, "（三）"),
            ("(三) 加强领导。", Rank.NUMERAL_IN_BRACKETS, "（三）"),
            ("1. 身份证", Rank.DIGIT, "1"),
            ("12、身份证", Rank.DIGIT, "12"),
            ("1．身份证", Rank.DIGIT, "1"),
            ("（1）身份证", Rank.DIGIT_IN_BRACKETS, "（1）"),
            ("1.2025年度指标有多少？", Rank.DIGIT, "1"),
            ("附件2", Rank.ANNEX, "附件2"),
            ("附件1申请表（2023年版）", Rank.ANNEX, "附件1"),
            ("附件：1. 申请表", Rank.ANNEX, "附件"),
        ],
    )
    def test_seen(self, text, rank, label):
        number = number_of(text)
        assert number is not None
        assert (number.rank, number.label) == (rank, label)

    @pytest.mark.parametrize(
        "text",
        [
            "第三条规定的补贴",
            "第三条第二款",
            "第三条、第四条同时适用",
            "第三条和第五条所列人员",
            "第三条（二）项所列人员",
            "第一章的规定",
            "依照本办法第三条规定",
            "按第三条执行",
            "二、三级医院",
            "1.5万元",
            "2020.5",
            "2020年",
            "一次性补贴",
            "附件所列材料",
            "附件1所列材料",
        ],
    )
    def test_reference_or_quantity_is_none(self, text):
        assert number_of(text) is None

    def test_own_number_before_a_numeral_word(self):
        number = number_of("一、一次性创业补贴")
        assert number is not None
        assert number.rest == "一次性创业补贴"


class TestSections:
    def test_chapters_hold_articles_and_articles_hold_items(self):
        root = sections_of(
            paragraphs(
                "第一章 总则", "第一条 为了……，制定本办法。", "第二章 条件",
                "第二条 应当符合：", "（一）有住所；", "（二）有资金。", "第三条 自发布起施行。",
            )
        )  # fmt: skip
        assert outline(root) == [
            ["第一章 总则", ["第一条"]],
            ["第二章 条件", [["第二条", ["（一）", "（二）"]], "第三条"]],
        ]

    def test_short_numbered_line_with_text_under_it_is_a_heading(self):
        root = sections_of(
            paragraphs("一、申请条件", "在本市工作满一年。", "二、办理时限", "五日。")
        )
        assert [(s.label, s.is_clause) for s in root.sections] == [
            ("一、申请条件", False), ("二、办理时限", False),
        ]  # fmt: skip

    def test_short_numbered_lines_one_after_another_are_a_list(self):
        root = sections_of(paragraphs("1. 身份证", "2. 户口簿", "3. 毕业证"))
        assert all(section.is_clause for section in root.sections)

    def test_long_numbered_line_is_a_clause_named_by_its_first_words(self):
        root = sections_of(paragraphs("（一）加强领导。各地要把人才工作摆在突出位置，加强统筹。"))
        assert root.sections[0].is_clause
        assert root.sections[0].label == "（一）加强领导"

    def test_question_names_its_answer(self):
        root = sections_of(paragraphs("3. 补贴多久发一次？", "每年一次。"))
        assert root.sections[0].label == "3.补贴多久发一次？"

    def test_bracketed_numerals_below_digits_where_a_text_does_it_so(self):
        root = sections_of(
            paragraphs(
                "1. 甲类人才。", "（一）院士；", "（二）教授。", "2. 乙类人才。", "（一）博士。"
            )
        )
        assert outline(root) == [["1", ["（一）", "（二）"]], ["2", ["（一）"]]]

    def test_marked_heading_ends_numbered_ones(self):
        blocks = [
            *paragraphs("一、甲", "内容。"),
            Block(BlockKind.HEADING, "附则", 2),
            *paragraphs("内容。"),
        ]
        assert outline(sections_of(blocks)) == ["一、甲", "附则"]

    def test_title_of_the_issued_text_opens_a_section(self):
        root = sections_of(
            paragraphs(
                "现印发给你们。", "某市人才公寓管理办法", "第一条 为了规范管理，制定本办法。"
            )
        )
        assert outline(root) == [["某市人才公寓管理办法", ["第一条"]]]

    def test_annexes_hold_what_follows(self):
        root = sections_of(
            paragraphs("一、通知。请执行。", "附件1", "申请表", "一、基本信息", "姓名。")
        )
        assert outline(root) == ["一、通知", ["附件1", ["一、基本信息"]]]

    def test_annex_with_its_title_closes_the_list_of_annexes(self):
        root = sections_of(
            paragraphs(
                "附件：1. 指标体系", "2. 任务分工表", "附件1指标体系（2023年版）", "说明文字。"
            )
        )
        assert outline(root) == [["附件", ["2"]], "附件1指标体系（2023年版）"]

    def test_flattened_text_is_parted_at_lost_line_ends(self):
        filler = "各部门要高度重视，认真组织实施，确保各项措施落到实处。" * 20
        root = sections_of(
            paragraphs(f"{filler} 一、工作目标。完成任务。 二、工作措施。加强领导。")
        )
        assert [section.number for section in root.sections] == ["一", "二"]

    def test_lines_are_spans_of_the_text(self):
        blocks = paragraphs("一、目标", "完成任务。 尽快。", "二、措施", "加强领导。")
        text = "\n".join(block.text for block in blocks)
        for line in sections_of(blocks).all_lines():
            assert text[line.start : line.end] == line.text
