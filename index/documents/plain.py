"""Plain text: each line a paragraph, as office programs and web pages save them."""

from index.documents.model import Block, BlockKind


def parse_plain(text: str) -> tuple[Block, ...]:
    """Parse a text file into one paragraph per line that is not blank."""
    lines = (line.strip() for line in text.split("\n"))
    return tuple(Block(BlockKind.PARAGRAPH, line) for line in lines if line)
