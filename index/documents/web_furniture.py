"""Finds the content of a saved web page: all but navigation, sharing, footers and hidden copies."""

import re

from lxml.html import HtmlElement

# What never holds content.
_MACHINERY = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "video",
        "audio",
        "map",
        "button",
        "input",
        "select",
        "option",
        "textarea",
        "nav",
        "header",
        "footer",
        "aside",
        "link",
        "meta",
    }
)
# Words of class names and ids by which government page templates name their furniture.
_FURNITURE_WORDS = frozenset(
    {
        "nav",
        "navi",
        "mainnav",
        "navbar",
        "menu",
        "header",
        "head",
        "headb",
        "foot",
        "footer",
        "footbox",
        "footwrap",
        "bottom",
        "share",
        "newsshare",
        "jiathis",
        "bdsharebuttonbox",
        "breadcrumb",
        "bread",
        "crumb",
        "crumbs",
        "curb",
        "location",
        "position",
        "path",
        "sidebar",
        "toolbar",
        "print",
        "copyright",
        "qrcode",
        "qr",
        "ewm",
        "erweima",
        "pagination",
        "pager",
        "page",
        "related",
        "xgwz",
        "search",
        "login",
        "banner",
        "logo",
        "modal",
        "popup",
        "dialog",
        "hotkey",
        "friendlink",
        "links",
        "setfont",
        "fontsize",
        "backtop",
        "gotop",
        "totop",
        "quickbar",
        "language",
        "topbar",
        "leftnav",
        "rightnav",
        "tool",
        "tools",
        "dayin",
        "guanbi",
        "gbck",
        "jbxx",
    }
)
# These name nothing else, so that they may hold most of a short page.
_CERTAIN_WORDS = frozenset(
    {
        "nav",
        "navi",
        "mainnav",
        "navbar",
        "menu",
        "foot",
        "footer",
        "footbox",
        "footwrap",
        "copyright",
        "breadcrumb",
        "share",
    }
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ATTACHMENT = re.compile(r"\.(?:docx?|xlsx?|pdf|ofd|wps|et|zip|rar)(?:[?#]|\Z)", re.IGNORECASE)

# Furniture never holds this share of a page's text; a wrong guess would take the content away.
MAX_SHARE_OF_FURNITURE = 0.3
MAX_SHARE_OF_CERTAIN_FURNITURE = 0.9
# A page that shows less than this when its hidden parts are gone is unfolded by a script.
MIN_SHARE_SHOWN = 0.3
# The content is looked for in the one part of a page that has nearly all of its text.
SHARE_OF_CONTENT = 0.8
# Of a list of links more than this share of the text is links.
LINK_SHARE = 0.6
# Below this length two equal texts are chance, not a second copy.
COPY_CHARACTERS = 200
# Copies are parts of a page, of which there are few; paragraphs are many.
MAX_COPIES = 100
_CONTAINERS = frozenset({"body", "div", "section", "article", "main", "form", "center", "span"})


def content_of(body: HtmlElement) -> HtmlElement:
    """Strip a page's body of its furniture, in place, and return the part that is the content."""
    _drop(body, [element for element in body.iter() if element.tag in _MACHINERY])
    _drop(body, [e for e in body.iter() if not isinstance(e.tag, str)])
    _drop_hidden(body)
    for words, share in (
        (_CERTAIN_WORDS, MAX_SHARE_OF_CERTAIN_FURNITURE),
        (_FURNITURE_WORDS, MAX_SHARE_OF_FURNITURE),
    ):
        most = share * _own_length(body)
        _drop(body, [e for e in body.iter() if _is_named(e, words) and _own_length(e) <= most])
    # Innermost first: what holds a list of links besides its own text is judged without it.
    for element in reversed(list(body.iter("ul", "ol", "dl", "div", "p", "table"))):
        if _is_links(element):
            _drop(body, [element])
    return _main_part(body)


def squeezed(element: HtmlElement) -> str:
    """The text of an element without any white space."""
    return "".join("".join(element.itertext()).split())


def _drop(body: HtmlElement, elements: list[HtmlElement]) -> None:
    for element in elements:
        if element is not body and element.getparent() is not None:
            element.drop_tree()


def _drop_hidden(body: HtmlElement) -> None:
    hidden = [
        e
        for e in body.iter()
        if e is not body and (_HIDDEN.search(e.get("style", "")) or "hidden" in e.attrib)
    ]
    inside = set(hidden)
    outermost = [e for e in hidden if not any(above in inside for above in e.iterancestors())]
    shown = len(squeezed(body)) - sum(len(squeezed(e)) for e in outermost)
    if shown >= MIN_SHARE_SHOWN * len(squeezed(body)):
        _drop(body, outermost)


def _is_named(element: HtmlElement, words: frozenset[str]) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return any(word.lower() in words for word in _WORD.findall(names))


def _is_links(element: HtmlElement) -> bool:
    links = list(element.iter("a"))
    if len(links) < 2 or any(_ATTACHMENT.search(link.get("href", "")) for link in links):
        return False
    linked = sum(len(squeezed(link)) for link in links)
    return linked > LINK_SHARE * len(squeezed(element))


def _own_length(element: HtmlElement) -> int:
    """The length of an element's text that is not links."""
    return len(squeezed(element)) - sum(len(squeezed(link)) for link in element.iter("a"))


def _main_part(body: HtmlElement) -> HtmlElement:
    current = body
    while True:
        _drop_copies(current)
        largest = max(current, key=_own_length, default=None)
        if (
            largest is None
            or largest.tag not in _CONTAINERS
            or _own_length(largest) < SHARE_OF_CONTENT * _own_length(current)
        ):
            return current
        current = largest


def _drop_copies(parent: HtmlElement) -> None:
    """Drop a child whose whole text another child has as well: templates keep copies for phones."""
    if len(parent) > MAX_COPIES:
        return
    texts = [(child, squeezed(child)) for child in parent]
    for child, text in texts:
        if len(text) < COPY_CHARACTERS:
            continue
        others = [other for one, other in texts if one is not child and one.getparent() is parent]
        if any(text in other for other in others):
            child.drop_tree()
