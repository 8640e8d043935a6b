"""Buttons. What a button carries is a kind and short references: it must fit into 64 bytes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from telegram.constants import InlineKeyboardButtonLimit

# A longer label is cut off on a phone anyway.
_LABEL_CHARACTERS = 60
# Every id fits, and every such number fits into the database.
_MOST_DIGITS = 18
_DATA_BYTES = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)

Button = dict[str, Any]
Keyboard = dict[str, Any]


class Action(StrEnum):
    """What a button does. Short: the value stands in every button."""

    TOPIC = "t"
    ASK = "q"
    SOURCE = "s"
    MORE = "m"
    GOOD = "+"
    BAD = "-"
    REASON = "r"
    TELL_ME = "w"
    LANGUAGE = "l"
    STAFF = "x"


@dataclass(frozen=True, slots=True)
class Order:
    """What a press asks for.

    Attributes:
        action: what to do.
        arguments: with what.
    """

    action: Action
    arguments: tuple[str, ...] = ()

    @property
    def data(self) -> str:
        """The order as a button carries it."""
        return ":".join((self.action, *self.arguments))

    def number(self, index: int) -> int | None:
        """An argument as a number; None where there is no such number."""
        argument = self.arguments[index] if index < len(self.arguments) else ""
        is_number = argument.isascii() and argument.isdecimal()
        return int(argument) if is_number and len(argument) <= _MOST_DIGITS else None


def read_order(data: str) -> Order | None:
    """What a button carries; None where no button of ours carries that."""
    action, *arguments = data.split(":")
    return Order(Action(action), tuple(arguments)) if action in set(Action) else None


def button(label: str, action: Action, *arguments: object) -> Button:
    """A button that tells the bot something.

    Raises:
        ValueError: the arguments are too long for Telegram.
    """
    data = Order(action, tuple(str(argument) for argument in arguments)).data
    if len(data.encode()) > _DATA_BYTES:
        raise ValueError(f"a button carries at most {_DATA_BYTES} bytes, not “{data}”")
    return {"text": _label(label), "callback_data": data}


def link(label: str, url: str) -> Button:
    """A button that opens a web page."""
    return {"text": _label(label), "url": url}


def keyboard(*rows: list[Button]) -> Keyboard | None:
    """A keyboard of rows; None where there is no button at all."""
    filled = [row for row in rows if row]
    return {"inline_keyboard": filled} if filled else None


def fits(action: Action, *arguments: str) -> bool:
    """Whether a button can carry this."""
    return len(Order(action, arguments).data.encode()) <= _DATA_BYTES


def _label(text: str) -> str:
    return text if len(text) <= _LABEL_CHARACTERS else text[: _LABEL_CHARACTERS - 1] + "…"
