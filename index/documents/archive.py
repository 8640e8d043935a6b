"""Zip containers of XML (docx, xlsx, ofd): opened within limits, read without entities."""

import io
import zipfile
import zlib

from lxml import etree

from index.errors import KnowledgeError

# The largest document at hand unpacks to 6 MB of XML. These keep a bomb from filling the memory:
# a parsed tree takes about ten times its text.
MAX_ENTRIES = 5_000
MAX_XML_BYTES = 40_000_000
MAX_UNPACKED_BYTES = 300_000_000
# XML of empty cells packs about 1:100; nothing honest packs more than this.
MAX_RATIO = 200
# Small parts may pack better without doing harm.
RATIO_FREE_BYTES = 1_000_000
_XML_SUFFIXES = (".xml", ".rels")


class Archive:
    """A zip file that has been checked against bombs.

    Names are only looked up, never used as file paths: nothing is unpacked to disk.
    """

    def __init__(self, content: bytes, path: str) -> None:
        """Open and check.

        Raises:
            KnowledgeError: it is damaged, protected, or would unpack to too much.
        """
        self.path = path
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise self.damaged() from error
        entries = self._zip.infolist()
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise KnowledgeError(f"{path}: protected by a password; save a copy without one")
        xml_bytes = sum(
            entry.file_size for entry in entries if entry.filename.endswith(_XML_SUFFIXES)
        )
        if (
            len(entries) > MAX_ENTRIES
            or xml_bytes > MAX_XML_BYTES
            or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES
            or any(_packs_too_well(entry) for entry in entries)
        ):
            raise KnowledgeError(
                f"{path}: unpacks to far more than a document holds (a zip bomb?); save it anew",
            )
        self._names = {entry.filename.replace("\\", "/").lstrip("/"): entry for entry in entries}

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name in self._names

    def read(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            KnowledgeError: it is missing or damaged.
        """
        try:
            return self._zip.read(self._names[name])
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise self.damaged() from error

    def xml(self, name: str) -> etree._Element:
        """The root of an XML part.

        Raises:
            KnowledgeError: it is missing, no XML, or declares entities.
        """
        return safe_xml(self.read(name), self.path)

    def check_xml(self) -> None:
        """Check all XML parts before a library parses them.

        Raises:
            KnowledgeError: one declares entities.
        """
        for name in self._names:
            if name.endswith(_XML_SUFFIXES):
                _refuse_entities(self.read(name), self.path)

    def damaged(self) -> KnowledgeError:
        """The refusal of a file whose inside is not as it must be."""
        return KnowledgeError(f"{self.path}: the file is damaged; open it, save it anew and retry")


def safe_xml(content: bytes, path: str) -> etree._Element:
    """Parse XML that may come from anyone: no entities, no network, no absurd sizes.

    Raises:
        KnowledgeError: it is no XML, or declares entities.
    """
    _refuse_entities(content, path)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise KnowledgeError(
            f"{path}: the file is damaged; open it, save it anew and retry"
        ) from error


def _refuse_entities(content: bytes, path: str) -> None:
    # Without the zero bytes UTF-16 reads as ASCII here.
    if b"<!DOCTYPE" in content.replace(b"\0", b"") or b"<!ENTITY" in content.replace(b"\0", b""):
        raise KnowledgeError(f"{path}: holds XML entities, which no office program writes; refused")


def _packs_too_well(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > RATIO_FREE_BYTES and entry.file_size > MAX_RATIO * max(
        entry.compress_size, 1
    )
