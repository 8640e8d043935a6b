"""The records on a real file."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.answering.answer import Answer, Status
from bot.language import Language
from bot.records import Records, RecordsError, Wish, now
from bot.telegram.inbox import Inbox
from bot.telegram.outbox import Outbox, Outgoing

CHAT, PERSON, OTHER = -100_123_456_789, 123_456_789, 987_654_321
UNANSWERED = frozenset({Status.NOT_FOUND})


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path / "data" / "records.sqlite3")


def answer(status: Status = Status.NOT_FOUND, question: str = "租金多少？") -> Answer:
    return Answer(question=question, language=Language.SIMPLIFIED, status=status, headline="没有。")


def everything(records: Records) -> str:
    """All that can be read in the files, deleted content included."""
    files = records.file.parent.glob("records.sqlite3*")
    return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)


def test_an_answer_comes_back_for_the_buttons_of_its_chat_only(records: Records) -> None:
    records.keep_answer(1, CHAT, PERSON, answer())
    kept = records.kept_answer(1, CHAT)
    assert kept is not None
    assert kept.answer == answer()
    assert records.kept_answer(1, OTHER) is None
    assert records.kept_answer(2, CHAT) is None


def test_ids_of_people_are_not_kept_with_what_they_asked(records: Records) -> None:
    records.keep_answer(1, CHAT, PERSON, answer())
    assert str(PERSON) not in everything(records)
    assert str(CHAT).lstrip("-") not in everything(records)


def test_pseudonyms_differ_between_installations(records: Records, tmp_path: Path) -> None:
    other = Records(tmp_path / "other.sqlite3")
    assert records.pseudonym(PERSON) != other.pseudonym(PERSON)
    assert records.pseudonym(PERSON) == Records(records.file).pseudonym(PERSON)


@pytest.mark.parametrize("status", [Status.PERSONAL_DATA, Status.SMALL_TALK])
def test_personal_and_idle_words_are_not_kept(records: Records, status: Status) -> None:
    records.keep_answer(1, CHAT, PERSON, answer(status, "142201199001011234"))
    assert "142201199001011234" not in everything(records)
    assert records.counts_since(now() - timedelta(hours=1)) == {status: 1}


def test_open_questions_are_the_unanswered_and_the_badly_rated(records: Records) -> None:
    records.keep_answer(1, CHAT, PERSON, answer())
    records.keep_answer(2, CHAT, PERSON, answer(Status.ANSWERED, "好的"))
    records.keep_answer(3, CHAT, PERSON, answer(Status.ANSWERED, "坏的"))
    records.rate(2, 1)
    records.rate(3, -1, "wrong")
    found = records.open_questions(UNANSWERED)
    assert [(question.id, question.reason) for question in found] == [(1, None), (3, "wrong")]
    records.close_questions([1, 3])
    assert records.open_questions(UNANSWERED) == []


def test_each_person_is_told_once(records: Records) -> None:
    records.keep_answer(1, CHAT, PERSON, answer())
    records.keep_answer(2, CHAT, PERSON, answer())
    records.add_wish(1, Wish(CHAT, None, PERSON))
    records.add_wish(2, Wish(CHAT, 5, PERSON))
    records.add_wish(2, Wish(OTHER, None, OTHER))
    assert [wish.person for wish in records.wishes([1, 2])] == [PERSON, OTHER]


def test_forgetting_leaves_nothing_of_the_person_and_all_of_the_others(records: Records) -> None:
    records.keep_answer(1, CHAT, PERSON, answer(question="我的问题"))
    records.keep_answer(2, CHAT, OTHER, answer(question="别人的问题"))
    records.add_wish(1, Wish(CHAT, None, PERSON))
    records.choose_language(PERSON, Language.ENGLISH)
    records.forget(PERSON)
    records.wipe_log()
    assert records.kept_answer(1, CHAT) is None
    assert records.kept_answer(2, CHAT) is not None
    assert records.language_of(PERSON) is None
    assert "我的问题" not in everything(records)
    assert str(PERSON) not in everything(records)


def test_the_purge_deletes_what_is_old_and_overwrites_it(records: Records) -> None:
    records.keep_answer(1, CHAT, PERSON, answer(question="很久以前"))
    records.add_wish(1, Wish(CHAT, None, PERSON))
    records.keep_answer(2, CHAT, PERSON, answer(question="刚才"))
    old = (now() - timedelta(days=31)).isoformat()
    records.connection.execute("UPDATE answers SET at = ? WHERE id = 1", (old,))
    assert records.purge(timedelta(days=30)) == 1
    assert "很久以前" not in everything(records)
    assert "刚才" in everything(records)
    assert records.wishes([1]) == []


def test_the_purge_keeps_what_is_unfinished_and_the_ids_telegram_may_repeat(
    records: Records,
) -> None:
    inbox, outbox = Inbox(records), Outbox(records)
    inbox.add([{"update_id": number} for number in (1, 2, 3)])
    outbox.plan(1, [Outgoing("sendMessage", {"text": "x"})])
    inbox.finish(2)
    inbox.finish(3)
    ages = {1: timedelta(days=400), 2: timedelta(hours=30), 3: timedelta(hours=50)}
    for number, age in ages.items():
        at = (now() - age).isoformat()
        records.connection.execute("UPDATE inbox SET at = ? WHERE update_id = ?", (at, number))
    records.purge(timedelta(days=30))
    assert [update.id for update in inbox.unfinished()] == [1]
    assert len(outbox.unsent(1)) == 1
    assert [update.id for update in inbox.add([{"update_id": 2}, {"update_id": 3}])] == [3]


def test_a_transaction_happens_whole_or_not_at_all(records: Records) -> None:
    def interrupted() -> None:
        with records.transaction():
            records.keep_answer(1, CHAT, PERSON, answer())
            with records.transaction():
                records.rate(1, 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert records.kept_answer(1, CHAT) is None


def test_every_change_is_on_disk_at_once(records: Records) -> None:
    pragma = {
        name: records.connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
    }
    # Synchronous 2 is FULL.
    assert pragma == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
    }


def test_only_the_owner_can_read_the_file(records: Records) -> None:
    for file in records.file.parent.glob("records.sqlite3*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_damaged_file_gets_one_clear_line_and_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    file.write_bytes(b"this is no database" * 100)
    with pytest.raises(RecordsError, match="backup"):
        Records(file)
    assert file.read_bytes().startswith(b"this is no database")


def test_a_file_of_a_newer_program_is_refused(records: Records) -> None:
    records.connection.execute("PRAGMA user_version = 99")
    records.close()
    with pytest.raises(RecordsError, match="newer"):
        Records(records.file)


def test_the_switch_and_the_audit_log_survive_a_restart(records: Records) -> None:
    records.switch_off("维护中")
    records.audit(PERSON, "off", "维护中")
    records.close()
    again = Records(records.file)
    assert again.notice() == "维护中"
    assert [(entry.staff, entry.action) for entry in again.audit_log()] == [(PERSON, "off")]
    again.switch_on()
    assert again.notice() is None


def test_another_process_can_read_while_the_service_writes(records: Records) -> None:
    reader = Records(records.file)
    with records.transaction():
        records.keep_answer(1, CHAT, PERSON, answer())
        assert reader.open_questions(UNANSWERED) == []
    assert len(reader.open_questions(UNANSWERED)) == 1


def test_a_locked_file_is_an_error_and_nothing_is_half_written(records: Records) -> None:
    records.connection.execute("PRAGMA busy_timeout = 10")
    with sqlite3.connect(records.file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError):
            Inbox(records).add([{"update_id": 1}])
        other.execute("ROLLBACK")
    assert Inbox(records).unfinished() == []
