"""What the service keeps: one SQLite file for messages on their way, answers, ratings and wishes.

No raw id of a person is kept with what was asked: `Records.pseudonym` stands in for it. Raw chat
ids are kept only where a message still has to be sent (inbox, outbox, wishes) or a language was
chosen.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.answering.answer import Answer, Status
from bot.language import Language
from index.errors import AssistantError

SCHEMA_VERSION = 1
# Another process (a backup, `xinzhou gaps`) holds the file for moments only.
BUSY_SECONDS = 5.0
# Telegram repeats an update for 24 hours; twice that leaves room for a clock that is off.
FINISHED_KEPT = timedelta(hours=48)
_PSEUDONYM_BYTES = 8

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE inbox (
    update_id INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    raw TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'planned', 'done', 'set_aside')),
    begun INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX inbox_by_state ON inbox (state) WHERE state IN ('new', 'planned', 'set_aside');
CREATE TABLE outbox (
    update_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    method TEXT NOT NULL,
    payload TEXT NOT NULL,
    plain TEXT,
    state TEXT NOT NULL DEFAULT 'planned'
        CHECK (state IN ('planned', 'sending', 'sent', 'given_up')),
    doubts INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL,
    PRIMARY KEY (update_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    chat TEXT NOT NULL,
    asker TEXT NOT NULL,
    at TEXT NOT NULL,
    status TEXT NOT NULL,
    language TEXT NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    rating INTEGER,
    reason TEXT,
    closed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX answers_by_time ON answers (at);
CREATE INDEX answers_by_asker ON answers (asker);
CREATE TABLE wishes (
    answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    chat INTEGER NOT NULL,
    thread INTEGER,
    person INTEGER NOT NULL,
    PRIMARY KEY (answer, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE languages (person INTEGER PRIMARY KEY, language TEXT NOT NULL) STRICT;
CREATE TABLE links (short TEXT PRIMARY KEY, passage TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE drafts (
    staff INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, staff INTEGER NOT NULL, action TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
"""

# The texts of these are of no use to staff, or must not be kept.
_UNKEPT_QUESTIONS = frozenset({Status.PERSONAL_DATA, Status.SMALL_TALK})


