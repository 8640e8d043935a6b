"""Excel workbooks, old and new, and separated values."""

import csv
from datetime import date

import pytest

from index.documents.model import BlockKind
from index.errors import KnowledgeError
from tests.index.documents.files import OLD_WORKBOOK, load, texts, workbook, workbook_bytes


class TestWorkbook:
    def test_merged_title_stacked_headings_and_filled_cells(self, tmp_path):
        made = workbook(
            [
                ["补贴标准表", None, None],
                ["类别", "标准", None],
                [None, "城镇", "农村"],
                ["甲", 8, 5],
                [None, 6, 4],
            ]
        )
        for area in ("A1:C1", "A2:A3", "B2:C2", "A4:A5"):
            made.active.merge_cells(area)
        document = load(tmp_path, "a.xlsx", workbook_bytes(made))
        assert document.metadata.title == "补贴标准表"
        assert texts(document) == [
            "类别：甲；标准·城镇：8；标准·农村：5", "类别：甲；标准·城镇：6；标准·农村：4",
        ]  # fmt: skip

    def test_values_as_they_are_shown(self, tmp_path):
        made = workbook(
            [["项目", "数"], ["比例", 0.15], ["日期", date(2024, 5, 6)], ["和", 0.1 + 0.2]]
        )
        made.active["B2"].number_format = "0.0%"
        assert texts(load(tmp_path, "a.xlsx", workbook_bytes(made))) == [
            "项目：比例；数：15%", "项目：日期；数：2024-05-06", "项目：和；数：0.3",
        ]  # fmt: skip

    def test_all_visible_sheets_under_their_names(self, tmp_path):
        made = workbook([["项目", "金额"], ["租房", 8]])
        made.active.title = "市级"
        other = made.create_sheet("县级")
        other.append(["项目", "金额"])
        other.append(["租房", 5])
        made.create_sheet("草稿").append(["不公开"])
        made["草稿"].sheet_state = "hidden"
        document = load(tmp_path, "a.xlsx", workbook_bytes(made))
        assert [(b.kind is BlockKind.HEADING, b.text) for b in document.blocks[-2:]] == [
            (True, "县级"), (False, "项目：租房；金额：5"),
        ]  # fmt: skip
        assert "不公开" not in document.text
        assert "1 hidden sheet(s) not read" in document.warnings

    def test_tables_parted_by_an_empty_row(self, tmp_path):
        made = workbook([["项目", "金额"], ["租房", 8], [], ["部门", "电话"], ["人社局", "12333"]])
        assert texts(load(tmp_path, "a.xlsx", workbook_bytes(made))) == [
            "项目：租房；金额：8", "部门：人社局；电话：12333",
        ]  # fmt: skip

    def test_cell_at_the_end_of_the_sheet(self, tmp_path):
        made = workbook([["项目", "金额"]])
        made.active["XFD1048576"] = "x"
        with pytest.raises(KnowledgeError, match="delete the empty rows and columns or split it"):
            load(tmp_path, "a.xlsx", workbook_bytes(made))


class TestOldWorkbook:
    def test_merged_cells_percentages_and_hidden_sheets(self, tmp_path):
        document = load(tmp_path, "a.xls", OLD_WORKBOOK)
        assert document.metadata.title == "补贴标准表"
        assert texts(document) == [
            "类别：人才；项目：租房补贴；比例：15%", "类别：人才；项目：购房补贴；比例：30%",
        ]  # fmt: skip

    def test_warnings_of_the_parser_do_no_harm(self, tmp_path):
        assert "租房补贴" in load(tmp_path, "a.xls", OLD_WORKBOOK + b"\0" * 100).text

    def test_damaged(self, tmp_path):
        with pytest.raises(KnowledgeError, match=r"^a\.xls: "):
            load(tmp_path, "a.xls", OLD_WORKBOOK[:3000] + b"\xff" * 2632)


class TestSeparated:
    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    def test_separators(self, tmp_path, mark):
        content = f"项目{mark}金额\n租房{mark}8\n购房{mark}5\n"
        assert texts(load(tmp_path, "a.csv", content))[0] == "项目：租房；金额：8"

    def test_quoted_line_end_and_gb18030(self, tmp_path):
        content = '项目,说明\n租房,"在本市工作,\n无住房"\n'.encode("gb18030")
        assert texts(load(tmp_path, "a.csv", content)) == ["项目：租房；说明：在本市工作,无住房"]

    def test_quotation_never_closed(self, tmp_path):
        document = load(tmp_path, "a.csv", '项目,金额\n"租房,8\n购房,5\n')
        assert "购房" in document.text

    def test_too_many_cells(self, tmp_path):
        limit = csv.field_size_limit()
        with pytest.raises(KnowledgeError, match="split it"):
            load(tmp_path, "a.csv", "a,b\n" * 200_000)
        csv.field_size_limit(limit)
