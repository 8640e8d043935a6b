"""Kill the service at random moments under load, and count what is lost, doubled or disordered.

``python -m benchmarks.bot_kill --kills 200 --messages 2000``
"""

import argparse
import random
import sqlite3
import sys
import time
from collections import Counter
from itertools import groupby
from pathlib import Path

from benchmarks.bot_harness import answered, report, scratch_folder, service, unlimited_server
from tests.botapi import BotApiServer

FIRST_CHAT = 1000
# Long enough that some messages come through, short enough that the queue never empties.
SHORTEST_LIFE, LONGEST_LIFE = 0.05, 1.5


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--chats", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)  # noqa: S311 - moments of a benchmark
    asked: dict[int, list[str]] = {FIRST_CHAT + n: [] for n in range(arguments.chats)}
    questions: dict[int, str] = {}
    started = time.monotonic()
    with unlimited_server() as server, scratch_folder() as folder:
        for life in range(arguments.kills + 1):
            share = arguments.messages * (life + 1) // (arguments.kills + 1)
            with service(server, folder, arguments) as process:
                while len(questions) < share:
                    _ask(server, dice, asked, questions)
                if life == arguments.kills:
                    _wait_for_all(server, asked)
                    break
                time.sleep(dice.uniform(SHORTEST_LIFE, LONGEST_LIFE))
                process.kill()
        doubted = _doubted(folder)
        replies = {chat: answered(server, chat) for chat in asked}
        violations = len(server.violations)
    counts = Counter(question for chat in replies for question in replies[chat])
    lost = sum(counts[question] == 0 for question in questions.values())
    doubles = {update for update, question in questions.items() if counts[question] > 1}
    disordered = sum(
        [question for question, _ in groupby(replies[chat])] != asked[chat] for chat in asked
    )
    return report(
        "bot_kill",
        passed=not (lost or disordered or violations or doubles - doubted),
        kills=arguments.kills,
        messages=len(questions),
        lost=lost,
        chats_out_of_order=disordered,
        doubles_outside_the_window=len(doubles - doubted),
        doubles_inside_the_window=len(doubles & doubted),
        violations=violations,
        seconds=time.monotonic() - started,
    )


def _ask(
    server: BotApiServer,
    dice: random.Random,
    asked: dict[int, list[str]],
    questions: dict[int, str],
) -> None:
    chat = dice.choice(list(asked))
    speed = dice.choice(["slow", "quick", "quick"])
    question = f"{speed} {len(questions)}"
    sent = server.people.user_says(chat, question)
    asked[chat].append(question)
    if sent.update_id is not None:
        questions[sent.update_id] = question


def _wait_for_all(server: BotApiServer, asked: dict[int, list[str]]) -> None:
    server.block_until(
        lambda: all(set(asked[chat]) <= set(answered(server, chat)) for chat in asked), within=300
    )
    server.block_until(lambda: server.is_quiet(3.0), within=60)


def _doubted(folder: Path) -> set[int]:
    """The updates whose messages were sent again because nobody knew whether they had arrived."""
    with sqlite3.connect(folder / "data" / "records.sqlite3") as connection:
        rows = connection.execute("SELECT DISTINCT update_id FROM outbox WHERE doubts > 0")
        return {row[0] for row in rows}


if __name__ == "__main__":
    sys.exit(main())
