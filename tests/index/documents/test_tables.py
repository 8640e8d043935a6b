"""Tables → rows with their headings."""

from index.documents.model import BlockKind
from index.documents.tables import ROW_CHARACTERS, Cell, row_texts, table_blocks


def rows(*lines: list[Cell | str]) -> list[str]:
    table = [[Cell(c) if isinstance(c, str) else c for c in line] for line in lines]
    return [block.text for block in table_blocks(table)]


class TestHeadings:
    def test_first_row(self):
        assert rows(["项目", "金额"], ["租房补贴", "800元"]) == ["项目：租房补贴；金额：800元"]

    def test_stacked_headings_are_joined(self):
        written = rows(
            [Cell("病种", rows=2), Cell("限额", columns=2)],
            ["职工", "居民"],
            ["高血压", "200", "50"],
        )
        assert written == ["病种：高血压；限额·职工：200；限额·居民：50"]

    def test_marked_headings(self):
        head = [Cell("甲", is_heading=True), Cell("乙", is_heading=True)]
        assert rows(head, ["a", "b"]) == ["甲：a；乙：b"]

    def test_names_over_numbers(self):
        assert rows(["忻府区", "原平市"], ["12", "15"]) == ["忻府区：12；原平市：15"]

    def test_list_in_columns_has_none(self):
        assert rows(["北京大学", "清华大学"], ["复旦大学", "南京大学"]) == [
            "北京大学；清华大学", "复旦大学；南京大学",
        ]  # fmt: skip

    def test_row_of_numbers_is_none(self):
        assert rows(["2020", "12"], ["2021", "15"]) == ["2020；12", "2021；15"]


class TestMergedCells:
    def test_downwards_is_repeated_in_each_row(self):
        written = rows(
            ["类别", "项目", "金额"], [Cell("人才", rows=2), "租房", "800"], ["购房", "5万"]
        )
        assert written == ["类别：人才；项目：租房；金额：800", "类别：人才；项目：购房；金额：5万"]

    def test_across_is_written_once_with_all_headings(self):
        written = rows(["项目", "城镇标准", "农村标准"], ["低保", Cell("1309元", columns=2)])
        assert written == ["项目：低保；城镇标准、农村标准：1309元"]

    def test_title_over_the_table_is_a_paragraph(self):
        table = [
            [Cell("补贴标准", columns=2)],
            [Cell("项目"), Cell("金额")],
            [Cell("租"), Cell("8")],
        ]
        first, second = table_blocks(table)
        assert (first.kind, first.text) == (BlockKind.PARAGRAPH, "补贴标准")
        assert (second.kind, second.text) == (BlockKind.ROW, "项目：租；金额：8")

    def test_label_across_names_the_rows_under_it(self):
        written = rows(
            ["项目", "金额"], [Cell("一、市级", columns=2)], ["租房", "8"],
            [Cell("二、县级", columns=2)],
            ["租房", "5"],
        )  # fmt: skip
        assert written == ["一、市级；项目：租房；金额：8", "二、县级；项目：租房；金额：5"]

    def test_note_across_is_not_lost(self):
        note = "备注：以上标准自发文之日起执行。"
        assert rows(["项目", "金额"], ["租房", "8"], [Cell(note, columns=2)])[-1] == note

    def test_spans_beyond_the_table(self):
        assert rows(["项目", "金额"], [Cell("甲", rows=900), "8"]) == ["项目：甲；金额：8"]


class TestRows:
    def test_empty_cells_are_left_out(self):
        assert rows(["项目", "金额", "备注"], ["租房", "", "市级"]) == ["项目：租房；备注：市级"]

    def test_rows_to_be_filled_in_are_left_out(self):
        assert rows(["序号", "姓名"], ["1", ""], ["2", ""], ["…", ""]) == []

    def test_empty_table(self):
        assert rows() == []
        assert rows(["", ""], ["", ""]) == []

    def test_long_row_is_several_texts_each_with_its_key_and_heading(self):
        condition = "在本市行政区域内依法登记注册并正常经营满一年以上。" * 30
        written = row_texts(["序号", "项目", "条件"], ["3", "创业补贴", condition])
        assert len(written) > 1
        assert all(text.startswith("序号：3；项目：创业补贴；条件：") for text in written)
        assert all(len(text) <= 2 * ROW_CHARACTERS for text in written)
        assert (
            "".join(text.removeprefix("序号：3；项目：创业补贴；条件：") for text in written)
            == condition
        )
