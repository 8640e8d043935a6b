"""Bytes → text."""

import codecs

import pytest

from index.documents.decoding import decode
from index.errors import KnowledgeError

TEXT = "忻州市人才公寓管理办法（试行）\n每人每月800元。"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("gbk"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("州", "\u200b州\x07").encode(),
    ],
)
def test_text_as_offices_save_it(content):
    assert decode(content, "a.txt") == TEXT


def test_rare_characters_of_gb18030():
    assert decode("䶮先生住在㙍县的村里，从事农业生产经营。".encode("gb18030"), "a.txt").startswith(
        "䶮"
    )


@pytest.mark.parametrize(
    "content", [bytes(range(128, 256)) * 9, b"\xff\xfe\x00", "中文".encode()[:-1] * 3]
)
def test_no_text(content):
    with pytest.raises(KnowledgeError, match=r"a\.txt: .*save it as UTF-8"):
        decode(content, "a.txt")
