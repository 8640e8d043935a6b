"""Writing, changing and removing messages."""

from typing import Any

import pytest

from tests.botapi import BotApiServer
from tests.botapi.clients import Client, Refused
from tests.botapi.conftest import GROUP, USER


async def refusal(client: Client, method: str, **parameters: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await client.call(method, **parameters)
    return caught.value


async def test_a_message_is_parsed_by_tdlib(server: BotApiServer, client: Client) -> None:
    sent = await client.call(
        "sendMessage", chat_id=USER, text=" <b>法兰</b> 😀 https://example.org ", parse_mode="HTML"
    )
    assert sent["text"] == "法兰 😀 https://example.org"
    assert [(e["type"], e["offset"], e["length"]) for e in sent["entities"]] == [
        ("bold", 0, 2),
        ("url", 6, 19),
    ]
    assert [message["text"] for message in server.bot_messages(USER)] == [sent["text"]]
    server.assert_clean()


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "字" * 10_923}, "text is too long"),
        ({"text": "x", "parse_mode": "nope"}, "unsupported parse_mode"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "<div>x</div>", "parse_mode": "HTML"},
            'can\'t parse entities: unsupported start tag "div" at byte offset 0',
        ),
        (
            {"text": "a.b", "parse_mode": "MarkdownV2"},
            "can't parse entities: character '.' is reserved and must be escaped "
            "with the preceding '\\'",
        ),
        (
            {"text": "hello", "entities": [{"type": "bold", "offset": 0, "length": 100}]},
            "entity beginning at utf-16 offset 0 ends after the end of the text "
            "at utf-16 offset 100",
        ),
        (
            {
                "text": "x",
                "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "a-b"}],
            },
            "entity url 'a-b' is invalid: wrong http url",
        ),
        (
            {"text": "x", "entities": [{"type": "sparkle", "offset": 0, "length": 1}]},
            "can't parse messageentity: unsupported type specified",
        ),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        (
            {"text": "x", "reply_parameters": {"message_id": 555}},
            "message to be replied not found",
        ),
    ],
)
async def test_a_bad_text_is_refused(
    server: BotApiServer, client: Client, parameters: dict[str, Any], text: str
) -> None:
    assert await refusal(client, "sendMessage", chat_id=USER, **parameters) == Refused(400, text)
    assert server.bot_messages(USER) == []


@pytest.mark.parametrize(
    ("text", "parse_mode"),
    [("x" * 4096, None), ("<b>" + "😀" * 4096 + "</b>", "HTML"), ("a & b &unknown;", "HTML")],
)
async def test_the_longest_text_and_a_bare_ampersand_pass(
    client: Client, text: str, parse_mode: str | None
) -> None:
    mode = {"parse_mode": parse_mode} if parse_mode else {}
    assert await client.call("sendMessage", chat_id=USER, text=text, **mode)


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ({"text": "x", "callback_data": "字" * 22}, "button_data_invalid"),
        (
            {"text": "x", "callback_data": ""},
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "", "callback_data": "x"}, "reply_markup_invalid"),
        ({"text": "x", "callback_data": "x", "url": "https://a.cn"}, "reply_markup_invalid"),
        (
            {"text": "x", "url": "not-a-url"},
            "inline keyboard button url 'not-a-url' is invalid: wrong http url",
        ),
        (
            {"text": "x", "url": "ftp://example.com"},
            "inline keyboard button url 'ftp://example.com' is invalid: unsupported url protocol",
        ),
        ({"text": "x", "copy_text": {"text": ""}}, "button_copy_text_invalid"),
        ({"text": "x", "pay": True}, "button_type_invalid"),
        (
            {"text": "x", "web_app": {"url": "http://example.com"}},
            "inline keyboard button web app url 'http://example.com' is invalid: "
            "only https links are allowed",
        ),
    ],
)
async def test_a_bad_button_is_refused(client: Client, button: dict[str, Any], text: str) -> None:
    keyboard = {"inline_keyboard": [[button]]}
    refused = await refusal(client, "sendMessage", chat_id=USER, text="x", reply_markup=keyboard)
    assert refused == Refused(400, text)


@pytest.mark.parametrize(
    ("rows", "columns", "passes"), [(12, 8, True), (13, 8, False), (1, 9, False)]
)
async def test_a_keyboard_has_a_largest_size(
    client: Client, rows: int, columns: int, passes: bool
) -> None:
    row = [{"text": "x", "callback_data": "x" * 64}] * columns
    call = client.call(
        "sendMessage", chat_id=USER, text="x", reply_markup={"inline_keyboard": [row] * rows}
    )
    if passes:
        assert await call
    else:
        with pytest.raises(Refused, match="reply_markup_too_long"):
            await call


async def test_an_edit_replaces_text_and_keyboard(server: BotApiServer, client: Client) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    sent = await client.call("sendMessage", chat_id=USER, text="old", reply_markup=keyboard)
    place = {"chat_id": USER, "message_id": sent["message_id"]}
    edited = await client.call("editMessageText", **place, text="*new*", parse_mode="MarkdownV2")
    assert edited["text"] == "new"
    assert "reply_markup" not in edited
    marked = await client.call("editMessageReplyMarkup", **place, reply_markup=keyboard)
    assert marked["reply_markup"] == keyboard
    assert [message["text"] for message in server.state.message_versions] == ["old", "new", "new"]


