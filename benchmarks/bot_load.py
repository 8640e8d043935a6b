"""Many chats at once against one chat alone.

``python -m benchmarks.bot_load --chats 100 --questions 10 [--index var/index]``

Each chat asks its next question when the last one is answered. The bound of the issue is read as:
the p95 of many is at most 4 times the p95 of one, times the chats that share a core.
"""

import argparse
import os
import sys
import threading
import time

from benchmarks.bot_harness import (
    add_index_argument,
    percentile,
    report,
    scratch_folder,
    service,
    unlimited_server,
)
from tests.botapi import BotApiServer

FIRST_CHAT = 5000
LONE_CHAT = 4000
FACTOR = 4.0
GIVE_UP_SECONDS = 120.0
QUESTIONS = (
    "人才公寓有哪些设施？",
    "定襄法兰占全国多少？",
    "人才服务卡可以享受什么？",
    "雄忻高铁什么时候通车？",
    "What do the talent apartments offer?",
)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=100)
    parser.add_argument("--questions", type=int, default=10)
    add_index_argument(parser)
    arguments = parser.parse_args()
    with unlimited_server() as server, scratch_folder() as folder:
        with service(server, folder, arguments) as process:
            _talk(server, LONE_CHAT, 2, [], [])
            alone: list[float] = []
            errors: list[str] = []
            _talk(server, LONE_CHAT, 3 * arguments.questions, alone, errors)
            together: list[float] = []
            started = time.monotonic()
            threads = [
                threading.Thread(
                    target=_talk,
                    args=(server, FIRST_CHAT + number, arguments.questions, together, errors),
                )
                for number in range(arguments.chats)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.monotonic() - started
            errors += ["traceback"] * process.log.count("Traceback")
        errors += server.violations
    one, many = percentile(alone, 0.95), percentile(together, 0.95)
    cores = os.cpu_count() or 1
    bound = FACTOR * one * max(1.0, arguments.chats / cores)
    return report(
        "bot_load",
        passed=not errors and many <= bound,
        answers=len(together),
        errors=len(errors),
        p50_alone_s=percentile(alone, 0.5),
        p95_alone_s=one,
        p50_s=percentile(together, 0.5),
        p95_s=many,
        p95_bound_s=bound,
        answers_per_second=len(together) / seconds,
        cores=cores,
    )


def _talk(
    server: BotApiServer, chat: int, questions: int, seconds: list[float], errors: list[str]
) -> None:
    for number in range(questions):
        started = time.monotonic()
        sent = server.people.user_says(chat, QUESTIONS[number % len(QUESTIONS)])
        while not server.bot_messages_after(sent):
            time.sleep(0.01)
            if time.monotonic() - started > GIVE_UP_SECONDS:
                errors.append(f"chat {chat}: no answer")
                return
        seconds.append(time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
