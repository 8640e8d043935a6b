"""The languages the bot speaks, and which of them a text is in."""

from enum import StrEnum

from index.text import fold, has_han, to_traditional


class Language(StrEnum):
    """A language and script. The values are BCP 47 tags."""

    SIMPLIFIED = "zh"
    TRADITIONAL = "zh-Hant"
    ENGLISH = "en"


def detect_language(text: str, default: Language = Language.SIMPLIFIED) -> Language:
    """The language a text is written in.

    A text with any Chinese character is Chinese; it is traditional when folding to simplified
    changes it and turning it to traditional does not. A text without letters has none: `default`.
    """
    if has_han(text):
        is_traditional = fold(text) != text.lower() and to_traditional(text) == text
        return Language.TRADITIONAL if is_traditional else Language.SIMPLIFIED
    return Language.ENGLISH if any(character.isalpha() for character in text) else default