class RecordsError(AssistantError):
    """The records cannot be opened."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given, for the buttons below it.

    Attributes:
        id: the id of the update that asked.
        chat: pseudonym of the chat it was given in.
        answer: the answer.
    """

    id: int
    chat: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who wants to be told when a question can be answered."""

    chat: int
    thread: int | None
    person: int


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that got no full answer, or one that its asker was not content with."""

    id: int
    question: str
    status: Status
    rating: int | None
    reason: str | None
    at: datetime
    language: Language


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something a member of staff did."""

    at: datetime
    staff: int
    action: str
    detail: str


def now() -> datetime:
    """The time, as records carry it."""
    return datetime.now(UTC)


def short_name(passage: str) -> str:
    """A name for a passage that fits into a deep link."""
    return hashlib.blake2b(passage.encode(), digest_size=_PSEUDONYM_BYTES).hexdigest()


class Records:
    """The opened file. Used from one thread; each public change is durable when it returns."""

    def __init__(self, file: Path) -> None:
        """Open the file, creating it where there is none.

        Raises:
            RecordsError: it cannot be written, is damaged, or was written by a newer program.
        """
        self.file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # For the service's own account only; SQLite gives its side files the same mode.
            file.touch(mode=0o600, exist_ok=True)
            self.connection = sqlite3.connect(
                file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self.connection.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
            )
            self._migrate()
            self._salt = bytes.fromhex(self._salt_in_hex())
        except (OSError, sqlite3.Error) as error:
            raise RecordsError(
                f"{file} cannot be used ({error}); check DATA_DIR and the free space, "
                "or restore the file from a backup"
            ) from error

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. A transaction inside another joins it."""
        if self.connection.in_transaction:
            yield self.connection
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def pseudonym(self, number: int) -> str:
        """What stands for the id of a person or chat. It cannot be turned back without the file."""
        digest = hashlib.blake2b(str(number).encode(), key=self._salt, digest_size=_PSEUDONYM_BYTES)
        return digest.hexdigest()

    # --- answers -----------------------------------------------------------------------------

    def keep_answer(self, update_id: int, chat: int, person: int, answer: Answer) -> None:
        """Keep an answer for the buttons below it and for staff."""
        if answer.status in _UNKEPT_QUESTIONS:
            answer = answer.model_copy(update={"question": "", "understood_as": None})
        self.connection.execute(
            "INSERT OR REPLACE INTO answers"
            "(id, chat, asker, at, status, language, elapsed_ms, question, answer)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                update_id,
                self.pseudonym(chat),
                self.pseudonym(person),
                now().isoformat(),
                answer.status,
                answer.language,
                answer.elapsed_ms,
                answer.question,
                answer.model_dump_json(),
            ),
        )

    def kept_answer(self, update_id: int, chat: int) -> KeptAnswer | None:
        """An answer given in a chat; None where it was purged or belongs to another chat."""
        row = self.connection.execute(
            "SELECT id, chat, answer FROM answers WHERE id = ? AND chat = ?",
            (update_id, self.pseudonym(chat)),
        ).fetchone()
        return KeptAnswer(row[0], row[1], Answer.model_validate_json(row[2])) if row else None

    def rate(self, update_id: int, rating: int, reason: str | None = None) -> None:
        """Note what the asker thinks of an answer: 1 or -1, and why."""
        self.connection.execute(
            "UPDATE answers SET rating = ?, reason = ? WHERE id = ?", (rating, reason, update_id)
        )

    def keep_link(self, passage: str) -> None:
        """Remember which passage a deep link leads to."""
        self.connection.execute(
            "INSERT OR REPLACE INTO links (short, passage, at) VALUES (?, ?, ?)",
            (short_name(passage), passage, now().isoformat()),
        )

    def linked_passage(self, short: str) -> str | None:
        """The passage a deep link leads to."""
        row = self.connection.execute(
            "SELECT passage FROM links WHERE short = ?", (short,)
        ).fetchone()
        return row[0] if row else None

    # --- people ------------------------------------------------------------------------------

    def language_of(self, person: int) -> Language | None:
        """The language a person chose."""
        row = self.connection.execute(
            "SELECT language FROM languages WHERE person = ?", (person,)
        ).fetchone()
        return Language(row[0]) if row else None

    def choose_language(self, person: int, language: Language) -> None:
        """Remember the language a person chose."""
        self.connection.execute(
            "INSERT OR REPLACE INTO languages (person, language) VALUES (?, ?)", (person, language)
        )

    def add_wish(self, update_id: int, wish: Wish) -> None:
        """Remember who wants to be told the answer."""
        self.connection.execute(
            "INSERT OR REPLACE INTO wishes (answer, chat, thread, person) VALUES (?, ?, ?, ?)",
            (update_id, wish.chat, wish.thread, wish.person),
        )

    def wishes(self, answers: list[int]) -> list[Wish]:
        """Who wants to be told about any of these answers, each person once."""
        rows = self.connection.execute(
            "SELECT chat, thread, person FROM wishes"
            " WHERE answer IN (SELECT value FROM json_each(?)) GROUP BY person ORDER BY person",
            (json.dumps(answers),),
        )
        return [Wish(*row) for row in rows]

    def forget(self, person: int) -> None:
        """Delete everything about a person but the messages still being sent."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM answers WHERE asker = ?", (self.pseudonym(person),))
            connection.execute("DELETE FROM wishes WHERE person = ?", (person,))
            connection.execute("DELETE FROM languages WHERE person = ?", (person,))
            connection.execute("DELETE FROM drafts WHERE staff = ?", (person,))

    # --- staff -------------------------------------------------------------------------------

    def open_questions(self, unanswered: frozenset[Status]) -> list[OpenQuestion]:
        """Questions with one of the statuses, or rated down, that are not settled; oldest first."""
        rows = self.connection.execute(
            "SELECT id, question, status, rating, reason, at, language FROM answers"
            " WHERE closed = 0 AND question <> '' AND (rating = -1 OR"
            " status IN (SELECT value FROM json_each(?))) ORDER BY at",
            (json.dumps(sorted(unanswered)),),
        )
        return [
            OpenQuestion(
                id=row[0],
                question=row[1],
                status=Status(row[2]),
                rating=row[3],
                reason=row[4],
                at=datetime.fromisoformat(row[5]),
                language=Language(row[6]),
            )
            for row in rows
        ]

    def close_questions(self, answers: list[int]) -> None:
        """Take questions off the list: they are answered now, or need none."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE answers SET closed = 1 WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(answers),),
            )
            connection.execute(
                "DELETE FROM wishes WHERE answer IN (SELECT value FROM json_each(?))",
                (json.dumps(answers),),
            )

    def counts_since(self, start: datetime) -> dict[Status, int]:
        """How many questions of each status were answered since a moment."""
        rows = self.connection.execute(
            "SELECT status, count(*) FROM answers WHERE at >= ? GROUP BY status",
            (start.isoformat(),),
        )
        return {Status(status): count for status, count in rows}

    def rated_down_since(self, start: datetime) -> int:
        """How many answers were rated down since a moment."""
        row = self.connection.execute(
            "SELECT count(*) FROM answers WHERE at >= ? AND rating = -1", (start.isoformat(),)
        ).fetchone()
        return int(row[0])

    def set_draft(self, staff: int, kind: str, value: dict[str, Any]) -> None:
        """Remember what a member of staff is in the middle of."""
        self.connection.execute(
            "INSERT OR REPLACE INTO drafts (staff, kind, value, at) VALUES (?, ?, ?, ?)",
            (staff, kind, json.dumps(value, ensure_ascii=False), now().isoformat()),
        )

    def draft(self, staff: int) -> tuple[str, dict[str, Any]] | None:
        """What a member of staff is in the middle of: its kind and what is known of it."""
        row = self.connection.execute(
            "SELECT kind, value FROM drafts WHERE staff = ?", (staff,)
        ).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def drop_draft(self, staff: int) -> None:
        """Nothing is in the middle any more."""
        self.connection.execute("DELETE FROM drafts WHERE staff = ?", (staff,))

    def audit(self, staff: int, action: str, detail: str = "") -> None:
        """Write down what a member of staff did."""
        self.connection.execute(
            "INSERT INTO audit (at, staff, action, detail) VALUES (?, ?, ?, ?)",
            (now().isoformat(), staff, action, detail),
        )

    def audit_log(self) -> list[AuditEntry]:
        """What staff did, oldest first."""
        rows = self.connection.execute("SELECT at, staff, action, detail FROM audit ORDER BY id")
        return [AuditEntry(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]

    def notice(self) -> str | None:
        """The notice that stands in for answers while answering is switched off."""
        return self._meta("notice")

    def switch_off(self, notice: str) -> None:
        """Answer nothing but a notice."""
        self._set_meta("notice", notice)

    def switch_on(self) -> None:
        """Answer again."""
        self.connection.execute("DELETE FROM meta WHERE name = 'notice'")

    # --- retention ---------------------------------------------------------------------------

    def purge(self, kept: timedelta) -> int:
        """Delete what is older than `kept`, and the ids of updates finished two days ago.

        Returns:
            How many answers were deleted.
        """
        horizon = (now() - kept).isoformat()
        finished = (now() - min(kept, FINISHED_KEPT)).isoformat()
        with self.transaction() as connection:
            deleted = connection.execute("DELETE FROM answers WHERE at < ?", (horizon,)).rowcount
            connection.execute("DELETE FROM links WHERE at < ?", (horizon,))
            connection.execute("DELETE FROM drafts WHERE at < ?", (horizon,))
            connection.execute(
                "DELETE FROM inbox WHERE (state = 'done' AND at < ?)"
                " OR (state = 'set_aside' AND at < ?)",
                (finished, horizon),
            )
            connection.execute(
                "DELETE FROM outbox WHERE update_id NOT IN (SELECT update_id FROM inbox)"
            )
        self.wipe_log()
        return deleted

    def wipe_log(self) -> None:
        """Empty SQLite's log, which holds deleted content until then."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # --- the file itself ---------------------------------------------------------------------

    def _migrate(self) -> None:
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise RecordsError(
                f"{self.file} was written by a newer version of this program; update the program"
            )
        if version == 0:
            # A script would commit on its own; the transaction makes the schema appear whole.
            self.connection.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )

    def _salt_in_hex(self) -> str:
        salt = self._meta("salt")
        if salt is None:
            salt = secrets.token_hex(32)
            self._set_meta("salt", salt)
        return salt

    def _meta(self, name: str) -> str | None:
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _set_meta(self, name: str, value: str) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value)
        )
