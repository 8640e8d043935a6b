"""Files under a knowledge folder → documents. One loader per format, chosen by file name."""

import hashlib
import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import cast

from index.documents.decoding import decode
from index.documents.front_matter import FrontMatter, parse_front_matter
from index.documents.front_page import (
    FRONT_BLOCKS,
    MAX_TITLE_LINES,
    document_number,
    document_number_of,
    title_of,
)
from index.documents.model import Block, BlockKind, Document, Metadata
from index.documents.reading import MAX_BLOCKS, MAX_CHARACTERS, Reading
from index.documents.sniffing import check_format
from index.errors import KnowledgeError

# The largest text a person keeps in one file is a few hundred kB, the largest file with pictures
# some MB; the cap keeps a stray database dump or film from filling the memory.
MAX_FILE_BYTES = 20_000_000
MAX_FILES = 200_000
MAX_DEPTH = 20

# Name of the module and of its function. A module is imported when the first such file is read:
# each brings a library of its own.
_LOADERS: dict[str, tuple[str, str]] = {
    ".md": ("markdown", "read_markdown"),
    ".markdown": ("markdown", "read_markdown"),
    ".txt": ("plain", "read_plain"),
    ".html": ("web_page", "read_web_page"),
    ".htm": ("web_page", "read_web_page"),
    ".docx": ("word", "read_word"),
    ".doc": ("word_binary", "read_word_binary"),
    ".xlsx": ("workbook", "read_workbook"),
    ".xls": ("workbook_binary", "read_workbook_binary"),
    ".csv": ("separated", "read_separated"),
    ".pdf": ("pdf", "read_pdf"),
    ".ofd": ("ofd", "read_ofd"),
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
    sidecar_hosts = {_stem(name) for name in names if not name.endswith(".yaml")}
    for name in names:
        is_sidecar = name.endswith(".yaml") and _stem(name) in sidecar_hosts
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
        KnowledgeError: the file is of no known format, is not what its name says, is too large,
            damaged, protected or empty, or changes while it is read.
    """
    file = root / path
    if file.suffix.lower() not in _LOADERS:
        known = ", ".join(sorted(_LOADERS))
        raise KnowledgeError(f"{path}: the format “{file.suffix}” is not read; known are {known}")
    content = _read(file, path)
    sidecar_file = file.with_suffix(".yaml")
    sidecar = _read(sidecar_file, path) if sidecar_file.is_file() else b""
    suffix, warnings = check_format(content, file.suffix.lower(), path)
    reading = _loader(suffix)(content, path)
    stated, sidecar_warnings = (
        parse_front_matter(decode(sidecar, path), sidecar_file.name)
        if sidecar
        else (FrontMatter(), ())
    )
    blocks = _checked(reading.blocks, path)
    metadata = _merged(reading, stated).metadata(title=title_of(blocks) or file.stem)
    warnings = (*warnings, *reading.warnings, *sidecar_warnings)
    if metadata.published is None:
        warnings = (*warnings, "date of publication unknown; add “published: YYYY-MM-DD”")
    return Document(
        path=path,
        digest=hashlib.sha256(content + b"\0" + sidecar).hexdigest(),
        metadata=metadata,
        blocks=_without_title(blocks, metadata),
        warnings=warnings,
    )


def _loader(suffix: str) -> Callable[[bytes, str], Reading]:
    module, function = _LOADERS[suffix]
    try:
        loaded = importlib.import_module(f"index.documents.{module}")
    except ImportError as error:
        raise KnowledgeError(
            f"reading {suffix} files needs the package “{error.name}”; install the program anew",
        ) from error
    return cast("Callable[[bytes, str], Reading]", getattr(loaded, function))


def _checked(blocks: tuple[Block, ...], path: str) -> tuple[Block, ...]:
    kept = tuple(block for block in blocks if block.text.strip())
    if not kept:
        raise KnowledgeError(f"{path}: the file holds no text")
    if len(kept) > MAX_BLOCKS or sum(len(block.text) for block in kept) > MAX_CHARACTERS:
        raise KnowledgeError(f"{path}: holds too much text for one document; split it")
    return kept


def _merged(reading: Reading, stated: FrontMatter) -> FrontMatter:
    """The file's own front matter, overruled by the sidecar key by key."""
    found = reading.front_matter
    if found.document_number is None:
        found = found.model_copy(update={"document_number": document_number_of(reading.blocks)})
    return found.model_copy(update=stated.model_dump(exclude_unset=True))


def _stem(name: str) -> str:
    """The path without the suffix."""
    return PurePosixPath(name).with_suffix("").as_posix()


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
    """Read a whole file that stays the same meanwhile.

    The size is checked before and limits the read: a file that grows cannot fill the memory.
    """
    try:
        with file.open("rb") as opened:
            before = os.fstat(opened.fileno())
            if before.st_size > MAX_FILE_BYTES:
                size = MAX_FILE_BYTES // 1_000_000
                raise KnowledgeError(f"{path}: larger than {size} MB; split it")
            content = opened.read(before.st_size + 1)
        after = file.stat()
    except OSError as error:
        raise KnowledgeError(
            f"{path}: cannot be read ({error.strerror}); check its permissions",
        ) from error
    if _identity(before) != _identity(after) or len(content) != before.st_size:
        raise KnowledgeError(f"{path}: changed while being read; index again")
    return content


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _without_title(blocks: tuple[Block, ...], metadata: Metadata) -> tuple[Block, ...]:
    """Drop the first lines that only repeat the title and the number: the metadata has them.

    A sentence that stands in for a title is content, and stays.
    """
    if metadata.title.endswith(("。", "！", "；", ".")):
        return blocks
    title = _squeezed(metadata.title)
    kept = [
        block
        for position, block in enumerate(blocks)
        if position >= FRONT_BLOCKS
        or metadata.document_number is None
        or document_number(block.text) != metadata.document_number
    ]
    for first in range(min(FRONT_BLOCKS, len(kept))):
        for last in range(first + 1, min(first + MAX_TITLE_LINES, len(kept)) + 1):
            lines = kept[first:last]
            if _squeezed("".join(line.text for line in lines)) == title and all(
                line.kind in {BlockKind.HEADING, BlockKind.PARAGRAPH} for line in lines
            ):
                return tuple(kept[:first] + kept[last:]) or blocks
    return tuple(kept) or blocks


def _squeezed(text: str) -> str:
    return "".join(text.split())
