"""Word documents."""

import subprocess
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.documents import word_binary
from index.documents.model import BlockKind
from index.errors import KnowledgeError
from tests.index.documents.files import load, texts, word_bytes

NUMBERED = (
    "<w:p {0}><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='77'/></w:numPr></w:pPr>"
    "<w:r><w:t>{1}</w:t></w:r></w:p>"
)


def append(document, xml: str) -> None:
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))


def with_numbering(kind: str, pattern: str):
    document = Document()
    numbering = document.part.numbering_part.element
    level = (
        f"<w:abstractNum {nsdecls('w')} w:abstractNumId='77'><w:lvl w:ilvl='0'><w:start w:val='1'/>"
        f"<w:numFmt w:val='{kind}'/><w:lvlText w:val='{pattern}'/></w:lvl></w:abstractNum>"
    )
    numbering.insert(0, parse_xml(level))
    numbering.append(
        parse_xml(f"<w:num {nsdecls('w')} w:numId='77'><w:abstractNumId w:val='77'/></w:num>")
    )
    for text in ("为了规范管理。", "适用于本市。"):
        append(document, NUMBERED.format(nsdecls("w"), text))
    return document


class TestText:
    def test_headings_and_tables_in_order(self, tmp_path):
        document = Document()
        document.add_heading("第一部分", 1)
        document.add_paragraph("之前的说明。")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ["项目", "金额", "租房", "800元"], strict=True):
            cell.text = text
        document.add_paragraph("之后的说明。")
        made = load(tmp_path, "a.docx", word_bytes(document))
        assert [(b.kind, b.text) for b in made.blocks] == [
            (BlockKind.PARAGRAPH, "之前的说明。"),
            (BlockKind.ROW, "项目：租房；金额：800元"),
            (BlockKind.PARAGRAPH, "之后的说明。"),
        ]
        assert made.metadata.title == "第一部分"

    @pytest.mark.parametrize(
        ("kind", "pattern", "numbers"),
        [
            ("chineseCountingThousand", "第%1条", ["第一条 ", "第二条 "]),
            ("chineseCounting", "%1、", ["一、", "二、"]),
            ("decimal", "%1.", ["1.", "2."]),
            ("bullet", "•", ["", ""]),
        ],
    )
    def test_automatic_numbers_are_text(self, tmp_path, kind, pattern, numbers):
        made = load(tmp_path, "a.docx", word_bytes(with_numbering(kind, pattern)))
        first, second = texts(made)
        assert (first, second) == (f"{numbers[0]}为了规范管理。", f"{numbers[1]}适用于本市。")

    def test_deleted_text_is_gone_and_inserted_text_stays(self, tmp_path):
        document = Document()
        document.add_paragraph("正文如下。")
        append(
            document,
            f"<w:p {nsdecls('w')}><w:r><w:t>每月</w:t></w:r>"
            "<w:del><w:r><w:delText>600</w:delText></w:r></w:del><w:ins><w:r><w:t>800</w:t></w:r></w:ins><w:r><w:t>元。</w:t></w:r></w:p>",
        )
        assert texts(load(tmp_path, "a.docx", word_bytes(document)))[-1] == "每月800元。"

    def test_table_of_contents_is_gone(self, tmp_path):
        document = Document()
        for line in (
            "某市人才办法",
            "目录",
            "第一章 总则 1",
            "第二章 补贴........3",
            "第一章 总则",
            "内容。",
        ):
            document.add_paragraph(line)
        assert texts(load(tmp_path, "a.docx", word_bytes(document))) == ["第一章 总则", "内容。"]

    def test_break_amid_a_sentence_is_joined(self, tmp_path):
        document = Document()
        document.add_paragraph("标题")
        document.add_paragraph("调整、保\n存坐标。\n第二行。")
        made = texts(load(tmp_path, "a.docx", word_bytes(document)))
        assert made == ["调整、保存坐标。", "第二行。"]


class TestTables:
    def test_merged_cells(self, tmp_path):
        document = Document()
        document.add_paragraph("补贴表")
        table = document.add_table(4, 3)
        lines = [["类别", "标准", ""], ["", "城镇", "农村"], ["甲", "8", "5"], ["", "6", "4"]]
        for row, line in zip(table.rows, lines, strict=True):
            for cell, text in zip(row.cells, line, strict=True):
                cell.text = text
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(2, 0).merge(table.cell(3, 0))
        assert texts(load(tmp_path, "a.docx", word_bytes(document))) == [
            "类别：甲；标准·城镇：8；标准·农村：5", "类别：甲；标准·城镇：6；标准·农村：4",
        ]  # fmt: skip


class TestOldFormat:
    CONTENT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")

    def test_without_libreoffice(self, tmp_path, monkeypatch):
        monkeypatch.setattr(word_binary.shutil, "which", lambda _: None)
        with pytest.raises(KnowledgeError, match="needs LibreOffice; install it or save as"):
            load(tmp_path, "a.doc", self.CONTENT)

    def test_with_libreoffice(self, tmp_path, monkeypatch):
        document = Document()
        document.add_paragraph("转换后的正文。")
        document.add_paragraph("第二段。")

        def convert(command, **_):
            folder = Path(command[command.index("--outdir") + 1])
            assert Path(command[-1]).read_bytes() == self.CONTENT
            (folder / "document.docx").write_bytes(word_bytes(document))

        monkeypatch.setattr(word_binary.shutil, "which", lambda _: "/usr/bin/soffice")
        monkeypatch.setattr(word_binary.subprocess, "run", convert)
        assert "第二段。" in texts(load(tmp_path, "a.doc", self.CONTENT))

    def test_takes_too_long(self, tmp_path, monkeypatch):
        def hang(command, **_):
            raise subprocess.TimeoutExpired(command, 90)

        monkeypatch.setattr(word_binary.shutil, "which", lambda _: "/usr/bin/soffice")
        monkeypatch.setattr(word_binary.subprocess, "run", hang)
        with pytest.raises(KnowledgeError, match="takes over 90 s"):
            load(tmp_path, "a.doc", self.CONTENT)
