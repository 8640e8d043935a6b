"""Formatted text, beyond what the methods' tests show."""

import pytest

from tests.botapi.errors import ApiError
from tests.botapi.formatting import (
    CAPTION,
    MESSAGE_TEXT,
    FormattedText,
    detect_entities,
    format_text,
    url_fault,
    utf16_length,
)


def entity(kind: str, offset: int, length: int, **details: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **details}


def test_trimming_moves_entities() -> None:
    formatted = format_text("\n <i> 😀b </i> ", "HTML", [], MESSAGE_TEXT)
    assert formatted == FormattedText("😀b", (entity("italic", 0, 3),))


def test_trimming_drops_entities_of_which_nothing_is_left() -> None:
    formatted = format_text("<b> </b>x", "HTML", [], MESSAGE_TEXT)
    assert formatted == FormattedText("x", ())


def test_entities_of_every_kind_come_back() -> None:
    html = (
        "<b>a</b><i>a</i><u>a</u><s>a</s><tg-spoiler>a</tg-spoiler><code>a</code>\n"
        '<pre><code class="language-python">a</code></pre><a href="https://example.org/">a</a>\n'
        "<blockquote>a</blockquote><blockquote expandable>a</blockquote>"
    )
    kinds = [found["type"] for found in format_text(html, "HTML", [], MESSAGE_TEXT).entities]
    assert kinds == [
        *("bold", "italic", "underline", "strikethrough", "spoiler", "code"),
        *("pre", "text_link", "blockquote", "expandable_blockquote"),
    ]


def test_nothing_is_detected_inside_code_and_links() -> None:
    html = '<code>/start</code> <a href="https://a.cn">https://b.cn</a> <b>/help</b>'
    kinds = [found["type"] for found in format_text(html, "HTML", [], MESSAGE_TEXT).entities]
    assert kinds == ["code", "text_link", "bold", "bot_command"]


def test_a_link_that_telegram_drops_is_dropped() -> None:
    formatted = format_text('<a href="http://localhost/">x</a>', "HTML", [], MESSAGE_TEXT)
    assert formatted == FormattedText("x", ())


def test_given_entities_are_kept_and_not_doubled() -> None:
    given = [
        entity("bot_command", 0, 6),
        entity("pre", 7, 1, language="python"),
        entity("text_link", 8, 1, url="https://example.org/"),
        entity("text_mention", 9, 1, user={"id": 5}),
        entity("custom_emoji", 10, 1, custom_emoji_id="12"),
        entity("blockquote", 11, 1),
    ]
    assert format_text("/start abcdef", None, given, MESSAGE_TEXT).entities == tuple(given)


def test_a_caption_may_be_empty_and_is_shorter() -> None:
    assert format_text("", "HTML", [], CAPTION) == FormattedText("", ())
    assert format_text(" ", None, [], CAPTION) == FormattedText("", ())
    with pytest.raises(ApiError, match="message caption is too long"):
        format_text("x" * 1025, None, [], CAPTION)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://example.org/路径", None),
        ("tg://user?id=5", None),
        ("localhost:80", "Wrong HTTP URL"),
        ("ftp://example.org", "Unsupported URL protocol"),
        ("", "URL host is empty"),
    ],
)
def test_links(url: str, fault: str | None) -> None:
    assert url_fault(url) == fault


def test_offsets_count_utf16_units() -> None:
    assert utf16_length("a字😀") == 4
    assert detect_entities("😀 /help") == [entity("bot_command", 3, 5)]
    assert detect_entities("00:30 4111 1111 1111 1111") == []
