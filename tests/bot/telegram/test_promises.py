"""What the service promises when others fail: real faults against one running service."""

import sqlite3
from pathlib import Path

import pytest

from tests.bot.telegram.conftest import answers, wait_for_answers
from tests.bot.telegram.processes import ServiceProcess
from tests.botapi import BotApiServer, Fault, FaultKind

pytestmark = pytest.mark.usefixtures("shared_service")

FAULTS = [
    Fault("sendChatAction", FaultKind.HANG),
    Fault("getUpdates", FaultKind.STATUS, code=401, description="Unauthorized", times=2),
    Fault("getUpdates", FaultKind.STATUS, code=404, description="Not Found"),
    Fault("getUpdates", FaultKind.STATUS, code=409, description="Conflict: other"),
    Fault("getUpdates", FaultKind.TOO_MANY_REQUESTS, retry_after=1),
    Fault("getUpdates", FaultKind.HTML_502),
    Fault("getUpdates", FaultKind.GARBAGE),
    Fault("getUpdates", FaultKind.DROP_BEFORE),
    Fault("getUpdates", FaultKind.DROP_AFTER),
    Fault("sendMessage", FaultKind.STATUS, code=401, description="Unauthorized"),
    Fault("sendMessage", FaultKind.STATUS, code=500),
    Fault("sendMessage", FaultKind.TOO_MANY_REQUESTS, retry_after=1),
    Fault("sendMessage", FaultKind.HTML_502),
    Fault("sendMessage", FaultKind.GARBAGE),
    Fault("sendMessage", FaultKind.DROP_BEFORE),
]


@pytest.fixture
def server(shared_server: BotApiServer) -> BotApiServer:
    return shared_server


def in_state(service: ServiceProcess, state: str) -> int:
    with sqlite3.connect(records_of(service)) as connection:
        query = "SELECT count(*) FROM inbox WHERE state = ?"
        return connection.execute(query, (state,)).fetchone()[0]


def records_of(service: ServiceProcess) -> Path:
    return service.folder / "data" / "records.sqlite3"


def test_faults_one_after_another_lose_nothing(
    server: BotApiServer, shared_service: ServiceProcess, chat: int
) -> None:
    polls = len(server.calls_to("getUpdates"))
    asked = []
    for number, fault in enumerate(FAULTS):
        server.faults.add(fault)
        asked.append(f"question {number}")
        server.people.user_says(chat, asked[-1])
        server.block_until(lambda: len(answers(server, chat)) >= len(asked), within=20)
    assert answers(server, chat) == asked
    # No hot loop: a poll for each answer and each fault, and some in reserve.
    most = 3 * len(FAULTS) + sum(fault.times for fault in FAULTS)
    assert len(server.calls_to("getUpdates")) - polls < most
    assert server.token not in shared_service.log
    server.assert_clean()


def test_a_slow_chat_delays_no_other_and_keeps_its_order(server: BotApiServer, chat: int) -> None:
    slow, quick = chat + 10_000, chat + 20_000
    server.people.user_says(chat, "wait")
    for number in range(3):
        server.people.user_says(slow, f"slow {number}")
    server.people.user_says(quick, "quick")
    wait_for_answers(server, quick, "quick")
    wait_for_answers(server, slow, *(f"slow {number}" for number in range(3)))
    assert not answers(server, chat)
    wait_for_answers(server, chat, "wait")


def test_poison_is_set_aside_and_what_comes_behind_it_is_answered(
    server: BotApiServer, shared_service: ServiceProcess, chat: int
) -> None:
    before = in_state(shared_service, "set_aside")
    server.updates.push("message", {"chat": {"id": chat}, "date": "yesterday"}, raw=True)
    server.updates.push("message", "not even an object", raw=True)
    server.updates.push("message", {"text": "\ud83d"}, raw=True)
    server.people.user_says(chat, "after")
    wait_for_answers(server, chat, "after")
    server.block_until(lambda: in_state(shared_service, "set_aside") == before + 3)


def test_a_lost_reply_to_an_answer_is_the_one_window_for_a_double(
    server: BotApiServer, shared_service: ServiceProcess, chat: int
) -> None:
    server.faults.add(Fault("sendMessage", FaultKind.DROP_AFTER))
    sent = server.people.user_says(chat, "one")
    wait_for_answers(server, chat, "one", "one")
    server.people.user_says(chat, "two")
    wait_for_answers(server, chat, "one", "one", "two")
    with sqlite3.connect(records_of(shared_service)) as connection:
        query = "SELECT doubts FROM outbox WHERE update_id = ?"
        assert connection.execute(query, (sent.update_id,)).fetchall() == [(1,)]


def test_flood_control_of_one_chat_stops_no_other(server: BotApiServer, chat: int) -> None:
    other = chat + 10_000
    server.faults.add(Fault("sendMessage", FaultKind.TOO_MANY_REQUESTS, retry_after=3))
    server.people.user_says(chat, "held up")
    server.block_until(lambda: not server.faults.remaining())
    server.people.user_says(other, "quick")
    wait_for_answers(server, other, "quick")
    assert not answers(server, chat)
    wait_for_answers(server, chat, "held up")


def test_refused_markup_is_sent_as_plain_text(server: BotApiServer, chat: int) -> None:
    refusal = "Bad Request: can't parse entities: scripted"
    server.faults.add(Fault("sendMessage", FaultKind.STATUS, code=400, description=refusal))
    server.people.user_says(chat, "a < b")
    wait_for_answers(server, chat, "a < b")
    [message] = server.bot_messages(chat)
    assert not [e for e in message.get("entities", []) if e["type"] == "bold"]


def test_a_webhook_left_behind_is_removed(server: BotApiServer, chat: int) -> None:
    refusal = "Conflict: can't use getUpdates method while webhook is active"
    server.faults.add(Fault("getUpdates", FaultKind.STATUS, code=409, description=refusal))
    server.people.user_says(chat, "one")
    wait_for_answers(server, chat, "one")
    server.block_until(lambda: server.calls_to("deleteWebhook"))


def test_somebody_who_blocks_the_bot_stops_nobody(
    server: BotApiServer, shared_service: ServiceProcess, chat: int
) -> None:
    done = in_state(shared_service, "done")
    server.people.user_says(chat, "slow")
    server.people.user_blocks_bot(chat)
    server.people.user_says(chat + 10_000, "quick")
    wait_for_answers(server, chat + 10_000, "quick")
    server.block_until(lambda: in_state(shared_service, "done") == done + 2)


def test_nothing_of_a_finished_message_stays_in_the_inbox(
    server: BotApiServer, shared_service: ServiceProcess, chat: int
) -> None:
    sent = server.people.user_says(chat, "one")
    wait_for_answers(server, chat, "one")

    def kept() -> list[tuple[str, str]]:
        query = "SELECT raw, payload FROM inbox JOIN outbox USING (update_id) WHERE update_id = ?"
        with sqlite3.connect(records_of(shared_service)) as connection:
            return connection.execute(query, (sent.update_id,)).fetchall()

    server.block_until(lambda: kept() == [("", "")])
