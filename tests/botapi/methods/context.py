"""What a method works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.botapi.errors import ApiError, refuse
from tests.botapi.flood import FloodControl
from tests.botapi.requests import Request
from tests.botapi.settings import ServerSettings
from tests.botapi.state import State
from tests.botapi.updates import UpdateQueue
from tests.botapi.webhook import WebhookDelivery


@dataclass(frozen=True)
class Context:
    """The parts of the server that methods read and change."""

    settings: ServerSettings
    state: State
    updates: UpdateQueue
    webhook: WebhookDelivery
    flood: FloodControl
    clock: Callable[[], float]

    def reachable_chat(self, chat_id: int | str | None) -> int:
        """Return the id of a chat to which the bot may write.

        Raises:
            ApiError: There is no such chat, or the bot is shut out of it.
        """
        known = self.known_chat(chat_id)
        if known in self.state.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if known in self.state.left:
            raise ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
        return known

    def known_chat(self, chat_id: int | str | None) -> int:
        """Return the id of a chat that the bot has met.

        Raises:
            ApiError: There is no such chat.
        """
        if chat_id is None or chat_id == "":
            refuse("chat_id is empty")
        is_number = isinstance(chat_id, int) or chat_id.removeprefix("-").isdecimal()
        if not is_number or int(chat_id) not in self.state.chats:
            refuse("chat not found")
        return int(chat_id)


Method = Callable[[Context, Request], Awaitable[Any]]
