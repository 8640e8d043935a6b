"""Offsets, acknowledgement, long polls and conflicts."""

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.botapi import BotApiServer, PollingRules
from tests.botapi.changes import ChangeSignal
from tests.botapi.clients import Client, Refused
from tests.botapi.conftest import USER
from tests.botapi.errors import ApiError
from tests.botapi.loop_thread import LoopThread
from tests.botapi.specification import SpecificationError
from tests.botapi.updates import UpdateQueue

if TYPE_CHECKING:
    from tests.botapi.json_types import Json


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(clock: Clock) -> UpdateQueue:
    rules = PollingRules(brake_window=0.2, conflict_pause=0.2, maximum_timeout=0.3)
    return UpdateQueue(rules, ChangeSignal(), clock, LoopThread())


def push_polls(queue: UpdateQueue, count: int) -> list[int]:
    """Fill a queue with updates that are quick to make."""
    pushed = [queue.push("removed_chat_boost", number, raw=True) for number in range(count)]
    return [update_id for update_id in pushed if update_id is not None]


async def ids(client: Client, **parameters: int) -> list[int]:
    return [update["update_id"] for update in await client.call("getUpdates", **parameters)]


async def test_an_update_comes_until_it_is_acknowledged(
    server: BotApiServer, client: Client
) -> None:
    first, second = (server.people.user_says(USER, text).update_id for text in ("a", "b"))
    assert first is not None
    assert second is not None
    assert await ids(client, timeout=0) == [first, second]
    assert await ids(client, timeout=0) == [first, second]
    assert await ids(client, offset=second, timeout=0) == [second]
    assert server.updates.acknowledged == [first]
    assert await ids(client, offset=second + 1, timeout=0) == []
    assert server.updates.acknowledged == [first, second]
    assert server.updates.pending == []
    assert server.updates.deliveries == {first: 2, second: 3}
    server.assert_clean()


async def test_offsets(queue: UpdateQueue) -> None:
    pushed = push_polls(queue, 5)

    async def poll(offset: int, limit: int = 100) -> list[int]:
        return [update["update_id"] for update in await queue.poll(offset, limit, 0)]

    assert await poll(0, 2) == pushed[:2]
    assert await poll(pushed[-1] + 11) == pushed, "an offset far beyond the end is not given"
    assert await poll(-2) == pushed[3:], "a negative offset keeps the last updates"
    assert queue.acknowledged == pushed[:3]
    assert await poll(pushed[-1] + 10) == []
    assert queue.acknowledged == pushed


@pytest.mark.parametrize(("limit", "got"), [(0, 100), (101, 100), (1, 1), (-5, 100)])
async def test_a_batch_has_a_largest_size(queue: UpdateQueue, limit: int, got: int) -> None:
    push_polls(queue, 103)
    assert len(await queue.poll(0, limit, 0)) == got


async def test_a_long_poll_ends_with_the_first_update(server: BotApiServer, client: Client) -> None:
    started = time.monotonic()
    waiting = asyncio.create_task(ids(client, timeout=30))
    await server.wait_for(lambda: server.calls_to("getUpdates"))
    sent = server.people.user_says(USER, "x")
    assert await waiting == [sent.update_id]
    assert time.monotonic() - started < 3


async def test_a_long_poll_ends_empty(queue: UpdateQueue) -> None:
    started = time.monotonic()
    assert await queue.poll(0, 100, 0.05) == []
    assert await queue.poll(1, 100, 60) == [], "the server caps the timeout"
    assert 0.3 <= time.monotonic() - started < 2


async def test_a_spinning_client_is_slowed_down(queue: UpdateQueue, clock: Clock) -> None:
    assert await queue.poll(0, 100, 0) == []
    started = time.monotonic()
    assert await queue.poll(0, 100, 0) == []
    assert time.monotonic() - started >= 0.19, "the repeat waits for the brake"
    push_polls(queue, 3)
    assert len(await queue.poll(0, 100, 0)) == 1, "a repeat at once gets one update"
    clock.now += 0.6
    assert len(await queue.poll(0, 100, 0)) == 3


