"""Bytes → text, whatever the office program saved."""

import codecs
import re
import unicodedata

from index.errors import KnowledgeError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# GB18030 decodes nearly any bytes. Text in it is made of these; a binary file decoded as GB18030
# is full of others (private use, rare scripts, control characters).
_CHINESE_TEXT = re.compile(
    r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u2000-\u206f\u2460-\u24ff\u25a0-\u25ff\x20-\x7e\s]"
)
MIN_SHARE_OF_CHINESE_TEXT = 0.9


def decode(content: bytes, path: str) -> str:
    r"""Decode text that is UTF-8, UTF-16 with a byte order mark, or GB18030 (GBK, GB2312).

    Line ends become ``\n``, control characters that show nothing are dropped.

    Raises:
        KnowledgeError: the bytes are no text in any of these.
    """
    return plain_characters(_decoded(content, path))


def plain_characters(text: str) -> str:
    r"""The text with ``\n`` for line ends and without control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Zero-width characters split words for every search.
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf"})


def _decoded(content: bytes, path: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise KnowledgeError(
                    f"{path}: damaged text (byte {error.start}); save it as UTF-8 and index again",
                ) from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        position = error.start
    text = _as_gb18030(content)
    if text is None:
        raise KnowledgeError(
            f"{path}: not UTF-8 text (byte {position}) nor GB18030; "
            "save it as UTF-8 and index again",
        )
    return text


def _as_gb18030(content: bytes) -> str | None:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    share = len(_CHINESE_TEXT.findall(text)) / max(len(text), 1)
    return text if share >= MIN_SHARE_OF_CHINESE_TEXT else None
