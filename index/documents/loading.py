"""Files under a knowledge folder → documents. One loader per format, chosen by file name."""

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from index.documents.front_matter import parse_front_matter, split_front_matter
from index.documents.markdown import parse_markdown
from index.documents.model import Block, BlockKind, Document
from index.documents.plain import parse_plain
from index.errors import KnowledgeError

# The largest text a person keeps in one file is a few hundred kB; the cap keeps a stray database
# dump from filling the memory.
MAX_FILE_BYTES = 20_000_000
MAX_FILES = 200_000
MAX_DEPTH = 20
# A title longer than this is a paragraph without a heading.
MAX_TITLE_CHARACTERS = 120

_PARSERS: dict[str, Callable[[str], tuple[Block, ...]]] = {
    ".md": parse_markdown,
    ".markdown": parse_markdown,
    ".txt": parse_plain,
}
# Knowledge that is not a document: read by index.knowledge.
CONFIGURATION_FILES = frozenset(
    {"profile.yaml", "glossary.yaml", "contacts.yaml", "checks.yaml"},
)


def document_files(root: Path) -> Iterator[str]:
    """Paths (with ``/``, relative, sorted) of the files under `root` that are documents.

    Hidden files, configuration and sidecars are no documents. Links are not followed: what lies
    outside the folder is not knowledge.

    Raises:
        KnowledgeError: the folder is missing, or holds too many files.
    """
    if not root.is_dir():
        raise KnowledgeError(f"no knowledge folder at {root}; create it or set KNOWLEDGE_DIR")
    found = sorted(_walk(root, depth=0))
    if len(found) > MAX_FILES:
        raise KnowledgeError(f"{root} holds more than {MAX_FILES} files; is it the right folder?")
    names = [path.relative_to(root).as_posix() for path in found]
    sidecar_hosts = {os.path.splitext(name)[0] for name in names if not name.endswith(".yaml")}
    for name in names:
        stem, suffix = os.path.splitext(name)
        is_sidecar = suffix == ".yaml" and stem in sidecar_hosts
        if name not in CONFIGURATION_FILES and not is_sidecar:
            yield name


def document_digest(root: Path, path: str) -> str:
    """SHA-256 (hex) of all bytes the document at `path` is read from, its sidecar included.

    Raises:
        KnowledgeError: the file cannot be read or is too large.
    """
    return _digest(*_contents(root, path))


def load_document(root: Path, path: str) -> Document:
    """Read the document at `path` under `root`.

    Raises:
        KnowledgeError: the file is of no known format, too large, not text, or empty.
    """
    file = root / path
    parse = _PARSERS.get(file.suffix.lower())
    if parse is None:
        known = ", ".join(sorted(_PARSERS))
        raise KnowledgeError(f"{path}: the format “{file.suffix}” is not read; known are {known}")
    content, sidecar = _contents(root, path)
    split = split_front_matter(decode(content, path), path)
    front_matter, warnings = split.front_matter, split.warnings
    if sidecar:
        front_matter, warnings = parse_front_matter(decode(sidecar, path), path)
    blocks = parse(split.body)
    if not any(block.text for block in blocks):
        raise KnowledgeError(f"{path}: the file holds no text")
    metadata = front_matter.metadata(title=_first_line(blocks))
    if metadata.published is None:
        warnings = (*warnings, "date of publication unknown; add “published: YYYY-MM-DD”")
    return Document(
        path=path,
        digest=_digest(content, sidecar),
        metadata=metadata,
        blocks=_without_title(blocks, metadata.title),
        warnings=warnings,
    )


def decode(content: bytes, path: str) -> str:
    """Decode text that is UTF-8, with or without a byte order mark.

    Line ends become ``\\n``, control characters that show nothing are dropped.

    Raises:
        KnowledgeError: the bytes are not UTF-8 text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnowledgeError(
            f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8 and index again",
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    if depth > MAX_DEPTH:
        raise KnowledgeError(f"{folder} lies more than {MAX_DEPTH} folders deep; flatten it")
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _walk(entry, depth + 1)
        elif entry.is_file():
            yield entry


def _contents(root: Path, path: str) -> tuple[bytes, bytes]:
    """The bytes of a document and of its sidecar (empty where there is none)."""
    file = root / path
    sidecar = file.with_suffix(".yaml")
    return _read(file, path), _read(sidecar, path) if sidecar.is_file() else b""


def _digest(content: bytes, sidecar: bytes) -> str:
    return hashlib.sha256(content + b"\0" + sidecar).hexdigest()


def _read(file: Path, path: str) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise KnowledgeError(f"{path}: larger than {MAX_FILE_BYTES // 1_000_000} MB; split it")
        return file.read_bytes()
    except OSError as error:
        raise KnowledgeError(f"{path}: cannot be read ({error.strerror})") from error


def _first_line(blocks: tuple[Block, ...]) -> str:
    """The title of a document without one: its first heading, else its first line."""
    headings = (block.text for block in blocks if block.kind is BlockKind.HEADING)
    return next(headings, blocks[0].text)[:MAX_TITLE_CHARACTERS]


def _without_title(blocks: tuple[Block, ...], title: str) -> tuple[Block, ...]:
    """Drop a first heading that only repeats the title: the breadcrumb begins with it anyway."""
    first, *rest = blocks
    repeats = first.kind is BlockKind.HEADING and first.text == title
    return tuple(rest) if repeats and rest else blocks
