"""PDF files."""

import subprocess

import pytest

from index.documents import confined, pdf
from index.documents.confined import read_confined
from index.documents.model import BlockKind
from index.documents.pdf import parse_pdf
from index.errors import KnowledgeError
from tests.index.documents.files import PdfPages, load

FULL = "为支持各类人才来我市创新创业根据有关规定结合本市实际制定本办法"


def parsed(pages: PdfPages) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in parse_pdf(pages.bytes(), "a.pdf").blocks]


class TestText:
    def test_lines_are_joined_to_paragraphs(self):
        pages = (
            PdfPages()
            .line(124, 700, FULL + "应当")
            .line(100, 680, FULL + "各县各区")
            .line(100, 660, "执行。")
        )
        pages.line(124, 640, "第二段从这里开始。")
        assert [text for _, text in parsed(pages)] == [
            f"{FULL}应当{FULL}各县各区执行。", "第二段从这里开始。",
        ]  # fmt: skip

    def test_paragraph_goes_on_over_a_page_end_without_heads_and_numbers(self):
        pages = PdfPages()
        for page, mark in enumerate("甲乙丙丁", start=1):
            pages.line(200, 800, "某市人民政府公报", 9)
            for height in (700, 680, 660):
                pages.line(100, height, f"{mark}{height}{FULL}各县")
            pages.line(290, 40, f"— {page} —", 9).next_page()
        (text,) = [text for _, text in parsed(pages)]
        assert text.startswith(f"甲700{FULL}各县甲680{FULL}各县")
        assert text.count(FULL) == 12
        assert "公报" not in text
        assert "—" not in text

    def test_numbered_line_begins_a_paragraph(self):
        pages = PdfPages().line(100, 700, FULL + "各县各区").line(100, 680, "第二条 适用于本市。")
        assert [text for _, text in parsed(pages)] == [FULL + "各县各区", "第二条 适用于本市。"]


class TestTables:
    def test_cells_between_rulings_with_merged_ones(self):
        rows = [["类别", "标准", ""], ["", "城镇", "农村"], ["甲", "8", "5"]]
        merged = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0))]
        pages = PdfPages().line(100, 780, "补贴标准如下表。").table(100, 600, rows, merged)
        pages.line(100, 560, "表后的说明。")
        assert parsed(pages) == [
            (BlockKind.PARAGRAPH, "补贴标准如下表。"),
            (BlockKind.ROW, "类别：甲；标准·城镇：8；标准·农村：5"),
            (BlockKind.PARAGRAPH, "表后的说明。"),
        ]

    def test_goes_on_over_a_page_end_with_its_headings(self):
        pages = PdfPages().table(100, 600, [["项目", "金额"], ["租房", "8"]], []).next_page()
        pages.table(100, 600, [["项目", "金额"], ["购房", "5"]], [])
        assert [text for _, text in parsed(pages)] == ["项目：租房；金额：8", "项目：购房；金额：5"]


class TestRefused:
    def test_without_text_layer(self, tmp_path, monkeypatch):
        monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda _: None)
        with pytest.raises(KnowledgeError, match=r"has no text layer .*install the extra “ocr”"):
            load(tmp_path, "a.pdf", PdfPages().picture().bytes())

    def test_without_text_layer_is_read_by_ocr_where_installed(self, tmp_path, monkeypatch):
        calls = []
        monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda _: object())

        def confine(function, *_, **__):
            calls.append(function)
            if function == "pdf.parse_pdf":
                raise KnowledgeError(f"a.pdf: {pdf.NO_TEXT_LAYER}; …")
            return pdf.Reading((pdf.Block(BlockKind.PARAGRAPH, "识别出的正文"),))

        monkeypatch.setattr(pdf, "read_confined", confine)
        assert (
            load(tmp_path, "a.pdf", PdfPages().picture().bytes()).metadata.title == "识别出的正文"
        )
        assert calls == ["pdf.parse_pdf", "scan.read_scan"]

    def test_encrypted(self, tmp_path):
        with pytest.raises(
            KnowledgeError, match="protected by a password; save a copy without one"
        ):
            load(tmp_path, "a.pdf", PdfPages(password="geheim").line(100, 700, FULL).bytes())

    def test_truncated(self, tmp_path):
        content = PdfPages().line(100, 700, FULL).bytes()
        with pytest.raises(KnowledgeError, match=r"^a\.pdf: "):
            load(tmp_path, "a.pdf", content[: len(content) // 2])


class TestConfined:
    def test_reads_as_in_this_process(self, tmp_path):
        document = load(
            tmp_path, "a.pdf", PdfPages().line(100, 700, FULL).line(100, 600, "二。").bytes()
        )
        assert document.text.endswith("二。")

    def test_hanging_parser_is_ended(self, monkeypatch):
        def hang(command, **_):
            raise subprocess.TimeoutExpired(command, 120)

        monkeypatch.setattr(confined.subprocess, "run", hang)
        with pytest.raises(KnowledgeError, match="reading takes over 120 s"):
            read_confined("pdf.parse_pdf", b"", "a.pdf")

    def test_too_much_memory_refuses_the_file(self):
        content = PdfPages().line(100, 700, FULL).bytes()
        with pytest.raises(KnowledgeError, match="needs too much memory"):
            read_confined("pdf.parse_pdf", content, "a.pdf", size=20_000_000)
