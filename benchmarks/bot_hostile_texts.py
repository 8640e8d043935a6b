"""Texts made to break formatting, through the service and through its renderer alone.

``python -m benchmarks.bot_hostile_texts --texts 1000``
"""

import argparse
import random
import sys

from benchmarks.bot_harness import (
    ANSWER_PREFIX,
    report,
    scratch_folder,
    service,
    unlimited_server,
)
from bot.telegram.rendering import Run, Style, pieces
from tests.botapi import BotApiServer
from tests.botapi.errors import ApiError
from tests.botapi.formatting import MESSAGE_TEXT, format_text

FIRST_CHAT = 10_000
FRAGMENTS = (
    *("<b>", "</b>", "<a href='x'>", "<tg-spoiler>", "</blockquote>", "<!--", "]]>", "<", ">"),
    *("&amp;", "&lt;", "&#60;", "&", '"', "'", "*", "_", "`", "```", "[x](y)", "~", "||", "\\"),
    *("#", "+", "-", "=", "{", "}", ".", "!", "%s", "{0}", "\n", "\t", " ", "\u00a0"),
    *("\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\u0301", "e\u0301", "é"),
    *("👨‍👩‍👧‍👦", "🇨🇳", "😀", "𠮷", "العربية", "नमस्ते", "忻州", "，。！"),
    *("@bot", "/start", "https://example.org/?a=b&c=<d>", "<blockquote expandable>"),
)
LENGTHS = (1, 5, 50, 500, 4090, 4095, 4096, 4097, 9000)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)  # noqa: S311 - texts of a benchmark
    hostile = [_text(dice) for _ in range(arguments.texts)]
    rejected, changed = _rendered(hostile)
    sendable = [text for text in hostile if len(text) <= MESSAGE_TEXT.characters and text.strip()]
    with unlimited_server() as server, scratch_folder() as folder:
        with service(server, folder, arguments):
            lost = _through_service(server, sendable)
        refused = len(server.refused_calls()) + len(server.violations)
    return report(
        "bot_hostile_texts",
        passed=not (rejected or changed or refused or lost),
        texts=len(hostile),
        rejected=rejected,
        changed=changed,
        through_the_service=len(sendable),
        refused_there=refused,
        changed_there=lost,
    )


def _text(dice: random.Random) -> str:
    length = dice.choice(LENGTHS)
    text = ""
    while len(text) < length:
        text += dice.choice(FRAGMENTS)
    return text[:length]


def _rendered(hostile: list[str]) -> tuple[int, int]:
    """How many texts TDLib rejects in any style, and how many come out changed."""
    rejected = changed = 0
    for text in hostile:
        for style in Style:
            try:
                parts = [
                    format_text(piece.html, "HTML", [], MESSAGE_TEXT).text
                    for piece in pieces([Run("before\n"), Run(text, style), Run("\nafter")])
                ]
            except ApiError:
                rejected += 1
                continue
            changed += _signs("".join(parts)) != _signs(f"before{text}after")
    return rejected, changed


def _through_service(server: BotApiServer, texts: list[str]) -> int:
    """How many texts do not come back as they were."""
    sent = []
    for number, text in enumerate(texts):
        # A command would be obeyed, not repeated.
        sent.append((server.people.user_says(FIRST_CHAT + number, f"x{text}"[:4096]), text))
    server.block_until(lambda: server.is_quiet(2.0) and not server.updates.pending, within=600)
    lost = 0
    for message, text in sent:
        replies = "".join(reply["text"] for reply in server.bot_messages_after(message))
        said = replies.split("定襄法兰产量")[0]
        lost += _signs(said) != _signs(f"{ANSWER_PREFIX}x{text}"[: 4096 + len(ANSWER_PREFIX)])
    return lost


def _signs(text: str) -> str:
    """A text without white space: some of it is lost where a message is cut, and may be."""
    return "".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
