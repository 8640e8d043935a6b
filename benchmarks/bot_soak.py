"""Run the service for long and compare its memory after with before.

``python -m benchmarks.bot_soak --minutes 30 [--index var/index]``
"""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.bot_harness import (
    add_index_argument,
    report,
    scratch_folder,
    service,
    unlimited_server,
)
from benchmarks.bot_load import QUESTIONS

FIRST_CHAT = 20_000
CHATS = 50
# Caches fill and the allocator settles in this share of the run.
WARM_UP_SHARE = 0.2
LARGEST_GROWTH = 1.05
SAMPLES = 20


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--per-second", type=float, default=4.0)
    add_index_argument(parser)
    arguments = parser.parse_args()
    samples: list[float] = []
    asked = 0
    with unlimited_server() as server, scratch_folder() as folder:
        with service(server, folder, arguments) as process:
            started = time.monotonic()
            length = arguments.minutes * 60
            while (elapsed := time.monotonic() - started) < length:
                server.people.user_says(FIRST_CHAT + asked % CHATS, QUESTIONS[asked % 5])
                asked += 1
                if elapsed >= length * (
                    WARM_UP_SHARE + (1 - WARM_UP_SHARE) * len(samples) / SAMPLES
                ):
                    samples.append(_megabytes(process.process.pid))
                time.sleep(1 / arguments.per_second)
            server.block_until(lambda: server.is_quiet(2.0), within=60)
            samples.append(_megabytes(process.process.pid))
            tracebacks = process.log.count("Traceback")
        answers = sum(len(server.bot_messages(FIRST_CHAT + chat)) for chat in range(CHATS))
        violations = len(server.violations)
    growth = samples[-1] / samples[0]
    return report(
        "bot_soak",
        passed=growth <= LARGEST_GROWTH and answers >= asked and not (tracebacks or violations),
        minutes=arguments.minutes,
        questions=asked,
        answers=answers,
        megabytes_before=samples[0],
        megabytes_after=samples[-1],
        growth=growth,
        tracebacks=tracebacks,
    )


def _megabytes(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
