"""Lines → text: how two pieces of one text are joined."""

from collections.abc import Iterable

# Up to this length a cell is a name, broken only to fit its column.
NAME_CHARACTERS = 20


def is_wide(character: str) -> bool:
    """Whether a character is Chinese writing, which has no spaces between words."""
    return character >= "\u2e80" or character in "“”‘’—…·"


def glue(before: str, after: str) -> str:
    """What stands between two pieces of one sentence."""
    if not before or not after or is_wide(before[-1]) or is_wide(after[0]):
        return ""
    return " "


def join_lines(lines: Iterable[str]) -> str:
    """Join the lines of one cell. A name that was broken is whole again."""
    kept = [line for line in lines if line]
    is_name = sum(map(len, kept)) <= NAME_CHARACTERS
    text = ""
    for line in kept:
        if text and not is_name and is_wide(text[-1]) and text[-1] not in "。；，、：！？）":
            text += " "
        else:
            text += glue(text, line)
        text += line
    return text
