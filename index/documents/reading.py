"""What one loader reads out of one file."""

from dataclasses import dataclass, field

from index.documents.front_matter import FrontMatter
from index.documents.model import Block

# Reading stops with a refusal above this. The longest government page at hand has 900 blocks; a
# table of this many rows is a database, not a document.
MAX_BLOCKS = 50_000
# Characters of text in one document: ten times the longest statute book.
MAX_CHARACTERS = 5_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of a file, and what the file itself says about it.

    Attributes:
        blocks: the content in reading order.
        front_matter: what the file says about itself; a sidecar wins over it, key by key.
        warnings: what was wrong but not fatal.
    """

    blocks: tuple[Block, ...]
    front_matter: FrontMatter = field(default_factory=FrontMatter)
    warnings: tuple[str, ...] = ()
