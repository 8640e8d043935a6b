"""Flood control."""

import pytest

from tests.botapi import BotApiServer, FloodRules, ServerSettings
from tests.botapi.clients import Client, Refused
from tests.botapi.conftest import GROUP, USER
from tests.botapi.errors import ApiError
from tests.botapi.flood import FloodControl


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def admitted(flood: FloodControl, chat_id: int, attempts: int) -> int:
    """Return how many of some messages sent at once are let through."""
    passed = 0
    for _ in range(attempts):
        try:
            flood.admit(chat_id)
        except ApiError:
            continue
        passed += 1
    return passed


def test_a_chat_takes_a_burst_and_then_one_message_a_second() -> None:
    clock = Clock()
    flood = FloodControl(FloodRules(), clock)
    assert admitted(flood, USER, 10) == 5
    with pytest.raises(ApiError) as caught:
        flood.admit(USER)
    assert (caught.value.status, caught.value.retry_after) == (429, 1)
    assert admitted(flood, USER + 1, 1) == 1, "another chat is not affected"
    clock.now += 2
    assert admitted(flood, USER, 10) == 2
    clock.now += 3600
    assert admitted(flood, USER, 10) == 5, "patience saves up no more than a burst"


def test_all_chats_together_take_thirty_a_second() -> None:
    clock = Clock()
    flood = FloodControl(FloodRules(), clock)
    assert sum(admitted(flood, chat, 1) for chat in range(1, 50)) == 30
    clock.now += 0.5
    assert sum(admitted(flood, chat, 1) for chat in range(50, 100)) == 15


def test_a_group_takes_twenty_a_minute() -> None:
    clock = Clock()
    flood = FloodControl(FloodRules(per_chat_burst=100), clock)
    assert admitted(flood, GROUP, 30) == 20
    with pytest.raises(ApiError) as caught:
        flood.admit(GROUP)
    assert caught.value.retry_after == 3
    clock.now += 60
    assert admitted(flood, GROUP, 30) == 20


def test_a_refused_message_costs_nothing() -> None:
    clock = Clock()
    flood = FloodControl(FloodRules(per_chat_burst=1, overall_per_second=5), clock)
    assert admitted(flood, USER, 50) == 1
    assert sum(admitted(flood, chat, 1) for chat in range(100, 110)) == 4


def test_limits_can_be_switched_off() -> None:
    assert admitted(FloodControl(FloodRules(enabled=False), Clock()), GROUP, 1000) == 1000


class TestOnTheWire:
    @pytest.fixture
    def settings(self) -> ServerSettings:
        return ServerSettings(flood=FloodRules(per_chat_burst=1, per_chat_per_second=0.2))

    async def test_sending_and_editing_count(self, server: BotApiServer, client: Client) -> None:
        sent = await client.call("sendMessage", chat_id=USER, text="x")
        place = {"chat_id": USER, "message_id": sent["message_id"]}
        with pytest.raises(Refused) as caught:
            await client.call("editMessageText", **place, text="y")
        assert (caught.value.status, caught.value.retry_after) == (429, 5)
        shown = server.message(USER, sent["message_id"])
        assert shown is not None
        assert shown["text"] == "x"
        assert await client.call("sendChatAction", chat_id=USER, action="typing")
