"""Groups, topics and inline mode, through the real service."""

import itertools
from collections.abc import Iterator

import pytest

from tests.bot.telegram.processes import ServiceProcess
from tests.botapi import BotApiServer

ASKER = 4711
_GROUPS = itertools.count(-1_000_001, -1)


@pytest.fixture
def group(shared_server: BotApiServer, shared_service: ServiceProcess) -> Iterator[int]:
    chat = next(_GROUPS)
    shared_server.people.open_group(chat, is_forum=True)
    yield chat
    assert not shared_server.violations


def test_a_mention_is_answered_in_its_topic_as_a_reply(
    shared_server: BotApiServer, group: int
) -> None:
    name = shared_server.settings.bot_username
    sent = shared_server.people.user_says(group, f"@{name} how many?", sender=ASKER, topic=77)
    shared_server.block_until(lambda: shared_server.bot_messages(group))
    [answer] = shared_server.bot_messages(group)
    assert answer["text"].startswith("On: how many?")
    assert answer["message_thread_id"] == 77
    assert answer["reply_to_message"]["message_id"] == sent.message_id


def test_a_reply_to_the_bot_and_a_command_are_answered_and_other_talk_is_not(
    shared_server: BotApiServer, group: int
) -> None:
    people = shared_server.people
    people.user_says(group, "/ask first", sender=ASKER)
    shared_server.block_until(lambda: shared_server.bot_messages(group))
    [answer] = shared_server.bot_messages(group)
    people.user_says(group, "nobody means you", sender=ASKER)
    people.user_says(group, "/elsewhere@other_bot", sender=ASKER)
    people.user_says(group, "and then?", sender=ASKER, reply_to=answer["message_id"])
    shared_server.block_until(lambda: len(shared_server.bot_messages(group)) == 2)
    assert shared_server.bot_messages(group)[1]["text"].startswith("On: and then?")


def test_an_inline_query_offers_the_answer(
    shared_server: BotApiServer, shared_service: ServiceProcess
) -> None:
    asked = shared_server.people.user_types_inline_query(ASKER, "how many flanges")
    shared_server.block_until(lambda: shared_server.inline_answer(asked.query_id))
    [result] = shared_server.inline_answer(asked.query_id)["results"]
    assert result["title"] == "On: how many flanges"
    nothing = shared_server.people.user_types_inline_query(ASKER, "unknown thing")
    shared_server.block_until(lambda: shared_server.inline_answer(nothing.query_id))
    assert shared_server.inline_answer(nothing.query_id)["results"] == []
