"""OFD (GB/T 33190), the national format for official documents: a zip of XML.

`OFD.xml` names the documents, `Document.xml` the pages, a page's `Content.xml` the text objects
with their places. Templates, annotations, signatures and attachments are not read: they hold page
backgrounds, stamps and other files.
"""

import posixpath
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from index.documents.archive import Archive
from index.documents.decoding import plain_characters
from index.documents.front_matter import FrontMatter
from index.documents.front_page import without_contents
from index.documents.layout import Glyph, TextLine, lines_of, paragraphs, without_running_lines
from index.documents.reading import MAX_CHARACTERS, Reading
from index.errors import KnowledgeError

MAX_PAGES = 2_000
# How far down page blocks may stand in one another.
MAX_DEPTH = 20
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# Without spacing of its own a character is as wide as it is high, a Latin one half of that.
_LATIN_WIDTH = 0.5
# The baseline stands this part of the height below the top of a character.
_ASCENT = 0.85

_Matrix = tuple[float, float, float, float, float, float]


def read_ofd(content: bytes, path: str) -> Reading:
    """Read an OFD document.

    Raises:
        KnowledgeError: it is damaged, a zip bomb, holds XML entities, too many pages or no text.
    """
    archive = Archive(content, path)
    if not archive.has("OFD.xml"):
        raise archive.damaged()
    root = archive.xml("OFD.xml")
    pages: list[list[TextLine]] = []
    characters = 0
    for document in _texts(root, "DocRoot"):
        for page in _page_names(archive, document):
            glyphs = list(islice(_page_glyphs(archive, page), MAX_CHARACTERS + 1))
            characters += len(glyphs)
            if characters > MAX_CHARACTERS:
                raise KnowledgeError(f"{path}: holds too much text for one document; split it")
            pages.append(lines_of(glyphs))
    if not any(pages):
        raise KnowledgeError(f"{path}: holds pictures only, no text; ask for the text version")
    blocks = without_contents(tuple(paragraphs(without_running_lines(pages))))
    return Reading(blocks, FrontMatter(title=_title(root)))


def _title(root: etree._Element) -> str | None:
    """The title in the file's properties, where it is one and not a file name."""
    title = next(iter(_texts(root, "Title")), "")
    return title if len(title) >= 6 and "." not in title and not title.isascii() else None


def _page_names(archive: Archive, document: str) -> list[str]:
    name = _resolved("", document)
    root = archive.xml(name)
    pages = [
        _resolved(posixpath.dirname(name), page.get("BaseLoc", ""))
        for pages in _children(root, "Pages")
        for page in _children(pages, "Page")
    ]
    if len(pages) > MAX_PAGES:
        raise KnowledgeError(f"{archive.path}: more than {MAX_PAGES} pages; split it")
    # A shortened file names pages that it does not hold.
    return [page for page in pages if archive.has(page)]


def _resolved(folder: str, location: str) -> str:
    """A location in the file, which is absolute or relative to the part that names it."""
    joined = location if location.startswith("/") else posixpath.join("/", folder, location)
    return posixpath.normpath(joined).lstrip("/")


def _page_glyphs(archive: Archive, page: str) -> Iterator[Glyph]:
    for content in _children(archive.xml(page), "Content"):
        for text in _text_objects(content, depth=0):
            yield from _object_glyphs(text)


def _text_objects(parent: etree._Element, depth: int) -> Iterator[etree._Element]:
    for child in parent:
        if _name(child) == "TextObject":
            if child.get("Visible", "true") != "false":
                yield child
        elif _name(child) in {"Layer", "PageBlock"} and depth < MAX_DEPTH:
            yield from _text_objects(child, depth + 1)


def _object_glyphs(text: etree._Element) -> Iterator[Glyph]:
    """The characters of a text object at their places on the page."""
    boundary = _numbers(text.get("Boundary", ""))
    size = (_numbers(text.get("Size", "")) or [0.0])[0]
    if len(boundary) != 4 or size <= 0:
        return
    stated = _numbers(text.get("CTM", ""))
    matrix: _Matrix = _IDENTITY
    if len(stated) == 6:
        matrix = (stated[0], stated[1], stated[2], stated[3], stated[4], stated[5])
    # The height of a character after turning and stretching.
    height = size * (abs(matrix[3]) or abs(matrix[1]) or 1.0)
    width_scale = abs(matrix[0]) or abs(matrix[2]) or 1.0
    x = y = 0.0
    for code in _children(text, "TextCode"):
        # A text code without a place of its own goes on where the one before began.
        x = (_numbers(code.get("X", "")) or [x])[0]
        y = (_numbers(code.get("Y", "")) or [y])[0]
        characters = plain_characters(code.text or "").replace("\n", "")
        across, down = _steps(code.get("DeltaX", "")), _steps(code.get("DeltaY", ""))
        at_x, at_y = x, y
        for position, character in enumerate(characters):
            own = size if character > "\u2e7f" else size * _LATIN_WIDTH
            left = boundary[0] + matrix[0] * at_x + matrix[2] * at_y + matrix[4]
            baseline = boundary[1] + matrix[1] * at_x + matrix[3] * at_y + matrix[5]
            top = baseline - _ASCENT * height
            yield Glyph(character, left, left + own * width_scale, top, top + height)
            # Without steps a text runs to the right; with steps down only, it runs down.
            at_x += across[position] if position < len(across) else (0.0 if down else own)
            at_y += down[position] if position < len(down) else 0.0


def _steps(text: str) -> list[float]:
    """The steps between characters; ``g 3 2.5`` stands for three of 2.5."""
    words = text.split()
    steps: list[float] = []
    position = 0
    while position < len(words):
        if words[position] == "g" and position + 2 < len(words):
            count, step = _number(words[position + 1]), _number(words[position + 2])
            # No line is that long; a file that says so is hostile.
            steps.extend([step] * min(max(int(count), 0), 10_000))
            position += 3
        else:
            steps.append(_number(words[position]))
            position += 1
    return steps


def _numbers(text: str) -> list[float]:
    return [_number(word) for word in text.split()]


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in parent if _name(child) == name]


def _texts(root: etree._Element, name: str) -> list[str]:
    return [(e.text or "").strip() for e in root.iter() if _name(e) == name and e.text]


def _name(element: etree._Element) -> str:
    """The name without its namespace: producers write it with and without the year."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
