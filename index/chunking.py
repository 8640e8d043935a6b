"""Documents → passages: clauses, paragraphs and table rows, packed up to a size, under a breadcrumb.

What belongs together stays together: a clause with its items, a rule with its exception, a lead-in
(“……应当符合下列条件：”) with what it leads to, a table's caption with its first rows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents.model import BlockKind, Document
from index.passages import Passage
from index.structure import Line, Section, caption_above, sections_of

# Raised when the same file would be read or cut differently: passages of unchanged files are then
# made anew instead of taken from the last snapshot.
CHUNKER_VERSION = 2
# Passages of about 300 characters found the right document more often than longer ones on 511
# questions over 599 Chinese policy documents (docs/quality.md).
PASSAGE_CHARACTERS = 300
# A clause up to this length is never cut. The model reads 512 tokens; Chinese policy text takes
# about 0.65 tokens a character, so 600 characters and a breadcrumb of 150 just fit.
CLAUSE_CHARACTERS = 600
# Less than this says nothing alone (“无”, “（略）”): it joins its neighbour.
FRAGMENT_CHARACTERS = 10
# Any other paragraph is cut above this: it is text without a unit of its own.
BLOCK_CHARACTERS = 450
# A name in a breadcrumb longer than this would crowd out the text in what the model reads.
LABEL_CHARACTERS = 60

_LEAD_IN_ENDS = ("：", ":")
# A cut falls where the reader would pause: after a sentence, else after a part of one.
_PAUSES = (
    re.compile(r"(?:[。！？!?]+|(?<=[A-Za-z)])\.(?=\s))[”’」』）)]*[ \t\u3000]*|[ \t\u3000]{2,}"),
    re.compile(r"[；;][ \t\u3000]*"),
    re.compile(r"[，,、：:]|[ \t\u3000]+"),
)
# A text that begins so takes back or limits what stands before it.
_EXCEPTION = re.compile(
    r"[\s　]*(?:[（(]?但|然而|不过|例外|除外|除[^，。；]{1,40}(?:外|以外|之外)|前款|前项|上述规定"
    r"|[^，。；]{0,20}(?:的除外|另有规定))"
)

@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of the document's text that may be a passage of its own.

    Attributes:
        start: offset of the first character.
        end: offset after the last one.
        path: the names of the sections it lies in.
        clauses: the names of the clauses it holds, where it may be packed with its neighbours.
        bound: it must not part from the piece before it.
    """

    start: int
    end: int
    path: tuple[str, ...]
    clauses: tuple[str, ...] = ()
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
        path.append(_shortened(piece.clauses[0]))
    elif piece.clauses:
        path.append("、".join(name.split(" ")[0] for name in piece.clauses))
    return (title, *path)


def _shortened(name: str) -> str:
    return name if len(name) <= LABEL_CHARACTERS else name[: LABEL_CHARACTERS - 1] + "…"


def _pieces(section: Section, path: tuple[str, ...] = ()) -> Iterator[_Piece]:
    """The pieces of a section, in reading order: whole where they can be."""
    yield from _line_pieces(section.lines, path)
    for below in section.sections:
        yield from _section_pieces(below, path)


def _section_pieces(section: Section, path: tuple[str, ...]) -> Iterator[_Piece]:
    lines = list(section.all_lines())
    if not lines:
        # A heading under which nothing stands is content: nothing else would show it.
        lines = list(section.headings())
        yield _Piece(lines[0].start, lines[-1].end, path)
    elif not section.is_clause:
        yield from _pieces(section, (*path, section.label))
    elif lines[-1].end - lines[0].start <= CLAUSE_CHARACTERS:
        yield _Piece(lines[0].start, lines[-1].end, path, (section.label,), _is_exception(lines[0]))
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
        follows_caption = caption is not None and before is not None and before.kind is not line.kind
        bound = follows_lead_in or follows_caption or _is_exception(line)
        line_path = (*path, caption) if caption else path
        for start, end in _cut(line.text):
            yield _Piece(line.start + start, line.start + end, line_path, bound=bound)
            bound = False


def _is_exception(line: Line) -> bool:
    return line.kind is not BlockKind.ROW and _EXCEPTION.match(line.text) is not None


def _cut(text: str) -> list[tuple[int, int]]:
    """Spans that together are the text; one span where it is short enough to stay whole."""
    if len(text) <= BLOCK_CHARACTERS:
        return [(0, len(text))]
    spans: list[tuple[int, int]] = []
    for start, end in _parts(text, 0, len(text), _PAUSES):
        if spans and end - spans[-1][0] <= PASSAGE_CHARACTERS:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _parts(
    text: str, start: int, end: int, pauses: Sequence[re.Pattern[str]]
) -> Iterator[tuple[int, int]]:
    """Cut a span at the first of `pauses`, and what is still too long at the next one.

    What begins with an exception stays with the part before it.
    """
    if not pauses:
        for cut in range(start, end, PASSAGE_CHARACTERS):
            yield cut, min(cut + PASSAGE_CHARACTERS, end)
        return
    parts: list[tuple[int, int]] = []
    with_exception: set[int] = set()
    begin = start
    for stop in [*(match.end() for match in pauses[0].finditer(text, start, end)), end]:
        if begin == stop:
            continue
        if parts and _EXCEPTION.match(text, begin, stop):
            parts[-1] = (parts[-1][0], stop)
            with_exception.add(len(parts) - 1)
        else:
            parts.append((begin, stop))
        begin = stop
    for position, (part_start, part_end) in enumerate(parts):
        limit = CLAUSE_CHARACTERS if position in with_exception else PASSAGE_CHARACTERS
        if part_end - part_start <= limit:
            yield part_start, part_end
        else:
            yield from _parts(text, part_start, part_end, pauses[1:])


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
            current = replace(current, end=piece.end, path=max(current.path, piece.path, key=len))
        else:
            cut = _last_words(text, current, room=CLAUSE_CHARACTERS - (piece.end - current.end))
            if cut > current.start:
                yield replace(current, end=cut - 1 if text[cut - 1] == "\n" else cut)
            current = replace(piece, start=cut)
    if current is not None:
        yield current


def _last_words(text: str, piece: _Piece, room: int) -> int:
    """Where the last words of `piece` begin: a sentence, else less, that fits into `room`."""
    for pause in _PAUSES:
        for start, _ in reversed(list(_parts(text, piece.start, piece.end, (pause,)))):
            if piece.end - start <= room:
                return start
    return piece.end


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
