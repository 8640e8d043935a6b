"""What a handler gives back: calls to make, and what to write down with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.telegram.incoming import Place
from bot.telegram.keyboards import Keyboard
from bot.telegram.outbox import Outgoing
from bot.telegram.rendering import Run, pieces

Effect = Callable[[], None]
"""A change of the records. It happens in the transaction that plans the calls, or not at all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """All that handling an update comes to.

    Attributes:
        outgoing: calls to make, in order.
        effects: changes of the records.
    """

    outgoing: tuple[Outgoing, ...] = ()
    effects: tuple[Effect, ...] = ()

    def __add__(self, other: "Reply") -> "Reply":
        return Reply(self.outgoing + other.outgoing, self.effects + other.effects)


def message(place: Place, runs: Sequence[Run] | str, keyboard: Keyboard | None = None) -> Reply:
    """A message of any length; the buttons stand below its last part."""
    cut = pieces([Run(runs)] if isinstance(runs, str) else runs)
    outgoing = []
    for index, piece in enumerate(cut):
        payload = {
            **place.fields,
            "text": piece.html,
            "parse_mode": "HTML",
            # The source has a button; a preview of its page would push the answer off the screen.
            "link_preview_options": {"is_disabled": True},
        }
        if keyboard is not None and index == len(cut) - 1:
            payload["reply_markup"] = keyboard
        outgoing.append(Outgoing("sendMessage", payload, piece.plain))
    return Reply(tuple(outgoing))


def toast(query: str, text: str = "") -> Reply:
    """The answer to a press: a short line on top of the chat, or nothing but the end of waiting."""
    return Reply((Outgoing("answerCallbackQuery", {"callback_query_id": query, "text": text}),))
