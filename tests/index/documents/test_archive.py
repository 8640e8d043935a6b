"""Hostile containers."""

import io
import time
import tracemalloc
import zipfile

import pytest
from docx import Document

from index.documents.archive import MAX_ENTRIES, Archive, safe_xml
from index.errors import KnowledgeError
from tests.index.documents.files import load, ofd_bytes, ofd_line, word_bytes, zipped

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "忻州忻州">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
)


def with_part(content: bytes, name: str, part: bytes | str) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(content))
    parts = {entry: source.read(entry) for entry in source.namelist()}
    return zipped({**parts, name: part})


class TestBombs:
    def test_ratio(self):
        with pytest.raises(KnowledgeError, match="zip bomb"):
            Archive(zipped({"word/document.xml": b"0" * 30_000_000}), "a.docx")

    def test_size_is_judged_before_unpacking(self, tmp_path):
        content = zipped({f"word/{n}.xml": b"0" * 20_000_000 for n in range(5)})
        tracemalloc.start()
        with pytest.raises(KnowledgeError, match="zip bomb"):
            load(tmp_path, "a.docx", content)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()

    def test_number_of_entries(self):
        with pytest.raises(KnowledgeError, match="zip bomb"):
            Archive(zipped({f"word/{n}": b"" for n in range(MAX_ENTRIES + 1)}), "a.docx")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities(self, encoding):
        with pytest.raises(KnowledgeError, match="XML entities"):
            safe_xml(BOMB.encode(encoding), "a.ofd")

    @pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml"])
    def test_entities_in_a_word_document(self, tmp_path, name):
        begun = time.monotonic()
        with pytest.raises(KnowledgeError, match="XML entities"):
            load(tmp_path, "a.docx", with_part(word_bytes(Document()), name, BOMB))
        assert time.monotonic() - begun < 5

    def test_file_of_the_machine_as_entity(self):
        xml = '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>'
        with pytest.raises(KnowledgeError, match="XML entities"):
            safe_xml(xml.encode(), "a.ofd")


class TestPaths:
    def test_climbing_names_write_nothing(self, tmp_path):
        folder = tmp_path / "knowledge"
        folder.mkdir()
        content = ofd_bytes(
            ofd_line(20, 20, "正文"), extra={"../../evil.txt": "x", "/evil.txt": "x"}
        )
        load(folder, "a.ofd", content)
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.ofd"]


class TestProtected:
    def test_encrypted_entry(self):
        content = bytearray(zipped({"word/document.xml": "<a/>"}))
        directory = content.index(b"PK\x01\x02")
        content[directory + 8] |= 1
        with pytest.raises(KnowledgeError, match="protected by a password"):
            Archive(bytes(content), "a.docx")
