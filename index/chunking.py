"""Documents → passages: clauses, paragraphs and table rows, packed up to a size.

Each passage carries a breadcrumb: document > chapter > clause.

What belongs together stays together: a clause with its items, a rule with its exception, a lead-in
(“……应当符合下列条件：”) with what it leads to, a table's caption with its first rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.cutting import CLAUSE_CHARACTERS, PASSAGE_CHARACTERS, cut, is_exception, last_words
from index.documents.model import BlockKind, Document
from index.passages import Passage
from index.structure import Line, Section, caption_above, sections_of

# Raised when the same file would be read or cut differently: passages of unchanged files are then
# made anew instead of taken from the last snapshot.
CHUNKER_VERSION = 2
# Less than this says nothing alone (“无”, “（略）”): it joins its neighbour.
FRAGMENT_CHARACTERS = 10
# A name in a breadcrumb longer than this would crowd out the text in what the model reads.
LABEL_CHARACTERS = 60

_LEAD_IN_ENDS = ("：", ":")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of the document's text that may be a passage of its own.

    Attributes:
        start: offset of the first character.
        end: offset after the last one.
        path: the names of the sections it lies in.
        clauses: the clauses it holds, where it may be packed with its neighbours.
        bound: it must not part from the piece before it.
    """

    start: int
    end: int
    path: tuple[str, ...]
    clauses: tuple[Section, ...] = ()
    bound: bool = False


def chunk(document: Document) -> tuple[Passage, ...]:
    """Cut a document into passages.

    Every character of every line that is not a heading lies in exactly one passage. A passage is
    at most `CLAUSE_CHARACTERS` long, and mostly about `PASSAGE_CHARACTERS`.
    """
    text = document.text
    bound_together = _bound_together(_pieces(sections_of(document.blocks)), text)
    pieces = _without_fragments(_packed(bound_together))
    title = document.metadata.title
    return tuple(
        Passage(
            id=f"{document.path}#{ordinal}",
            document=document.path,
            start=piece.start,
            end=piece.end,
            text=text[piece.start : piece.end],
            breadcrumb=_breadcrumb(title, piece),
        )
        for ordinal, piece in enumerate(pieces)
    )


def _breadcrumb(title: str, piece: _Piece) -> tuple[str, ...]:
    path = [_shortened(name) for name in piece.path]
    if len(piece.clauses) == 1:
        path.append(_shortened(piece.clauses[0].label))
    elif piece.clauses:
        path.append("、".join(clause.number for clause in piece.clauses))
    return (title, *path)


def _shortened(name: str) -> str:
    return name if len(name) <= LABEL_CHARACTERS else name[: LABEL_CHARACTERS - 1] + "…"


def _pieces(section: Section, path: tuple[str, ...] = ()) -> Iterator[_Piece]:
    """The pieces of a section, in reading order: whole where they can be."""
    yield from _line_pieces(section.lines, path)
    leads_in = _leads_in(section)
    for below in section.sections:
        for piece in _section_pieces(below, path):
            yield replace(piece, bound=piece.bound or (leads_in and below.is_clause))
            leads_in = False


def _leads_in(section: Section) -> bool:
    """Whether the section's own lines say nothing without its first subsection."""
    if not section.lines:
        return False
    is_name = section.is_clause and len(section.lines) == 1
    last = section.lines[-1].text
    return last.endswith(_LEAD_IN_ENDS) or (is_name and len(last) <= LABEL_CHARACTERS)


def _section_pieces(section: Section, path: tuple[str, ...]) -> Iterator[_Piece]:
    lines = list(section.all_lines())
    if not lines:
        # A heading under which nothing stands is content: nothing else would show it.
        lines = list(section.headings())
        yield _Piece(lines[0].start, lines[-1].end, path)
    elif not section.is_clause:
        yield from _pieces(section, (*path, section.label))
    elif lines[-1].end - lines[0].start <= CLAUSE_CHARACTERS:
        yield _Piece(lines[0].start, lines[-1].end, path, (section,), _is_exception(lines[0]))
    else:
        yield from _pieces(section, (*path, _name_with_lead_in(section)))


def _name_with_lead_in(section: Section) -> str:
    """The name of a clause that is cut, with the words that its items need to be understood."""
    first = section.lines[0].text.strip()
    is_lead_in = first.endswith(_LEAD_IN_ENDS) and len(first) <= LABEL_CHARACTERS
    return first.rstrip("：:") if is_lead_in else section.label


def _line_pieces(lines: Sequence[Line], path: tuple[str, ...]) -> Iterator[_Piece]:
    caption: str | None = None
    for position, line in enumerate(lines):
        before = lines[position - 1] if position else None
        is_row = line.kind is BlockKind.ROW
        if not is_row:
            caption = None
        elif before is None or before.kind is not BlockKind.ROW:
            caption = caption_above(lines, position)
        follows_lead_in = before is not None and before.text.endswith(_LEAD_IN_ENDS)
        follows_caption = (
            caption is not None and before is not None and before.kind is not line.kind
        )
        bound = follows_lead_in or follows_caption or _is_exception(line)
        line_path = (*path, caption) if caption else path
        for start, end in cut(line.text):
            yield _Piece(line.start + start, line.start + end, line_path, bound=bound)
            bound = False


def _is_exception(line: Line) -> bool:
    return line.kind is not BlockKind.ROW and is_exception(line.text)


def _bound_together(pieces: Iterator[_Piece], text: str) -> Iterator[_Piece]:
    """Join what must not part. Where that grows too long, the last words before it go along."""
    current: _Piece | None = None
    for piece in pieces:
        if current is None:
            current = piece
        elif not piece.bound:
            yield current
            current = piece
        elif piece.end - current.start <= CLAUSE_CHARACTERS:
            path = max(current.path, piece.path, key=len)
            clauses = (*current.clauses, *piece.clauses)
            current = replace(current, end=piece.end, path=path, clauses=clauses)
        else:
            room = CLAUSE_CHARACTERS - (piece.end - current.end)
            start = current.start + last_words(text[current.start : current.end], room)
            if start > current.start:
                yield replace(current, end=start - 1 if text[start - 1] == "\n" else start)
            current = replace(piece, start=start if start < current.end else piece.start)
    if current is not None:
        yield current


def _packed(pieces: Iterator[_Piece]) -> Iterator[_Piece]:
    """Join neighbours of one section while they make no more than a passage."""
    current: _Piece | None = None
    for piece in pieces:
        if current is not None and _belong_together(current, piece):
            current = replace(current, end=piece.end, clauses=(*current.clauses, *piece.clauses))
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def _belong_together(first: _Piece, second: _Piece) -> bool:
    return (
        first.path == second.path
        and bool(first.clauses) == bool(second.clauses)
        and second.start <= first.end + 1
        and second.end - first.start <= PASSAGE_CHARACTERS
    )


def _without_fragments(pieces: Iterator[_Piece]) -> list[_Piece]:
    """Join fragments to the piece before, or to the one after where there is none."""
    kept: list[_Piece] = []
    for piece in pieces:
        if kept and _is_joined(kept[-1], piece):
            larger = max(kept[-1], piece, key=lambda one: one.end - one.start)
            kept[-1] = replace(larger, start=kept[-1].start, end=piece.end)
        else:
            kept.append(piece)
    return kept


def _is_joined(first: _Piece, second: _Piece) -> bool:
    shorter = min(first.end - first.start, second.end - second.start)
    return shorter < FRAGMENT_CHARACTERS and second.end - first.start <= CLAUSE_CHARACTERS
