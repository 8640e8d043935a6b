"""The life of the process: starts, kills, stops, restarts."""

import sqlite3
from pathlib import Path

import pytest

from bot.telegram.inbox import MOST_BEGINNINGS
from tests.bot.telegram.conftest import answers, wait_for_answers
from tests.bot.telegram.processes import COMMAND, running
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


def test_sigterm_leaves_the_rest_on_disk_and_a_restart_goes_on(
    server: BotApiServer, tmp_path: Path
) -> None:
    questions = [f"slow {number}" for number in range(5)]
    with running(server, tmp_path) as service:
        for question in questions:
            server.people.user_says(CHAT, question)
        server.people.user_says(8, "hang")
        server.block_until(lambda: answers(server, CHAT))
        assert service.terminate() == 0
    assert 0 < len(answers(server, CHAT)) < 5
    with running(server, tmp_path):
        wait_for_answers(server, CHAT, *questions)


def test_an_update_that_was_begun_too_often_is_set_aside(
    server: BotApiServer, tmp_path: Path
) -> None:
    records = tmp_path / "data" / "records.sqlite3"
    with running(server, tmp_path) as service:
        server.people.user_says(CHAT, "hang")
        server.block_until(lambda: server.calls_to("sendChatAction"))
        service.kill()
    with sqlite3.connect(records) as connection:
        connection.execute("UPDATE inbox SET begun = ?", (MOST_BEGINNINGS,))
    with running(server, tmp_path):
        server.people.user_says(CHAT, "after")
        wait_for_answers(server, CHAT, "after")
    with sqlite3.connect(records) as connection:
        states = connection.execute("SELECT state FROM inbox ORDER BY update_id").fetchall()
    assert states[0] == ("set_aside",)


def test_too_many_questions_get_one_friendly_word_and_a_lost_start_is_made_up_for(
    server: BotApiServer, tmp_path: Path
) -> None:
    server.faults.add(Fault("getMe", FaultKind.DROP_BEFORE, times=2))
    with running(server, tmp_path, environment={"QUESTIONS_PER_MINUTE": "2"}) as service:
        for number in range(5):
            server.people.user_says(CHAT, f"question {number}")
        server.people.user_says(CHAT, "/help")
        server.block_until(lambda: len(server.bot_messages(CHAT)) == 4)
        with running(server, tmp_path, is_ready=False) as second:
            assert second.process.wait(60) == 1
            assert "another process" in second.log
        assert service.process.poll() is None
    two, word = server.bot_messages(CHAT)[:2], server.bot_messages(CHAT)[2]
    assert all(message["text"].startswith("On:") for message in two)
    assert "ask again in" in word["text"]
    assert "/forget" in server.bot_messages(CHAT)[3]["text"]


@pytest.mark.parametrize("token", ["123456789:wrong-token-of-somebody-else", "no token at all"])
def test_a_wrong_token_ends_in_one_clear_line(
    server: BotApiServer, tmp_path: Path, token: str
) -> None:
    with running(server, tmp_path, module=COMMAND, token=token, is_ready=False) as service:
        assert service.process.wait(60) == 1
        [line] = service.log.strip().splitlines()
    assert "TELEGRAM_BOT_TOKEN" in line
    assert token not in line
