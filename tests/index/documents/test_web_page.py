"""Saved web pages."""

from datetime import date

import pytest

from index.documents.model import BlockKind
from index.errors import KnowledgeError
from tests.index.documents.files import load, texts

BODY = "<p>为支持人才来我市创新创业，现将有关事项通知如下，请认真贯彻执行。</p>" * 3


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def blocks(tmp_path, body: str, head: str = "<title>通知</title>"):
    return load(tmp_path, "a.html", page(body, head)).blocks


class TestFurniture:
    @pytest.mark.parametrize(
        "furniture",
        [
            "<script>var 导航 = 1;</script>",
            "<style>.导航 {}</style>",
            "<nav><a href='/'>导航首页</a></nav>",
            "<div class='header'>导航栏目</div>",
            "<div id='footer'>导航 版权所有</div>",
            "<div class='newsShare clearfix'>导航分享到微信</div>",
            "<div class='content_breadcrumb'>当前位置：导航</div>",
            "<ul><li><a href='a'>导航甲</a></li><li><a href='b'>导航乙</a></li></ul>",
            "<p>【打印】【关闭】</p>",
            "<p>字号：大 中 小</p>",
            "<div>您当前所在的位置：导航</div>",
            "<div>扫一扫在手机打开当前页</div>",
            "<div>浏览次数：123</div>",
            "<div style='display:none'>导航隐藏</div>",
            "<!-- 导航 -->",
        ],
    )
    def test_is_gone(self, tmp_path, furniture):
        body = f"{furniture}<div class='content'>{BODY}</div>{furniture}"
        assert set(texts(load(tmp_path, "a.html", page(body)))) <= {
            "为支持人才来我市创新创业，现将有关事项通知如下，请认真贯彻执行。"
        }

    def test_furniture_by_name_that_is_the_content_stays(self, tmp_path):
        body = f"<div class='page'><div class='print-area'>{BODY}</div></div>"
        assert len(blocks(tmp_path, body)) == 3

    def test_second_copy_for_phones_is_gone(self, tmp_path):
        text = "".join(f"<p>第{n}段，这里是正文，内容各不相同，长度也足够。</p>" for n in range(12))
        assert len(blocks(tmp_path, f"<div>{text}</div><div>{text}</div>")) == 12

    def test_attachments_stay(self, tmp_path):
        links = "<p><a href='1.docx'>1.申请表.docx</a> <a href='2.xls'>2.汇总表.xls</a></p>"
        assert "1.申请表.docx" in blocks(tmp_path, BODY + links)[-1].text


class TestText:
    def test_split_inside_tags_is_joined(self, tmp_path):
        html = "<p><span>忻</span><span>州市</span>\n  <b>人</b>才</p>"
        assert blocks(tmp_path, html + BODY)[0].text == "忻州市人才"

    def test_headings_lists_and_paragraphs(self, tmp_path):
        html = (
            "<h2>申请条件</h2><ul><li>年满十八周岁</li></ul><ol><li>身份证</li><li>照片</li></ol>"
        )
        made = blocks(tmp_path, html + BODY)
        assert [(b.kind, b.text) for b in made[:4]] == [
            (BlockKind.HEADING, "申请条件"), (BlockKind.ITEM, "年满十八周岁"),
            (BlockKind.ITEM, "1.身份证"), (BlockKind.ITEM, "2.照片"),
        ]  # fmt: skip

    def test_line_breaks_part_paragraphs(self, tmp_path):
        assert [b.text for b in blocks(tmp_path, "<p>第一行内容<br>第二行内容</p>" + BODY)[:2]] == [
            "第一行内容", "第二行内容",
        ]  # fmt: skip

    def test_short_line_in_bold_is_a_heading(self, tmp_path):
        made = blocks(tmp_path, "<p><strong>补贴对象</strong></p><p>高校毕业生。</p>" + BODY)
        assert (made[0].kind, made[0].text) == (BlockKind.HEADING, "补贴对象")

    def test_declared_gbk(self, tmp_path):
        html = page(BODY, "<meta charset='gb2312'><title>通知</title>").encode("gb18030")
        assert load(tmp_path, "a.html", html).blocks[0].text.startswith("为支持人才")


