"""The languages the bot speaks, and which of them a text is in."""

from enum import StrEnum

from index.text import has_han, to_simplified, to_traditional


class Language(StrEnum):
    """A language and script. The values are BCP 47 tags."""

    SIMPLIFIED = "zh"
    TRADITIONAL = "zh-Hant"
    ENGLISH = "en"


def detect_language(text: str, default: Language = Language.SIMPLIFIED) -> Language:
    """The language a text is written in.

    A text with any Chinese character is Chinese: traditional when turning it to simplified
    changes more of its characters than turning it to traditional does (many are shared). A text
    without letters has no language: `default`.
    """
    if has_han(text):
        traditional = _differing(text, to_simplified(text))
        simplified = _differing(text, to_traditional(text))
        return Language.TRADITIONAL if traditional > simplified else Language.SIMPLIFIED
    return Language.ENGLISH if any(character.isalpha() for character in text) else default


def _differing(text: str, converted: str) -> int:
    return sum(old != new for old, new in zip(text, converted, strict=False))
