"""The life of the process: starts, kills, stops, restarts."""

import sqlite3
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError
from bot.telegram.client import Client
from bot.telegram.inbox import MOST_BEGINNINGS
from tests.bot.telegram.conftest import answers, wait_for_answers
from tests.bot.telegram.processes import COMMAND, ServiceProcess, running
from tests.botapi import BotApiServer, Fault, FaultKind

CHAT = 7


def test_a_killed_service_answers_what_it_had_in_hand_once(
    server: BotApiServer, tmp_path: Path
) -> None:
    questions = [f"slow {number}" for number in range(3)]
    with running(server, tmp_path) as service:
        for question in questions:
            server.people.user_says(CHAT, question)
        server.block_until(lambda: not server.updates.pending)
        service.kill()
    # This time the answers are planned and on their way when it is killed.
    server.faults.add(Fault("sendMessage", FaultKind.STATUS, times=1000))
    with running(server, tmp_path) as service:
        server.block_until(lambda: server.calls_to("sendMessage"))
        service.kill()
    server.faults.clear()
    with running(server, tmp_path):
        wait_for_answers(server, CHAT, *questions)
        server.block_until(lambda: server.is_quiet(1.0), within=10)
    assert answers(server, CHAT) == questions


def test_sigterm_leaves_the_rest_on_disk_and_a_restart_goes_on_without_what_kills_it(
    server: BotApiServer, tmp_path: Path
) -> None:
    questions = [f"slow {number}" for number in range(5)]
    with running(server, tmp_path) as service:
        hanging = server.people.user_says(8, "hang")
        for question in questions:
            server.people.user_says(CHAT, question)
        server.block_until(lambda: answers(server, CHAT))
        assert service.terminate() == 0
    assert 0 < len(answers(server, CHAT)) < 5
    with sqlite3.connect(tmp_path / "data" / "records.sqlite3") as connection:
        query = "UPDATE inbox SET begun = ? WHERE update_id = ? AND state = 'new'"
        assert connection.execute(query, (MOST_BEGINNINGS, hanging.update_id)).rowcount == 1
    with running(server, tmp_path):
        wait_for_answers(server, CHAT, *questions)
    with sqlite3.connect(tmp_path / "data" / "records.sqlite3") as connection:
        query = "SELECT update_id FROM inbox WHERE state = 'set_aside'"
        assert connection.execute(query).fetchall() == [(hanging.update_id,)]


def test_too_many_questions_get_one_friendly_word_and_a_lost_start_is_made_up_for(
    server: BotApiServer, tmp_path: Path
) -> None:
    server.faults.add(Fault("getMe", FaultKind.DROP_BEFORE, times=2))
    with running(server, tmp_path, environment={"QUESTIONS_PER_MINUTE": "2"}):
        for number in range(5):
            server.people.user_says(CHAT, f"question {number}")
        server.people.user_says(CHAT, "/help")
        server.block_until(lambda: len(server.bot_messages(CHAT)) == 4)
    two, word = server.bot_messages(CHAT)[:2], server.bot_messages(CHAT)[2]
    assert all(message["text"].startswith("On:") for message in two)
    assert "ask again in" in word["text"]
    assert "/forget" in server.bot_messages(CHAT)[3]["text"]


def test_a_second_process_on_the_same_records_is_refused(
    shared_server: BotApiServer, shared_service: ServiceProcess, tmp_path: Path
) -> None:
    same = {"DATA_DIR": str(shared_service.folder / "data")}
    with running(shared_server, tmp_path, is_ready=False, environment=same) as second:
        assert second.process.wait(60) == 1
        assert "another process" in second.log
    assert shared_service.process.poll() is None


def test_a_wrong_token_ends_in_one_clear_line(server: BotApiServer, tmp_path: Path) -> None:
    token = "123456789:wrong-token-of-somebody-else"
    with running(server, tmp_path, module=COMMAND, token=token, is_ready=False) as service:
        assert service.process.wait(60) == 1
        [line] = service.log.strip().splitlines()
    assert "TELEGRAM_BOT_TOKEN" in line
    assert token not in line


@pytest.mark.parametrize("token", [None, "no token at all", "12345"])
def test_what_is_no_token_is_not_even_tried(token: str | None, tmp_path: Path) -> None:
    settings = Settings(telegram_bot_token=token, data_dir=tmp_path)
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN") as refusal:
        Client(settings)
    assert str(token) not in str(refusal.value)
