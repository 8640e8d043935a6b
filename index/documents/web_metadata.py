"""What a saved government page says about itself: title, publisher, dates, address, number."""

import re
from datetime import date

from lxml.html import HtmlElement
from pydantic import ValidationError

from index.documents.front_matter import FrontMatter
from index.documents.front_page import MAX_TITLE_CHARACTERS, document_number
from index.documents.web_furniture import squeezed

# The names that the national standard for government web sites prescribes come first.
_TITLES = ("ArticleTitle", "og:title")
_DATES = ("PubDate", "publishdate", "article:published_time")
_SOURCES = ("ContentSource", "Author")
_ADDRESSES = ("Url", "og:url")
_SITE = "SiteName"

_DATE = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_LABELLED_DATE = re.compile(
    r"(?:发布|发表|发文|更新|公开)(?:日期|时间)[:：]((?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2})"
)
_LABELLED_SOURCE = re.compile(
    r"(?:信息来源|文章来源|稿件来源|来源|发布机构|发文机关)[:：]\s*(\S{2,40})\s*\Z"
)
_LABELLED_NUMBER = re.compile(
    r"(?:文号|发文字号|文件编号)[:：]([\u4e00-\u9fff]{1,16}[〔\[［(（](?:19|20)\d{2}[〕\]］)）]\d{1,5}号)"
)
_LABELLED_START = re.compile(
    r"(?:实施|施行|生效)日期[:：]((?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2})"
)
_LABELLED_END = re.compile(r"(?:失效|废止)日期[:：]((?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2})")
_SITE_SUFFIX = re.compile(r"(?:(?:门户|官方)网站?|官网|网站)\Z")
# Titles of official texts begin with who issued them: “××局 ××局关于……的通知”.
_ISSUER = re.compile(
    r"(\S{2,30}?(?:政府|办公厅|办公室|委员会|委|局|厅|部|院|中心|部门))(?:\s+\S{2,30}?(?:局|委员会|委|厅|部))*\s*关于"
)
# “本网” is the site itself, whose name is another entry.
_THIS_SITE = re.compile(r"本(?:网站|网|站)")


def page_front_matter(page: HtmlElement) -> FrontMatter:
    """Read a page's front matter from its head and, where labelled, from its text.

    Must be called before the furniture is dropped: dates and sources often stand in it.
    """
    names = _meta(page)
    text = squeezed(page.find("body")) if page.find("body") is not None else ""
    title = _title(page, names)
    number = _LABELLED_NUMBER.search(text)
    found: dict[str, object] = {
        "title": title,
        "publisher": _publisher(page, names, title or ""),
        "published": _date_of(_first(names, _DATES)) or _labelled_date(_LABELLED_DATE, text),
        "url": _address(names),
        "document_number": document_number(number[1]) if number else None,
        "effective": _labelled_date(_LABELLED_START, text),
        "expires": _labelled_date(_LABELLED_END, text),
    }
    return _valid({key: value for key, value in found.items() if value is not None})


def _valid(found: dict[str, object]) -> FrontMatter:
    """As front matter, without the values that a page states but cannot mean."""
    try:
        return FrontMatter.model_validate(found)
    except ValidationError as error:
        wrong = {detail["loc"][0] for detail in error.errors()}
        return FrontMatter.model_validate({k: v for k, v in found.items() if k not in wrong})


def _meta(page: HtmlElement) -> dict[str, str]:
    names: dict[str, str] = {}
    for meta in page.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        content = " ".join(meta.get("content", "").split())
        if name and content:
            names.setdefault(name, content)
    return names


def _first(names: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((names[key.lower()] for key in keys if key.lower() in names), None)


def _title(page: HtmlElement, names: dict[str, str]) -> str | None:
    """The prescribed entry, else the page's main heading, else its window title."""
    stated = _first(names, _TITLES)
    if stated:
        return stated[:MAX_TITLE_CHARACTERS]
    window = " ".join((page.findtext(".//title") or "").split())
    headings = [" ".join("".join(e.itertext()).split()) for e in page.iter("h1")]
    headings = [heading for heading in headings if heading and "位置" not in heading]
    # A page with several main headings marks its logo or its sections so.
    if len(set(headings)) == 1:
        return headings[0][:MAX_TITLE_CHARACTERS]
    parted = re.split(r"\s*[-_|–—]+\s*(?=[^-_|–—]*(?:网|网站|政府|局|委员会|平台)\Z)", window)[0]
    return parted[:MAX_TITLE_CHARACTERS] or None


def _publisher(page: HtmlElement, names: dict[str, str], title: str) -> str | None:
    """The stated source; where that is “this site”, the issuer in the title, else the site."""
    stated = _first(names, _SOURCES) or _labelled_source(page)
    source = _THIS_SITE.sub("", stated).strip() if stated else ""
    if source:
        return _SITE_SUFFIX.sub("", source) or source
    issuer = _ISSUER.match(title)
    if issuer is not None:
        return issuer[1]
    site = names.get(_SITE.lower())
    return _SITE_SUFFIX.sub("", site) or None if site else None


def _labelled_source(page: HtmlElement) -> str | None:
    """The source named in a short line or cell of its own, or in the cell after the label."""
    for element in page.iter("td", "span", "p", "div", "li", "em", "i"):
        text = "".join(element.itertext()).strip()
        if len(text) > MAX_TITLE_CHARACTERS:
            continue
        match = _LABELLED_SOURCE.match(text)
        if match:
            return match[1]
    return None


def _address(names: dict[str, str]) -> str | None:
    address = _first(names, _ADDRESSES)
    return address if address and re.match(r"https?://\S+\Z", address) else None


def _labelled_date(label: re.Pattern[str], text: str) -> date | None:
    match = label.search(text)
    return _date_of(match[1]) if match else None


def _date_of(text: str | None) -> date | None:
    match = _DATE.search(text or "")
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
