"""Sending and fetching files."""

import aiogram
import pytest
import telegram
from aiogram.types import BufferedInputFile

from tests.botapi import BotApiServer
from tests.botapi.clients import Client, Refused
from tests.botapi.conftest import USER


async def test_telegram_client_sends_and_fetches(
    server: BotApiServer, telegram_client: telegram.Bot
) -> None:
    sent = await telegram_client.send_document(USER, b"abc", caption="c", filename="a.txt")
    assert sent.document is not None
    assert sent.document.file_name == "a.txt"
    fetched = await telegram_client.get_file(sent.document.file_id)
    assert bytes(await fetched.download_as_bytearray()) == b"abc"
    server.assert_clean()


async def test_aiogram_client_sends_and_fetches(
    server: BotApiServer, aiogram_client: aiogram.Bot
) -> None:
    file = BufferedInputFile(b"abc", "a.txt")
    sent = await aiogram_client.send_document(USER, file, caption="c")
    assert sent.document is not None
    assert sent.document.file_name == "a.txt"
    fetched = await aiogram_client.get_file(sent.document.file_id)
    assert fetched.file_path is not None
    content = await aiogram_client.download_file(fetched.file_path)
    assert content is not None
    assert content.read() == b"abc"
    server.assert_clean()


async def test_a_file_is_sent_again_by_its_id(server: BotApiServer, client: Client) -> None:
    said = server.people.user_sends_file(USER, "in.txt", b"hello", caption="look")
    document = server.state.messages[USER, said.message_id]["document"]
    sent = await client.call("sendDocument", chat_id=USER, document=document["file_id"])
    assert sent["document"]["file_name"] == "in.txt"
    assert sent["document"]["file_size"] == 5


async def test_what_cannot_be_sent_or_fetched_is_refused(
    server: BotApiServer, client: Client
) -> None:
    with pytest.raises(Refused, match="wrong file identifier"):
        await client.call("sendDocument", chat_id=USER, document="nothing")
    said = server.people.user_sends_file(USER, "in.txt", b"x", stated_size=(20 << 20) + 1)
    document = server.state.messages[USER, said.message_id]["document"]
    with pytest.raises(Refused, match="message caption is too long"):
        await client.call(
            "sendDocument", chat_id=USER, document=document["file_id"], caption="x" * 1025
        )
    with pytest.raises(Refused, match="file is too big"):
        await client.call("getFile", file_id=document["file_id"])
    with pytest.raises(Refused, match="wrong file_id"):
        await client.call("getFile", file_id="nothing")


async def test_an_empty_upload_is_refused(aiogram_client: aiogram.Bot) -> None:
    with pytest.raises(aiogram.exceptions.TelegramBadRequest, match="file must be non-empty"):
        await aiogram_client.send_document(USER, BufferedInputFile(b"", "a.txt"))


async def test_a_download_needs_the_token_and_a_known_path(
    server: BotApiServer, aiogram_client: aiogram.Bot
) -> None:
    file = server.state.store_file("a.txt", b"abc")
    session = aiogram_client.session
    for token, path, expected in (
        (server.token, file.path, b"abc"),
        ("1:wrong", file.path, None),
        (server.token, "documents/none", None),
    ):
        url = f"{server.url}/file/bot{token}/{path}"
        chunks = session.stream_content(url, raise_for_status=expected is not None)
        content = b"".join([chunk async for chunk in chunks])
        assert (content == b"abc") is (expected is not None)