async def test_a_second_poller_ends_the_first(server: BotApiServer, client: Client) -> None:
    first = asyncio.create_task(ids(client, timeout=30))
    await server.wait_for(lambda: len(server.calls_to("getUpdates")) == 1)
    second = asyncio.create_task(ids(client, timeout=30))
    with pytest.raises(Refused) as caught:
        await first
    assert caught.value.status == 409
    assert "terminated by other getupdates request" in caught.value.text
    sent = server.people.user_says(USER, "x")
    assert await second == [sent.update_id]
    assert server.updates.conflicts == 1


async def test_further_conflicts_are_told_late(queue: UpdateQueue, clock: Clock) -> None:
    polls: list[asyncio.Task[list[Json]]] = []
    for _ in range(3):
        polls.append(asyncio.create_task(queue.poll(len(polls), 100, 0.3)))
        await asyncio.sleep(0.01)
    assert polls[0].done()
    assert not polls[1].done()
    for displaced in polls[:2]:
        with pytest.raises(ApiError, match="409 Conflict"):
            await displaced
    assert await polls[2] == []


async def test_old_updates_are_forgotten(queue: UpdateQueue, clock: Clock) -> None:
    [old] = push_polls(queue, 1)
    clock.now += 24 * 3600 + 1
    [fresh] = push_polls(queue, 1)
    assert [update["update_id"] for update in queue.pending] == [fresh]
    assert queue.acknowledged == []
    assert old < fresh


async def test_only_kinds_that_are_asked_for_are_queued(
    server: BotApiServer, client: Client
) -> None:
    await client.call("getUpdates", timeout=0, allowed_updates=["callback_query"])
    assert server.people.user_says(USER, "unheard").update_id is None
    await client.call("getUpdates", timeout=0, offset=1)
    assert server.people.user_says(USER, "still unheard").update_id is None
    await client.call("getUpdates", timeout=0, offset=2, allowed_updates=["message"])
    assert server.people.user_says(USER, "heard").update_id is not None


async def test_some_kinds_are_sent_on_request_only(queue: UpdateQueue) -> None:
    queue.allow([])
    message = {"message_id": 1, "date": 1, "chat": {"id": USER, "type": "private"}}
    assert queue.push("message", message) is not None
    reaction = {
        "chat": {"id": USER, "type": "private", "first_name": "U"},
        "message_id": 1,
        "date": 1,
        "old_reaction": [],
        "new_reaction": [],
    }
    assert queue.push("message_reaction", reaction) is None
    queue.allow(["message_reaction"])
    assert queue.push("message_reaction", reaction) is not None
    assert queue.push("message", message) is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("message", {"message_id": 1}),
        ("telepathy", {}),
        ("message", {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "mood": 1}),
    ],
)
async def test_only_poison_on_purpose_is_sent(
    server: BotApiServer, client: Client, kind: str, body: dict[str, object]
) -> None:
    with pytest.raises(SpecificationError):
        server.updates.push(kind, body)
    assert server.updates.pending == []
    update_id = server.updates.push(kind, body, raw=True)
    assert server.updates.pending == [{"update_id": update_id, kind: body}]
    server.assert_clean()


async def test_a_dead_client_leaves_no_poller_behind(server: BotApiServer, client: Client) -> None:
    dead = asyncio.create_task(ids(client, timeout=30))
    await server.wait_for(lambda: server.calls_to("getUpdates"))
    dead.cancel()
    await asyncio.sleep(0.1)
    alive = asyncio.create_task(ids(client, timeout=30))
    await server.wait_for(lambda: len(server.calls_to("getUpdates")) == 2)
    sent = server.people.user_says(USER, "x")
    assert await alive == [sent.update_id]
    assert server.updates.conflicts == 0
