"""Plain text: each line a paragraph, as office programs and web pages save them."""

from index.documents.decoding import decode
from index.documents.front_matter import split_front_matter
from index.documents.model import Block, BlockKind
from index.documents.reading import Reading


def read_plain(content: bytes, path: str) -> Reading:
    """Read a text file, with front matter or without.

    Raises:
        KnowledgeError: it is not text, or its front matter is wrong.
    """
    split = split_front_matter(decode(content, path), path)
    return Reading(parse_plain(split.body), split.front_matter, split.warnings)


def parse_plain(text: str) -> tuple[Block, ...]:
    """Parse a text into one paragraph per line that is not blank."""
    lines = (line.strip() for line in text.split("\n"))
    return tuple(Block(BlockKind.PARAGRAPH, line) for line in lines if line)