class TestTables:
    def test_merged_cells_and_stacked_headings(self, tmp_path):
        table = (
            "<table><tr><td rowspan=2>病种</td><td colspan=2>限额</td></tr>"
            "<tr><td>职工</td><td>居民</td></tr>"
            "<tr><td>高血压</td><td>200</td><td>50</td></tr></table>"
        )
        assert (
            blocks(tmp_path, BODY + table)[-1].text == "病种：高血压；限额·职工：200；限额·居民：50"
        )

    def test_heading_broken_to_fit_is_whole(self, tmp_path):
        table = (
            "<table><tr><th>专业</th><th>物理类<br/>最低</th></tr>"
            "<tr><td>法学</td><td>6</td></tr></table>"
        )
        assert blocks(tmp_path, BODY + table)[-1].text == "专业：法学；物理类最低：6"

    def test_layout_table_is_none(self, tmp_path):
        html = f"<table><tr><td><h2>标题</h2>{BODY}</td></tr></table>"
        assert all(block.kind is not BlockKind.ROW for block in blocks(tmp_path, html))

    def test_absurd_spans(self, tmp_path):
        table = (
            "<table><tr><th>项目</th><th>金额</th></tr>"
            "<tr><td colspan=99999999 rowspan=99999999>甲</td><td>8</td></tr></table>"
        )
        assert "甲" in blocks(tmp_path, BODY + table)[-1].text


class TestMetadata:
    HEAD = (
        "<meta name='ArticleTitle' content='关于印发办法的通知'>"
        "<meta name='PubDate' content='2024-05-06 09:00'>"
        "<meta name='ContentSource' content='市人社局'><meta name='Url' content='http://a.gov.cn/1.html'>"
    )

    def test_prescribed_entries(self, tmp_path):
        metadata = load(tmp_path, "a.html", page(BODY, self.HEAD)).metadata
        assert (metadata.title, metadata.publisher) == ("关于印发办法的通知", "市人社局")
        assert (metadata.published, metadata.url) == (date(2024, 5, 6), "http://a.gov.cn/1.html")

    def test_labelled_in_the_text(self, tmp_path):
        labels = (
            "<div><span>文号：某政发〔2024〕5号</span><span>实施日期：2024年7月1日</span>"
            "<span>失效日期：2029-06-30</span><span>发布日期：2024-06-20</span></div>"
        )
        metadata = load(tmp_path, "a.html", page(labels + BODY, "<title>办法</title>")).metadata
        assert metadata.document_number == "某政发〔2024〕5号"
        assert (metadata.published, metadata.effective) == (date(2024, 6, 20), date(2024, 7, 1))
        assert metadata.expires == date(2029, 6, 30)

    def test_this_site_is_the_issuer_in_the_title(self, tmp_path):
        head = self.HEAD.replace("市人社局", "本网").replace("关于", "某市财政局关于")
        assert load(tmp_path, "a.html", page(BODY, head)).metadata.publisher == "某市财政局"

    def test_impossible_values_are_left_out(self, tmp_path):
        head = (
            "<title>办法</title><meta name='PubDate' content='2024-15-40'>"
            "<meta name='Url' content='javascript:alert(1)'>"
        )
        metadata = load(tmp_path, "a.html", page(BODY, head)).metadata
        assert (metadata.published, metadata.url) == (None, None)

    def test_site_name_is_no_part_of_the_title(self, tmp_path):
        head = "<title>人才公寓公告-某市人民政府门户网站</title>"
        assert load(tmp_path, "a.html", page(BODY, head)).metadata.title == "人才公寓公告"


class TestHostile:
    def test_deep_nesting(self, tmp_path):
        with pytest.raises(KnowledgeError, match=r"^a\.html: "):
            load(tmp_path, "a.html", page("<div>" * 5000 + "正文" + "</div>" * 5000))

    def test_entities_do_not_unfold(self, tmp_path):
        bomb = '<!DOCTYPE html [<!ENTITY a "忻州忻州忻州"><!ENTITY b "&a;&a;&a;">]>'
        document = load(tmp_path, "a.html", f"{bomb}<html><body><p>&b;正文</p>{BODY}</body></html>")
        assert "忻州忻州" not in document.text

    def test_no_content(self, tmp_path):
        with pytest.raises(KnowledgeError, match=r"no text|no content"):
            load(tmp_path, "a.html", page("<script>1</script>"))
