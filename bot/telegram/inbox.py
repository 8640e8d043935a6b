"""Updates on disk: taken before Telegram is told so, kept until they are dealt with."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.records import Records, now

# An innocent update may be in hand when the machine is restarted a few times in a row; one that
# kills the process does it every time.
MOST_BEGINNINGS = 10


class UpdateState(StrEnum):
    """How far an update has come."""

    NEW = "new"
    PLANNED = "planned"
    DONE = "done"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update on disk.

    Attributes:
        id: Telegram's id of it.
        lane: what it must keep its order with: its chat, or its sender where it has none.
        raw: the update as Telegram sent it.
        state: how far it has come.
        begun: how often its handling was begun before.
    """

    id: int
    lane: int
    raw: dict[str, Any]
    state: UpdateState = UpdateState.NEW
    begun: int = 0


class Inbox:
    """The table of updates."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, raws: Sequence[dict[str, Any]]) -> list[StoredUpdate]:
        """Store updates, durably; return those that were not known yet."""
        at = now().isoformat()
        added = []
        with self._records.transaction() as connection:
            for raw in raws:
                update = StoredUpdate(raw["update_id"], lane_of(raw), raw)
                cursor = connection.execute(
                    "INSERT OR IGNORE INTO inbox (update_id, lane, raw, at) VALUES (?, ?, ?, ?)",
                    (update.id, update.lane, json.dumps(raw), at),
                )
                if cursor.rowcount:
                    added.append(update)
        return added

    def unfinished(self) -> list[StoredUpdate]:
        """What a former life of this process left, in the order of its arrival."""
        rows = self._records.connection.execute(
            "SELECT update_id, lane, raw, state, begun FROM inbox"
            " WHERE state IN ('new', 'planned') ORDER BY update_id"
        )
        return [
            StoredUpdate(row[0], row[1], json.loads(row[2]), UpdateState(row[3]), row[4])
            for row in rows
        ]

    def begin(self, update_id: int) -> None:
        """Count the beginning, so that an update that kills the process is recognised."""
        self._records.connection.execute(
            "UPDATE inbox SET begun = begun + 1 WHERE update_id = ?", (update_id,)
        )

    def mark_planned(self, update_id: int) -> None:
        """All that is to be sent is in the outbox. Part of the transaction that put it there."""
        self._records.connection.execute(
            "UPDATE inbox SET state = 'planned' WHERE update_id = ?", (update_id,)
        )

    def finish(self, update_id: int) -> None:
        """Everything is sent: nothing stays but the id."""
        with self._records.transaction() as connection:
            connection.execute(
                "UPDATE inbox SET state = 'done', raw = '' WHERE update_id = ?", (update_id,)
            )
            connection.execute(
                "UPDATE outbox SET payload = '', plain = NULL WHERE update_id = ?", (update_id,)
            )

    def set_aside(self, update_id: int, reason: str) -> None:
        """Give up on an update; it stays for staff to look at until it is purged."""
        self._records.connection.execute(
            "UPDATE inbox SET state = 'set_aside', reason = ? WHERE update_id = ?",
            (reason, update_id),
        )

    def count_set_aside(self) -> int:
        """How many updates could not be dealt with."""
        row = self._records.connection.execute(
            "SELECT count(*) FROM inbox WHERE state = 'set_aside'"
        ).fetchone()
        return int(row[0])


def lane_of(raw: dict[str, Any]) -> int:
    """The chat of an update, else its sender, else 0; never fails, whatever the update holds."""
    for body in raw.values():
        if not isinstance(body, dict):
            continue
        message = body.get("message")
        holders = [body, message if isinstance(message, dict) else {}]
        for holder, field in ((holders[0], "chat"), (holders[1], "chat"), (holders[0], "from")):
            owner = holder.get(field)
            number = owner.get("id") if isinstance(owner, dict) else None
            if isinstance(number, int) and abs(number) < 1 << 63:
                return number
    return 0
