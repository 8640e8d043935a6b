"""Files → documents: what is read, what is refused, and in which words."""

import os
from datetime import date

import pytest

from index.documents import loading
from index.documents.loading import document_files, load_document
from index.errors import KnowledgeError
from tests.index.documents.files import (
    load,
    ofd_bytes,
    ofd_line,
    texts,
    workbook,
    workbook_bytes,
    zipped,
)


class TestDocumentFiles:
    def test_sidecars_configuration_and_hidden_files_are_no_documents(self, tmp_path):
        for name in ("a.docx", "a.yaml", "b.md", ".hidden.md", "glossary.yaml"):
            (tmp_path / name).write_text("x")
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "c.ofd").write_text("x")
        (tmp_path / "link.md").symlink_to(tmp_path / "b.md")
        assert list(document_files(tmp_path)) == ["a.docx", "b.md", "folder/c.ofd"]

    def test_missing_folder(self, tmp_path):
        with pytest.raises(KnowledgeError, match="no knowledge folder"):
            list(document_files(tmp_path / "none"))


class TestFrontMatter:
    def test_sidecar_wins_key_by_key(self, tmp_path):
        page = (
            '<html><head><meta name="ArticleTitle" content="页面标题">'
            '<meta name="PubDate" content="2024-05-06 10:00"></head><body><p>正文内容。</p></body>'
        )
        (tmp_path / "a.yaml").write_text("title: 我们的标题\n")
        metadata = load(tmp_path, "a.html", page).metadata
        assert (metadata.title, metadata.published) == ("我们的标题", date(2024, 5, 6))

    def test_digest_covers_the_sidecar(self, tmp_path):
        before = load(tmp_path, "a.txt", "正文").digest
        (tmp_path / "a.yaml").write_text("title: 标题\n")
        assert load_document(tmp_path, "a.txt").digest != before

    def test_unknown_date_is_warned_about(self, tmp_path):
        assert any("published" in warning for warning in load(tmp_path, "a.txt", "正文").warnings)

    def test_title_over_two_lines_and_number_are_found_and_not_repeated(self, tmp_path):
        front = "某市人民政府关于印发\n人才公寓管理办法的通知\n某政发〔2024〕5号"
        text = f"{front}\n各县（市、区）：\n请执行。"
        document = load(tmp_path, "a.txt", text)
        assert document.metadata.title == "某市人民政府关于印发人才公寓管理办法的通知"
        assert document.metadata.document_number == "某政发〔2024〕5号"
        assert texts(document) == ["各县（市、区）：", "请执行。"]


class TestRefused:
    def test_unknown_format(self, tmp_path):
        with pytest.raises(KnowledgeError, match=r"a\.wps: the format “\.wps” is not read"):
            load(tmp_path, "a.wps", "x")

    def test_no_text(self, tmp_path):
        with pytest.raises(KnowledgeError, match="holds no text"):
            load(tmp_path, "a.txt", " \n\n")

    def test_two_gigabytes_are_refused_before_reading(self, tmp_path):
        with (tmp_path / "a.txt").open("wb") as file:
            file.truncate(2_000_000_000)
        with pytest.raises(KnowledgeError, match="larger than 20 MB"):
            load_document(tmp_path, "a.txt")

    def test_changed_while_being_read(self, tmp_path, monkeypatch):
        (tmp_path / "a.txt").write_text("正文")
        fstat = os.fstat

        def then_written(descriptor):
            status = fstat(descriptor)
            (tmp_path / "a.txt").write_text("正文，改过。")
            return status

        monkeypatch.setattr(loading.os, "fstat", then_written)
        with pytest.raises(KnowledgeError, match="changed while being read; index again"):
            load_document(tmp_path, "a.txt")

    def test_replaced_while_being_read(self, tmp_path, monkeypatch):
        (tmp_path / "a.txt").write_text("正文")
        fstat = os.fstat

        def then_replaced(descriptor):
            status = fstat(descriptor)
            (tmp_path / "b.txt").write_text("换了")
            os.utime(tmp_path / "b.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
            (tmp_path / "b.txt").rename(tmp_path / "a.txt")
            return status

        monkeypatch.setattr(loading.os, "fstat", then_replaced)
        with pytest.raises(KnowledgeError, match="changed while being read"):
            load_document(tmp_path, "a.txt")

    def test_unreadable(self, tmp_path, monkeypatch):
        (tmp_path / "a.txt").write_text("正文")

        def denied(*_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(loading.Path, "open", denied)
        with pytest.raises(KnowledgeError, match=r"cannot be read \(Permission denied\)"):
            load_document(tmp_path, "a.txt")

    @pytest.mark.parametrize(
        "name", ["a.docx", "a.xlsx", "a.ofd", "a.pdf", "a.xls", "a.doc", "a.html", "a.csv", "a.md"]
    )
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"\0" * 4000,
            bytes(range(256)) * 20,
            b"PK\x03\x04" + b"word/ xl/ OFD.xml" + os.urandom(500),
            b"%PDF-1.7\n" + b"\xff" * 500,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "WordDocument".encode("utf-16-le").join(
                [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"x" * 600]
            ),
            zipped({"word/document.xml": "<a/>", "OFD.xml": "<b/>"}),
            zipped({"xl/workbook.xml": "not xml"}),
            ofd_bytes(ofd_line(10, 10, "正文"))[:-60],
        ],
        ids=range(10),
    )
    def test_rubbish_is_refused_by_name_in_one_line(self, tmp_path, name, content):
        with pytest.raises(KnowledgeError) as refusal:
            load(tmp_path, name, content)
        assert str(refusal.value).startswith(f"{name}: ")
        assert "\n" not in str(refusal.value)


class TestWrongExtension:
    @pytest.mark.parametrize(
        ("name", "content", "really"),
        [
            ("a.docx", b"%PDF-1.7 ...", r"a PDF \(\.pdf\)"),
            ("a.pdf", zipped({"word/document.xml": "<a/>"}), r"a Word document \(\.docx\)"),
            ("a.xlsx", ofd_bytes(""), r"an OFD document \(\.ofd\)"),
            ("a.pdf", b"<!DOCTYPE html><html></html>", r"a web page \(\.html\)"),
            ("a.txt", b"\x89PNG\r\n\x1a\n", "a PNG picture"),
            ("a.md", b"%PDF-1.7 ...", r"a PDF \(\.pdf\)"),
            ("a.pdf", b"plain words", "a text file"),
        ],
    )
    def test_says_what_it_is(self, tmp_path, name, content, really):
        with pytest.raises(KnowledgeError, match=f"is really {really}"):
            load(tmp_path, name, content)

    def test_encrypted_office_file(self, tmp_path):
        content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
        with pytest.raises(KnowledgeError, match="protected by a password"):
            load(tmp_path, "a.docx", content)

    def test_text_that_begins_like_a_program(self, tmp_path):
        assert load(tmp_path, "a.txt", "MZ是什么？\n一个词。").metadata.title == "MZ是什么？"

    def test_same_program_is_read_with_a_warning(self, tmp_path):
        document = load(
            tmp_path, "a.xls", workbook_bytes(workbook([["项目", "金额"], ["租房", 8]]))
        )
        assert texts(document) == ["项目：租房；金额：8"]
        assert "is really an Excel workbook (.xlsx); rename it" in document.warnings
