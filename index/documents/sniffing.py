"""What a file really is, by its first bytes: names lie."""

from index.errors import KnowledgeError

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "text in RTF"),
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"BM", "BMP picture"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"SQLite format 3", "SQLite database"),
)
_TEXT_SUFFIXES = frozenset({".md", ".markdown", ".txt", ".csv", ".html", ".htm"})
_BINARY_TEXT_SIGNATURES = frozenset({"BMP picture", "program"})
# Names inside the container that tell what it is.
_ZIP_PARTS = (
    (b"word/", ".docx"),
    (b"xl/", ".xlsx"),
    (b"ppt/", ".pptx"),
    (b"OFD.xml", ".ofd"),
)
# A compound file names its streams in UTF-16.
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", ".doc"),
    ("Workbook", ".xls"),
    ("Book", ".xls"),
    ("PowerPoint Document", ".ppt"),
)
_KINDS = {
    ".docx": "a Word document (.docx)",
    ".xlsx": "an Excel workbook (.xlsx)",
    ".pptx": "a PowerPoint presentation (.pptx)",
    ".ofd": "an OFD document (.ofd)",
    ".doc": "an old Word document (.doc)",
    ".xls": "an old Excel workbook (.xls)",
    ".ppt": "an old PowerPoint presentation (.ppt)",
    ".pdf": "a PDF (.pdf)",
    ".html": "a web page (.html)",
}
# Office opens these by content whatever the name says, so offices never notice.
_SAME_PROGRAM = (frozenset({".xls", ".xlsx"}), frozenset({".doc", ".docx"}))


def check_format(content: bytes, suffix: str, path: str) -> tuple[str, tuple[str, ...]]:
    """Check that a file is what its name says.

    Returns:
        The suffix whose loader reads it, and a warning where that is not the suffix of its name.

    Raises:
        KnowledgeError: it is something else, or protected by a password.
    """
    actual = _actual(content, suffix)
    if actual == "encrypted":
        raise KnowledgeError(f"{path}: protected by a password; save a copy without one")
    if actual in {None, suffix} or (suffix == ".htm" and actual == ".html"):
        return suffix, ()
    kind = _KINDS.get(str(actual), f"a {actual}")
    if any({suffix, actual} == program for program in _SAME_PROGRAM):
        return str(actual), (f"is really {kind}; rename it",)
    if actual in _KINDS and suffix not in _TEXT_SUFFIXES | {actual}:
        raise KnowledgeError(f"{path}: is really {kind}; rename it and index again")
    raise KnowledgeError(f"{path}: is really {kind}, not {suffix}; save it as what it is named")


def _actual(content: bytes, suffix: str) -> str | None:
    """The suffix or the description of what the bytes are; None where they do not tell."""
    if content.startswith(_ZIP):
        found = (kind for name, kind in _ZIP_PARTS if name in content)
        return next(found, "zip archive")
    if content.startswith(_COMPOUND):
        found = (kind for name, kind in _STREAMS if name.encode("utf-16-le") in content)
        return next(found, "compound file of an unknown program")
    # Producers may put some bytes before the header; readers look for it in the first kilobyte.
    if suffix == ".pdf" and b"%PDF-" in content[:1024]:
        return ".pdf"
    for signature, kind in _SIGNATURES:
        # Two letters may well begin a text.
        if content.startswith(signature) and not (
            suffix in _TEXT_SUFFIXES and kind in _BINARY_TEXT_SIGNATURES
        ):
            return ".pdf" if kind == "PDF" else kind
    if suffix in _TEXT_SUFFIXES:
        return None
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if (
        head.startswith((b"<!doctype html", b"<html", b"<head", b"<meta", b"<table"))
        or b"<html" in head
    ):
        return ".html"
    return (
        "text file" if head and b"\0" not in head and _is_text(content[:1024]) else "damaged file"
    )


def _is_text(head: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\t\r\n\f" for byte in head)
