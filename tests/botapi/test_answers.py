"""Answers to clicks and to inline queries."""

from typing import Any

import pytest

from tests.botapi import BotApiServer, ServerSettings
from tests.botapi.clients import Client, Refused, TelegramClient, telegram_bot
from tests.botapi.conftest import USER


def article(identifier: str, text: str = "answer", **content: Any) -> dict[str, Any]:
    return {
        "type": "article",
        "id": identifier,
        "title": "t",
        "input_message_content": {"message_text": text, **content},
    }


async def send_button(client: Client) -> int:
    keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "more:1"}]]}
    sent = await client.call("sendMessage", chat_id=USER, text="x", reply_markup=keyboard)
    return int(sent["message_id"])


async def test_a_click_is_answered_once(server: BotApiServer, client: Client) -> None:
    message_id = await send_button(client)
    click = server.people.user_clicks(USER, message_id, "More")
    [update] = await client.call("getUpdates", timeout=0)
    assert update["callback_query"]["data"] == "more:1"
    assert await client.call("answerCallbackQuery", callback_query_id=click.query_id, text="ok")
    answer = server.callback_answer(click.query_id)
    assert answer is not None
    assert answer["text"] == "ok"
    with pytest.raises(Refused, match="query is too old"):
        await client.call("answerCallbackQuery", callback_query_id=click.query_id)


async def test_a_click_cannot_be_answered_late() -> None:
    async with BotApiServer(ServerSettings(callback_lifetime=0.0)) as server:
        server.people.open_private_chat(USER)
        async with telegram_bot(server.url, server.token) as bot:
            client = TelegramClient(bot)
            click = server.people.user_clicks(USER, await send_button(client), "more:1")
            with pytest.raises(Refused, match="query is too old"):
                await client.call("answerCallbackQuery", callback_query_id=click.query_id)
            assert server.callback_answer(click.query_id) is None


async def test_an_answer_to_a_click_is_short(server: BotApiServer, client: Client) -> None:
    click = server.people.user_clicks(USER, await send_button(client), "More")
    with pytest.raises(Refused, match="message_too_long"):
        await client.call("answerCallbackQuery", callback_query_id=click.query_id, text="x" * 201)


async def test_an_inline_query_is_answered_once(server: BotApiServer, client: Client) -> None:
    query = server.people.user_types_inline_query(USER, "housing")
    [update] = await client.call("getUpdates", timeout=0)
    assert update["inline_query"]["query"] == "housing"
    results = [article("1"), article("2", "<b>x</b>", parse_mode="HTML")]
    answer = {"inline_query_id": query.query_id, "results": results, "cache_time": 0}
    assert await client.call("answerInlineQuery", **answer)
    shown = server.inline_answer(query.query_id)
    assert shown is not None
    assert [result["id"] for result in shown["results"]] == ["1", "2"]
    assert server.people.user_chooses_inline_result(USER, query, "2") is not None
    with pytest.raises(LookupError):
        server.people.user_chooses_inline_result(USER, query, "3")
    with pytest.raises(Refused, match="query is too old"):
        await client.call("answerInlineQuery", **answer)
    server.assert_clean()


@pytest.mark.parametrize(
    ("results", "text"),
    [
        ([article("1"), article("1")], "result_id_duplicate"),
        ([article("x" * 65)], "result_id_invalid"),
        ([article(str(number)) for number in range(51)], "results_too_much"),
        (
            [article("1", "<b>x", parse_mode="HTML")],
            "can't parse entities: can't find end tag corresponding to start tag \"b\"",
        ),
        ([article("1", "x" * 4097)], "message is too long"),
    ],
)
async def test_bad_inline_results_are_refused(
    server: BotApiServer, client: Client, results: list[dict[str, Any]], text: str
) -> None:
    query = server.people.user_types_inline_query(USER, "x")
    with pytest.raises(Refused) as caught:
        await client.call("answerInlineQuery", inline_query_id=query.query_id, results=results)
    assert caught.value == Refused(400, text)
