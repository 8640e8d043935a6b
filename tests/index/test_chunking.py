"""Documents → passages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import chunk
from index.cutting import CLAUSE_CHARACTERS, PASSAGE_CHARACTERS
from index.documents.model import Block, BlockKind, Document, Metadata
from index.passages import Passage

FILLER = "符合规定的申请人可以向所在地的主管部门提出申请，主管部门应当在五个工作日内办结。"


def document(*blocks: Block | str) -> Document:
    made = tuple(
        Block(BlockKind.PARAGRAPH, block) if isinstance(block, str) else block for block in blocks
    )
    return Document("a.md", "", Metadata(title="办法"), made)


def heading(text: str, level: int = 1) -> Block:
    return Block(BlockKind.HEADING, text, level)


def row(text: str) -> Block:
    return Block(BlockKind.ROW, text)


def passage_with(passages: tuple[Passage, ...], text: str) -> Passage:
    (found,) = (passage for passage in passages if text in passage.text)
    return found


kinds = st.sampled_from([BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADING])
lines = st.text(alphabet="忻州一二、（）第条章1.。；：但外附件", min_size=1, max_size=400)
blocks = st.builds(
    lambda kind, text: Block(kind, text, int(kind is BlockKind.HEADING)), kinds, lines
)


class TestAnyDocument:
    @given(st.lists(blocks, min_size=1, max_size=12))
    def test_passages_are_spans_in_order_without_overlap(self, made):
        whole = document(*made)
        end = 0
        for passage in chunk(whole):
            assert passage.text == whole.text[passage.start : passage.end]
            assert passage.start >= end
            end = passage.end

    @given(st.lists(blocks, min_size=1, max_size=12))
    def test_no_passage_is_longer_than_the_cap(self, made):
        assert all(len(passage.text) <= CLAUSE_CHARACTERS for passage in chunk(document(*made)))

    @given(st.lists(blocks, min_size=1, max_size=12))
    def test_every_row_lies_in_a_passage(self, made):
        whole = document(*made)
        covered = {at for passage in chunk(whole) for at in range(passage.start, passage.end)}
        start = 0
        for block in whole.blocks:
            if block.kind is BlockKind.ROW:
                assert covered.issuperset(range(start, start + len(block.text)))
            start += len(block.text) + 1


class TestBreadcrumb:
    def test_document_chapter_clause(self):
        passages = chunk(
            document("第一章 总则", "第一条 为了规范管理。", "第二章 补贴", "第二条 " + FILLER * 6)
        )
        assert passage_with(passages, "第二条").breadcrumb == ("办法", "第二章 补贴", "第二条")

    def test_clauses_packed_together_are_all_named(self):
        (passage,) = chunk(document("第一条 为了规范管理。", "第二条 适用于本市。"))
        assert passage.breadcrumb == ("办法", "第一条、第二条")

    def test_long_name_is_shortened(self):
        (passage,) = chunk(document(heading("很长的标题" * 30), "内容在这里，不是很短。"))
        assert len(passage.breadcrumb[-1]) <= 60


class TestClauses:
    def test_clause_with_its_items_stays_whole(self):
        items = [f"（{n}）{FILLER}" for n in "一二三四五六七八"]
        passages = chunk(document("第五条 应当符合下列条件：", *items, "第六条 " + FILLER))
        assert "（八）" in passage_with(passages, "第五条").text

    def test_longer_than_the_cap_is_cut_between_items_and_keeps_its_lead_in(self):
        items = [f"（{n}）{FILLER * 3}" for n in "一二三四五六七八"]
        passages = chunk(document("第五条 申请人应当符合下列条件：", *items))
        assert len(passages) > 1
        assert all("第五条 申请人应当符合下列条件" in passage.breadcrumb for passage in passages)
        assert all(passage.text.startswith(("第五条", "（")) for passage in passages)

    def test_lead_in_does_not_part_from_the_first_item(self):
        passages = chunk(document(FILLER * 7 + "需要下列材料：", "身份证原件和复印件各一份。" * 5))
        assert "身份证" in passage_with(passages, "需要下列材料").text

    @pytest.mark.parametrize("length", range(6, 16))
    def test_exception_in_a_paragraph_of_its_own_stays_with_its_rule(self, length):
        exception = "但经市政府批准的项目除外。" + FILLER * 3
        passages = chunk(document(FILLER * length, exception))
        found = passage_with(passages, "但经市政府批准")
        assert not found.text.startswith("但")

    def test_reference_is_no_heading(self):
        passages = chunk(document("第一条 应当申报。", "第三条规定的人员不适用前述要求。"))
        assert [passage.breadcrumb[1] for passage in passages] == ["第一条"]


class TestTables:
    def test_caption_is_in_the_breadcrumb_of_all_rows(self):
        rows = [row(f"项目：第{n}类补贴；标准：每人每月{n}00元；期限：最长三年") for n in range(30)]
        passages = chunk(document("人才补贴标准表", *rows))
        assert len(passages) > 1
        assert all(passage.breadcrumb[-1] == "人才补贴标准表" for passage in passages)

    def test_unit_stands_with_the_caption(self):
        (passage,) = chunk(document("收支总表", "单位：万元", row("项目：收入；数额：100")))
        assert passage.breadcrumb[-1] == "收支总表（单位：万元）"

    def test_rows_are_not_cut(self):
        rows = [row(f"项目：{n}；说明：{'字' * 100}") for n in range(9)]
        for passage in chunk(document(*rows)):
            assert all(line.startswith("项目：") for line in passage.text.split("\n"))

    def test_text_after_the_table_is_not_under_its_caption(self):
        passages = chunk(document("补贴表", row("项目：甲；标准：1000元每月"), FILLER))
        assert passage_with(passages, FILLER).breadcrumb == ("办法",)


class TestSize:
    def test_small_neighbours_are_packed(self):
        assert len(chunk(document(FILLER, FILLER, FILLER))) == 1

    def test_about_the_wanted_size(self):
        passages = chunk(document(*[FILLER] * 60))
        assert all(
            PASSAGE_CHARACTERS / 2 < len(p.text) <= PASSAGE_CHARACTERS for p in passages[:-1]
        )

    def test_fragment_joins_its_neighbour(self):
        passages = chunk(
            document(heading("甲"), FILLER, heading("乙"), "无", heading("丙"), FILLER)
        )
        assert min(len(passage.text) for passage in passages) > 10

    def test_heading_without_text_is_not_lost(self):
        passages = chunk(
            document(heading("办事大厅电话：0350-3000000"), heading("投诉电话：12345"))
        )
        assert "0350-3000000" in " ".join(passage.embedded_text for passage in passages)

    def test_line_of_200_000_characters(self):
        passages = chunk(document("忻州" * 100_000))
        assert max(len(passage.text) for passage in passages) <= PASSAGE_CHARACTERS
