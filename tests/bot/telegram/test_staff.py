"""What staff do, through the real service; only the building of snapshots is scripted."""

import sqlite3
from collections.abc import Iterator

import pytest

from tests.bot.telegram.conftest import STAFF, Talk, labels
from tests.bot.telegram.processes import ServiceProcess
from tests.botapi import BotApiServer


@pytest.fixture
def staff(shared_server: BotApiServer, shared_service: ServiceProcess) -> Iterator[Talk]:
    shared_server.people.introduce(STAFF, language_code="en")
    yield Talk(shared_server, shared_service, STAFF)
    assert not shared_server.violations


def audit(service: ServiceProcess) -> list[str]:
    with sqlite3.connect(service.folder / "data" / "records.sqlite3") as connection:
        return [row[0] for row in connection.execute("SELECT action FROM audit ORDER BY id")]


def test_commands_of_staff_do_not_exist_for_others(talk: Talk) -> None:
    for command in ("/status", "/gaps", "/reindex", "/rollback", "/off", "/on"):
        [reply] = talk.say(command)
        assert reply["text"].startswith("There is no such command")


def test_a_gap_is_answered_published_and_told(staff: Talk, talk: Talk) -> None:
    [reply] = talk.say("unknown rent of the flats")
    talk.press(reply, "🔔 Tell me when there is an answer")
    [gaps] = staff.say("/gaps")
    assert "unknown rent of the flats" in gaps["text"]
    place = next(line for line in gaps["text"].splitlines() if "rent of the flats" in line)[0]
    staff.press_for_message(gaps, f"✍️ Answer {place}")
    [ready] = staff.say("The rent is set by the zone's office & <others>.")
    heard = staff.server.bot_messages(talk.chat)
    report = staff.press_for_message(ready, "✅ File and publish")
    assert report["text"].startswith("Published: ")
    staff.server.block_until(lambda: len(staff.server.bot_messages(talk.chat)) > len(heard))
    news = staff.server.bot_messages(talk.chat)[-1]["text"]
    assert "The rent is set by the zone's office & <others>." in news
    [document] = (staff.service.folder / "knowledge" / "answers").glob("*.md")
    assert "title: unknown rent of the flats" in document.read_text("utf-8")
    assert audit(staff.service)[-1] == "publish"
    [gaps] = staff.say("/gaps")
    assert "rent of the flats" not in gaps["text"]


def test_a_file_is_read_dated_and_published(staff: Talk) -> None:
    sent = staff.server.people.user_sends_file(STAFF, "../rules.txt", "标题\n正文一句。".encode())
    [read] = staff.replies(sent)
    assert "Today" in labels(read)
    [read] = staff.say("2026-01-28")
    assert "28 Jan 2026" in read["text"]
    report = staff.press_for_message(read, "✅ File and publish")
    assert report["text"].startswith("Published: ")
    knowledge = staff.service.folder / "knowledge" / "uploads"
    assert "正文一句" in (knowledge / "rules.txt").read_text("utf-8")
    assert "2026-01-28" in (knowledge / "rules.yaml").read_text("utf-8")


def test_a_file_that_fails_the_checks_is_taken_back(staff: Talk) -> None:
    content = "标题\n2026年1月28日\nWRONG".encode()
    sent = staff.server.people.user_sends_file(STAFF, "bad.txt", content)
    [read] = staff.replies(sent)
    if "Today" in labels(read):
        read = staff.press_for_message(read, "Today")
    report = staff.press_for_message(read, "✅ File and publish")
    assert report["text"].startswith("Not published: 1 checks failed")
    assert not (staff.service.folder / "knowledge" / "uploads" / "bad.txt").exists()
    staff.say("/cancel")


def test_an_unreadable_file_says_why(staff: Talk) -> None:
    sent = staff.server.people.user_sends_file(STAFF, "film.mp4", b"x")
    [reply] = staff.replies(sent)
    assert "film.mp4" in reply["text"]


def test_the_switch_stops_answers_with_a_notice_and_starts_them_again(
    staff: Talk, talk: Talk
) -> None:
    staff.say("/off Back at noon <b>")
    [reply] = talk.say("anybody?")
    assert reply["text"] == "Back at noon <b>"
    staff.say("/on")
    [reply] = talk.say("anybody now?")
    assert reply["text"].startswith("On: anybody now?")
    assert audit(staff.service)[-2:] == ["off", "on"]
