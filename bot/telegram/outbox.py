"""What is to be sent, on disk before it goes out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.records import Records, now


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call of the Bot API.

    Attributes:
        method: its name.
        payload: its parameters, as JSON.
        plain: the text without any formatting, for the case that the formatted one is refused.
    """

    method: str
    payload: dict[str, Any] = field(default_factory=dict)
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A call that is not through yet.

    Attributes:
        update_id: the update it answers.
        position: its place among the calls for that update.
        outgoing: the call.
        in_doubt: whether it was going out when the process died: it may have arrived.
    """

    update_id: int
    position: int
    outgoing: Outgoing
    in_doubt: bool


class Outbox:
    """The table of calls, keyed by the update that they answer."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def plan(self, update_id: int, outgoing: Sequence[Outgoing]) -> None:
        """Store calls. What was stored for the update before is not planned a second time."""
        at = now().isoformat()
        self._records.connection.executemany(
            "INSERT OR IGNORE INTO outbox (update_id, position, method, payload, plain, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    update_id,
                    position,
                    call.method,
                    json.dumps(call.payload),
                    call.plain,
                    at,
                )
                for position, call in enumerate(outgoing)
            ],
        )

    def unsent(self, update_id: int) -> list[OutboxRow]:
        """The calls for an update that are not through, in order."""
        rows = self._records.connection.execute(
            "SELECT position, method, payload, plain, state FROM outbox"
            " WHERE update_id = ? AND state IN ('planned', 'sending') ORDER BY position",
            (update_id,),
        )
        return [
            OutboxRow(
                update_id,
                position,
                Outgoing(method, json.loads(payload), plain),
                in_doubt=state == "sending",
            )
            for position, method, payload, plain, state in rows
        ]

    def mark_sending(self, row: OutboxRow) -> None:
        """The request goes out now. Going out again, it is a repetition that may be a double."""
        self._records.connection.execute(
            "UPDATE outbox SET doubts = doubts + (state = 'sending'), state = 'sending'"
            " WHERE update_id = ? AND position = ?",
            (row.update_id, row.position),
        )

    def mark_unsent(self, row: OutboxRow) -> None:
        """The request certainly did not arrive."""
        self._set(row, "planned")

    def mark_sent(self, row: OutboxRow) -> None:
        """Telegram has it."""
        self._set(row, "sent")

    def give_up(self, row: OutboxRow) -> None:
        """Telegram will never take it."""
        self._set(row, "given_up")

    def _set(self, row: OutboxRow, state: str) -> None:
        self._records.connection.execute(
            "UPDATE outbox SET state = ? WHERE update_id = ? AND position = ?",
            (state, row.update_id, row.position),
        )
