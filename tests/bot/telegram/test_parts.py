"""Small parts on their own: limits, lanes, logs, buttons, simpler forms, paths."""

import asyncio
import json
import logging

import pytest

from bot.settings import Settings
from bot.telegram.delivery import simpler_form
from bot.telegram.inbox import StoredUpdate, lane_of
from bot.telegram.incoming import Person, readable
from bot.telegram.keyboards import Action, Order, button, read_order
from bot.telegram.lanes import Lanes
from bot.telegram.library import upload_path
from bot.telegram.limits import QuestionLimits
from bot.telegram.logs import DiscreetFormatter
from bot.telegram.outbox import Outgoing
from bot.telegram.polling import is_update
from bot.telegram.waiting import LONGEST_SECONDS, Backoff

TOKEN = "123456789:AAF-secret_of_the_bot-0123456789"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_person_may_ask_so_often_a_minute_and_others_are_not_touched() -> None:
    clock = Clock()
    limits = QuestionLimits(per_person=3, overall=100, clock=clock)
    assert [limits.seconds_to_wait(1) for _ in range(4)] == [0, 0, 0, 20]
    assert limits.is_first_refusal(1)
    assert not limits.is_first_refusal(1)
    assert limits.seconds_to_wait(2) == 0
    clock.now = 20
    assert limits.seconds_to_wait(1) == 0
    assert limits.is_first_refusal(1)


def test_all_together_have_a_limit_too() -> None:
    limits = QuestionLimits(per_person=3, overall=2, clock=Clock())
    assert [limits.is_overall_spent() for _ in range(3)] == [False, False, True]


def test_waits_grow_up_to_a_bound_and_begin_anew() -> None:
    backoff = Backoff()
    waits = [backoff.seconds() for _ in range(20)]
    assert waits[0] < waits[5] <= LONGEST_SECONDS
    assert max(waits) <= LONGEST_SECONDS
    backoff.reset()
    assert backoff.seconds() < 1


async def test_lanes_keep_order_inside_and_run_side_by_side() -> None:
    done: list[tuple[int, int]] = []
    gate = asyncio.Event()

    async def work(update: StoredUpdate) -> None:
        if update.lane == 1:
            await gate.wait()
        done.append((update.lane, update.id))

    lanes = Lanes(work)
    for number, lane in enumerate((1, 2, 1, 2)):
        lanes.put(StoredUpdate(number, lane, {}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert done == [(2, 1), (2, 3)]
    gate.set()
    await lanes.close(5)
    assert done[2:3] == [(1, 0)]
    assert (1, 2) not in done, "nothing is begun after closing"


async def test_full_lanes_ask_to_wait() -> None:
    gate = asyncio.Event()

    async def work(update: StoredUpdate) -> None:
        await gate.wait()

    lanes = Lanes(work, longest=2)
    await asyncio.wait_for(lanes.room(), 1)
    lanes.put(StoredUpdate(1, 1, {}))
    lanes.put(StoredUpdate(2, 1, {}))
    room = asyncio.create_task(lanes.room())
    await asyncio.sleep(0)
    assert not room.done()
    gate.set()
    await asyncio.wait_for(room, 1)
    await lanes.close(5)


@pytest.mark.parametrize("as_json", [False, True])
def test_no_token_reaches_a_log_not_even_in_a_trace(as_json: bool) -> None:
    formatter = DiscreetFormatter(as_json=as_json, token=TOKEN)
    try:
        int(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    arguments = ("x", logging.ERROR, "p", 1, "failed for %s", (f"bot{TOKEN}",), info)
    line = formatter.format(logging.LogRecord(*arguments))
    assert "secret" not in line
    assert "<token>" in line
    if as_json:
        assert json.loads(line)["level"] == "ERROR"


def test_a_button_carries_at_most_64_bytes() -> None:
    assert read_order(button("x", Action.ASK, 10**17, 3)["callback_data"]) == Order(
        Action.ASK, (str(10**17), "3")
    )
    with pytest.raises(ValueError, match="64 bytes"):
        button("x", Action.TOPIC, "字" * 22)


@pytest.mark.parametrize("data", ["", "unknown:1", "q", "q:x", "q:-1", "q:²", "q:" + "9" * 60])
def test_forged_buttons_are_no_numbers_or_no_orders(data: str) -> None:
    order = read_order(data)
    assert order is None or order.number(0) is None


def test_a_refused_message_loses_one_thing_after_another() -> None:
    payload = {"chat_id": 1, "text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": {}}
    outgoing: Outgoing | None = Outgoing("sendMessage", payload, plain="x")
    assert outgoing is not None
    plain = simpler_form(outgoing, "can't parse entities")
    assert plain is not None
    assert (plain.payload["text"], "parse_mode" in plain.payload) == ("x", False)
    bare = simpler_form(plain, "button_data_invalid")
    assert bare is not None
    assert "reply_markup" not in bare.payload
    assert simpler_form(bare, "bad request") is None
    assert simpler_form(outgoing, "chat not found") is None


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        ({"update_id": 1, "message": {"chat": {"id": -5}, "from": {"id": 6}}}, -5),
        (
            {"update_id": 1, "callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 7}}}},
            7,
        ),
        ({"update_id": 1, "inline_query": {"from": {"id": 6}}}, 6),
        ({"update_id": 1, "message": "poison"}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "x"}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": 1 << 80}}}, 0),
    ],
)
def test_every_update_has_a_lane(raw: dict, lane: int) -> None:
    assert lane_of(raw) == lane


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"update_id": "1"}, {"update_id": True}])
def test_what_has_no_id_is_no_update(raw: object) -> None:
    assert not is_update(raw)


def test_halves_of_characters_are_replaced() -> None:
    assert readable("a\ud83db") == "a\ufffdb"
    assert readable("😀") == "😀"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-hans", "zh"),
        ("zh-TW", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("en-GB", "en"),
        ("de", None),
    ],
)
def test_the_language_of_the_app(tag: str, language: str | None) -> None:
    assert Person(1, tag).language == language


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "uploads/passwd"),
        ("..\\..\\x.docx", "uploads/x.docx"),
        (".hidden.md", "uploads/hidden.md"),
        ("办法〔2026〕1号.pdf", "uploads/办法〔2026〕1号.pdf"),
        ("a\x00b/\n.txt", "uploads/_.txt"),
        ("", "uploads/file"),
        ("..", "uploads/file"),
    ],
)
def test_an_upload_lands_nowhere_else(name: str, path: str) -> None:
    assert upload_path(name) == path


def test_a_webhook_needs_a_secret_of_some_length() -> None:
    with pytest.raises(ValueError, match="16"):
        Settings(webhook_secret="short")