async def test_an_edit_that_cannot_be_made_is_refused(server: BotApiServer, client: Client) -> None:
    sent = await client.call("sendMessage", chat_id=USER, text="x")
    said = server.people.user_says(USER, "mine")
    place = {"chat_id": USER, "message_id": sent["message_id"]}
    unchanged = await refusal(
        client, "editMessageText", **place, text="<i></i>x", parse_mode="HTML"
    )
    assert unchanged.text.startswith("message is not modified: specified new message content")
    markup = await refusal(client, "editMessageReplyMarkup", **place)
    assert markup.text.startswith("message is not modified")
    caption = await refusal(client, "editMessageCaption", **place, caption="x")
    assert caption.text == "there is no caption in the message to edit"
    missing = await refusal(client, "editMessageText", chat_id=USER, message_id=99, text="y")
    assert missing.text == "message to edit not found"
    foreign = await refusal(
        client, "editMessageText", chat_id=USER, message_id=said.message_id, text="y"
    )
    assert foreign.text == "message can't be edited"
    nowhere = await refusal(client, "editMessageText", chat_id=USER, text="y")
    assert nowhere.text == "message identifier is not specified"


async def test_a_reply_quotes_the_message(server: BotApiServer, client: Client) -> None:
    said = server.people.user_says(USER, "question")
    sent = await client.call(
        "sendMessage", chat_id=USER, text="x", reply_parameters={"message_id": said.message_id}
    )
    assert sent["reply_to_message"]["text"] == "question"
    server.people.user_deletes(USER, said.message_id)
    loose = {"message_id": said.message_id, "allow_sending_without_reply": True}
    sent = await client.call("sendMessage", chat_id=USER, text="y", reply_parameters=loose)
    assert "reply_to_message" not in sent
    assert [message["text"] for message in server.bot_messages_after(said)] == ["x", "y"]


async def test_deletion(server: BotApiServer, client: Client) -> None:
    sent = await client.call("sendMessage", chat_id=USER, text="x")
    place = {"chat_id": USER, "message_id": sent["message_id"]}
    assert await client.call("deleteMessage", **place) is True
    assert server.message(USER, sent["message_id"]) is None
    assert (await refusal(client, "deleteMessage", **place)).text == "message to delete not found"
    said = server.people.user_says(GROUP, "x", sender=USER)
    refused = await refusal(client, "deleteMessage", chat_id=GROUP, message_id=said.message_id)
    assert refused.text == "message can't be deleted"


async def test_access(server: BotApiServer, client: Client) -> None:
    assert await refusal(client, "sendMessage", chat_id=99, text="x") == Refused(
        400, "chat not found"
    )
    assert (await refusal(client, "sendMessage", chat_id="@who", text="x")).text == "chat not found"
    server.people.user_blocks_bot(USER)
    blocked = await refusal(client, "sendMessage", chat_id=USER, text="x")
    assert blocked.status == 403
    assert "bot was blocked by the user" in blocked.text
    server.people.user_unblocks_bot(USER)
    assert await client.call("sendMessage", chat_id=USER, text="x")
    server.people.group_removes_bot(GROUP, by=USER)
    assert (await refusal(client, "sendMessage", chat_id=GROUP, text="x")).status == 403
    server.token_revoked = True
    assert (await refusal(client, "getMe")).status == 401


async def test_drafts_stream_in_private_chats_only(server: BotApiServer, client: Client) -> None:
    for text in ("", "par", "<i>partial</i>"):
        assert await client.call(
            "sendMessageDraft", chat_id=USER, draft_id=5, text=text, parse_mode="HTML"
        )
    assert server.state.drafts[USER, 5] == ["", "par", "partial"]
    for place in ({"chat_id": USER, "draft_id": 0}, {"chat_id": GROUP, "draft_id": 5}):
        assert (await refusal(client, "sendMessageDraft", **place, text="x")).status == 400
    too_long = await refusal(client, "sendMessageDraft", chat_id=USER, draft_id=5, text="x" * 4097)
    assert too_long.text == "message is too long"


async def test_chat_actions(server: BotApiServer, client: Client) -> None:
    assert await client.call("sendChatAction", chat_id=USER, action="typing")
    refused = await refusal(client, "sendChatAction", chat_id=USER, action="dancing")
    assert refused.text == "wrong parameter action in request"
    assert server.state.chat_actions[USER] == ["typing"]


async def test_reactions(server: BotApiServer, client: Client) -> None:
    said = server.people.user_says(USER, "x")
    place = {"chat_id": USER, "message_id": said.message_id}
    eyes = {"type": "emoji", "emoji": "👀"}
    assert await client.call("setMessageReaction", **place, reaction=[eyes])
    assert server.state.reactions[USER, said.message_id] == [eyes]
    many = await refusal(client, "setMessageReaction", **place, reaction=[eyes, eyes])
    assert many.text == "reactions_too_many"
    place["message_id"] = 99
    missing = await refusal(client, "setMessageReaction", **place, reaction=[eyes])
    assert missing.text == "message to react not found"


async def test_a_message_stays_in_its_topic(server: BotApiServer, client: Client) -> None:
    server.people.open_group(GROUP, is_forum=True)
    said = server.people.user_says(GROUP, "/ask", sender=USER, topic=4)
    sent = await client.call(
        "sendMessage", chat_id=GROUP, text="x", reply_parameters={"message_id": said.message_id}
    )
    assert sent["message_thread_id"] == 4
    sent = await client.call("sendMessage", chat_id=GROUP, text="x", message_thread_id=4)
    assert sent["is_topic_message"] is True
    general = await refusal(client, "sendMessage", chat_id=GROUP, text="x", message_thread_id=1)
    assert general.text == "message thread not found"
