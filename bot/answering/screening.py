"""What can be answered (or must be turned away) before any search."""

import re
import unicodedata
from dataclasses import dataclass

from bot.answering import texts
from bot.answering.answer import Status
from bot.answering.texts import say
from bot.language import Language
from index.configuration import Profile, Text
from index.text import fold

# Three times the longest of 1,600 real questions (156 characters, docs/quality.md): longer texts
# are pasted documents, and no single answer would fit them.
MAX_QUESTION_CHARACTERS = 500

_IDENTITY_CARD = re.compile(r"(?<!\d)\d{17}[\dxX](?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){14,18}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
# GB 11643-1999: weights and check characters of an identity card number.
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"

_HELLO = re.compile(
    r"(?:你好|您好|哈喽|嗨|早上好|上午好|中午好|下午好|晚上好|在吗|在么|hello|hi|hey|"
    r"good (?:morning|afternoon|evening))(?:呀|啊|吗| there| everyone)?"
)
_THANKS = re.compile(
    r"(?:(?:好的?|ok(?:ay)?|嗯|非常|十分|太|很|多| )*(?:谢谢|感谢|多谢|谢了|辛苦了)"
    r"(?:你|您|啦|了)*|(?:ok(?:ay)? )?(?:many )?thanks(?: a lot)?"
    r"|(?:ok(?:ay)? )?thank you(?: very much| so much)?|thx)"
)
_GOODBYE = re.compile(r"(?:再见|拜拜|回见|bye|goodbye|bye bye|see you)")
_ABOUT = re.compile(
    r"(?:你|您)(?:是谁|是什么|是机器人吗|叫什么(?:名字)?|能做(?:些)?什么|会(?:做)?些?什么|能干(?:什么|嘛)|"
    r"有什么(?:用|功能)|能(?:帮我)?(?:回答|查)(?:些)?什么(?:问题)?)|"
    r"(?:who|what) are you|what can you (?:do|answer)(?: for me)?|help(?: me)?|帮助|怎么用"
)


@dataclass(frozen=True, slots=True)
class Screened:
    """A reply that needs no search."""

    status: Status
    text: str


def clean(text: str) -> str:
    """A question without control and formatting characters, white space folded."""
    printable = (c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join("".join(printable).split())


def screen(text: str, language: Language, profile: Profile | None) -> Screened | None:
    """Reply at once to what is no question; None where it is one.

    Args:
        text: the question, cleaned.
        language: the language of the reply.
        profile: how the bot introduces itself.
    """
    if not any(character.isalnum() for character in text):
        return Screened(Status.CLARIFY, say(texts.EMPTY_QUESTION, language))
    if holds_personal_data(text):
        return Screened(Status.PERSONAL_DATA, say(texts.PERSONAL_DATA, language))
    if len(text) > MAX_QUESTION_CHARACTERS:
        limit = MAX_QUESTION_CHARACTERS
        return Screened(Status.CLARIFY, say(texts.QUESTION_TOO_LONG, language, limit=limit))
    reply = _small_talk(text, profile)
    return Screened(Status.SMALL_TALK, say(reply, language)) if reply else None


def holds_personal_data(text: str) -> bool:
    """Whether a text holds an identity card, bank card or mobile number."""
    folded = unicodedata.normalize("NFKC", text)
    return (
        any(_is_identity_card(match.group()) for match in _IDENTITY_CARD.finditer(folded))
        or any(_is_bank_card(match.group()) for match in _BANK_CARD.finditer(folded))
        or _MOBILE.search(folded) is not None
    )


def _small_talk(text: str, profile: Profile | None) -> Text | None:
    words = re.sub(r"[\W_]+", " ", fold(text)).strip()
    greeting = profile.greeting if profile else texts.HELLO
    about = profile.about if profile else texts.ABOUT
    replies = ((_HELLO, greeting), (_THANKS, texts.THANKS), (_GOODBYE, texts.GOODBYE))
    for pattern, reply in (*replies, (_ABOUT, about)):
        if pattern.fullmatch(words):
            return reply
    return None


def _is_identity_card(number: str) -> bool:
    digits = [int(digit) for digit in number[:17]]
    total = sum(weight * digit for weight, digit in zip(_IDENTITY_WEIGHTS, digits, strict=True))
    return _IDENTITY_CHECKS[total % 11] == number[17].upper()


def _is_bank_card(number: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
