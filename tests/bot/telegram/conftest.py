"""One server and one service for all tests that only talk to it, each in a chat of its own."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.bot.telegram.processes import ServiceProcess, running
from tests.botapi import BotApiServer, FloodRules, PollingRules, ServerSettings, threaded_server
from tests.botapi.people import Sent

STAFF = 990_001
UNHURRIED = ServerSettings(flood=FloodRules(enabled=False), polling=PollingRules(brake=False))


@dataclass
class Talk:
    """A conversation with the service in a private chat."""

    server: BotApiServer
    service: ServiceProcess
    chat: int
    patience: float = 5.0

    def say(self, text: str) -> list[dict[str, Any]]:
        """Say something; return the bot's messages once all is dealt with."""
        return self.replies(self.server.people.user_says(self.chat, text))

    def replies(self, sent: Sent) -> list[dict[str, Any]]:
        self.server.block_until(lambda: self.server.bot_messages_after(sent), within=self.patience)
        return self.server.bot_messages_after(sent)

    def press(self, message: dict[str, Any], button: str) -> list[dict[str, Any]]:
        """Press a button; return the messages that follow and wait for the press's answer."""
        before = self.server.bot_messages(self.chat)[-1]["message_id"]
        asked = self.server.people.user_clicks(self.chat, message["message_id"], button)
        self.server.block_until(lambda: self.server.callback_answer(asked.query_id))
        self.toast = self.server.callback_answer(asked.query_id)
        return [m for m in self.server.bot_messages(self.chat) if m["message_id"] > before]

    def press_for_message(self, message: dict[str, Any], button: str) -> dict[str, Any]:
        """Press a button that brings a message."""
        before = self.server.bot_messages(self.chat)[-1]["message_id"]
        self.server.people.user_clicks(self.chat, message["message_id"], button)
        self.server.block_until(
            lambda: self.server.bot_messages(self.chat)[-1]["message_id"] > before,
            within=self.patience,
        )
        return self.server.bot_messages(self.chat)[-1]


@pytest.fixture(scope="session")
def shared_server() -> Iterator[BotApiServer]:
    with threaded_server(UNHURRIED) as server:
        yield server


@pytest.fixture(scope="session")
def shared_service(
    shared_server: BotApiServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("service")
    with running(shared_server, folder, environment={"STAFF_IDS": str(STAFF)}) as service:
        yield service


_CHATS = itertools.count(1000)


@pytest.fixture
def talk(shared_server: BotApiServer, shared_service: ServiceProcess) -> Iterator[Talk]:
    chat = next(_CHATS)
    shared_server.people.introduce(chat, language_code="en")
    before = len(shared_server.refused_calls())
    yield Talk(shared_server, shared_service, chat)
    assert not shared_server.violations
    assert not shared_server.refused_calls()[before:]


@pytest.fixture
def chat() -> int:
    """A chat that no other test uses."""
    return next(_CHATS)


@pytest.fixture
def server() -> Iterator[BotApiServer]:
    """A server of the test's own."""
    with threaded_server(UNHURRIED) as server:
        yield server


def labels(message: dict[str, Any]) -> list[str]:
    """The buttons below a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def answers(server: BotApiServer, chat: int) -> list[str]:
    """The questions that a chat was answered, in order."""
    lines = (message["text"].split("\n")[0] for message in server.bot_messages(chat))
    return [line.removeprefix("On: ") for line in lines]


def wait_for_answers(server: BotApiServer, chat: int, *questions: str) -> None:
    """Wait until a chat has as many answers; they must be to these questions, in this order."""
    server.block_until(lambda: len(answers(server, chat)) >= len(questions), within=30)
    assert answers(server, chat) == list(questions)
