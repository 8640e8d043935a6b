"""OFD, the national format for official documents."""

import pytest

from index.errors import KnowledgeError
from tests.index.documents.files import load, ofd_bytes, ofd_line, texts

FULL = "为支持各类人才来我市创新创业根据有关规定结合"


class TestText:
    def test_lines_in_reading_order_are_joined_to_paragraphs(self, tmp_path):
        page = (
            ofd_line(20, 44, "实际制定本办法。")
            + ofd_line(20, 38, FULL + "本市各县")
            + ofd_line(28, 32, FULL + "本市")
            + ofd_line(60, 20, "某市人才办法", 6)
        )
        document = load(tmp_path, "a.ofd", ofd_bytes(page))
        assert document.metadata.title == "某市人才办法"
        assert texts(document) == [f"{FULL}本市{FULL}本市各县实际制定本办法。"]

    def test_objects_of_one_line_from_the_left(self, tmp_path):
        page = (
            ofd_line(20, 20, "题目") + ofd_line(60, 40, "在右边。") + ofd_line(44, 40, "在左边，")
        )
        assert texts(load(tmp_path, "a.ofd", ofd_bytes(page))) == ["在左边，在右边。"]

    def test_one_object_of_several_lines(self, tmp_path):
        page = ofd_line(20, 10, "题目") + (
            '<ofd:TextObject Boundary="20 40 100 20" Size="4">'
            '<ofd:TextCode X="0" Y="3.4" DeltaX="4 4 -8 4 4" DeltaY="0 0 6 0 0">第一行第二行'
            "</ofd:TextCode></ofd:TextObject>"
        )
        assert texts(load(tmp_path, "a.ofd", ofd_bytes(page))) == ["第一行第二行"]

    def test_stretched_and_moved_by_its_matrix(self, tmp_path):
        page = ofd_line(20, 10, "题目") + (
            '<ofd:TextObject Boundary="20 60 100 20" Size="1" CTM="4 0 0 4 0 0">'
            '<ofd:TextCode X="0" Y="0.85" DeltaX="1 1">最后行</ofd:TextCode></ofd:TextObject>'
        ) + ofd_line(20, 40, "中间行。")  # fmt: skip
        assert texts(load(tmp_path, "a.ofd", ofd_bytes(page))) == ["中间行。", "最后行"]

    def test_page_numbers_are_gone(self, tmp_path):
        pages = [
            ofd_line(20, 20, f"第{n}页的正文。") + ofd_line(100, 280, f"- {n} -") for n in "一二三"
        ]
        pages = [page.replace("- 一 -", "- 1 -").replace("- 二 -", "- 2 -") for page in pages]
        assert "- 1 -" not in load(tmp_path, "a.ofd", ofd_bytes(*pages)).text

    def test_templates_annotations_and_hidden_objects_are_not_read(self, tmp_path):
        hidden = ofd_line(20, 60, "隐藏").replace(
            "<ofd:TextObject", '<ofd:TextObject Visible="false"'
        )
        extra = {
            "Doc_0/Tpls/Tpl_0/Content.xml": "<a>底纹</a>",
            "Doc_0/Annots/Page_0/Annotation.xml": "<a/>",
        }
        page = ofd_line(20, 20, "题目") + ofd_line(20, 40, "正文。") + hidden
        assert texts(load(tmp_path, "a.ofd", ofd_bytes(page, extra=extra))) == ["正文。"]


class TestRefused:
    def test_pictures_only(self, tmp_path):
        with pytest.raises(KnowledgeError, match="holds pictures only, no text"):
            load(tmp_path, "a.ofd", ofd_bytes("<ofd:ImageObject/>"))

    def test_absurd_numbers(self, tmp_path):
        page = ofd_line(20, 20, "题目") + (
            '<ofd:TextObject Boundary="nan inf 1e999 -1" Size="4">'
            '<ofd:TextCode X="x" DeltaX="g 999999999999 4 g">正文</ofd:TextCode></ofd:TextObject>'
        )
        document = load(tmp_path, "a.ofd", ofd_bytes(page))
        assert {document.metadata.title, document.text} == {"正文", "题目"}

    def test_page_outside_of_the_archive_is_never_opened(self, tmp_path):
        (tmp_path / "secret.xml").write_text("<a/>")
        content = ofd_bytes(ofd_line(20, 20, "正文"), extra={"../../secret.xml": "<b/>"})
        made = content.replace(b"Pages/Page_0/Content.xml", b"Pages/Page_0/Content.xml")
        assert load(tmp_path, "a.ofd", made).metadata.title == "正文"
        assert (tmp_path / "secret.xml").read_text() == "<a/>"
