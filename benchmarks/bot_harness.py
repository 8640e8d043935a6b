"""What the benchmarks of the Telegram service share: an unlimited server, a process, figures."""

import argparse
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bot.telegram.processes import COMMAND, SCRIPTED, ServiceProcess, running
from tests.botapi import BotApiServer, FloodRules, PollingRules, ServerSettings, threaded_server

# The limits are measured elsewhere; here they would only measure themselves.
UNLIMITED = {
    "QUESTIONS_PER_MINUTE": "1000000",
    "QUESTIONS_PER_MINUTE_OVERALL": "1000000",
    "TELEGRAM_MESSAGES_PER_SECOND": "1000",
}
ANSWER_PREFIX = "On: "


@contextmanager
def unlimited_server() -> Iterator[BotApiServer]:
    """A server without flood control and without the brake for hasty pollers."""
    settings = ServerSettings(flood=FloodRules(enabled=False), polling=PollingRules(brake=False))
    with threaded_server(settings) as server:
        yield server


@contextmanager
def service(
    server: BotApiServer, folder: Path, arguments: argparse.Namespace
) -> Iterator[ServiceProcess]:
    """A service: with the real assistant if ``--index`` names a folder, else the scripted one."""
    index = getattr(arguments, "index", None)
    environment = dict(UNLIMITED)
    if index is not None:
        environment["INDEX_DIR"] = str(index.resolve())
        environment["DATA_DIR"] = str(folder / "data")
    module = SCRIPTED if index is None else COMMAND
    with running(server, folder, module=module, environment=environment) as process:
        yield process


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for the run."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def add_index_argument(parser: argparse.ArgumentParser) -> None:
    """Let the caller choose the real assistant."""
    parser.add_argument(
        "--index", type=Path, help="answer from the snapshots in this folder, with the real model"
    )


def answered(server: BotApiServer, chat: int) -> list[str]:
    """The questions that a chat was answered, in order, doubles included."""
    lines = (message["text"].split("\n")[0] for message in server.bot_messages(chat))
    return [line.removeprefix(ANSWER_PREFIX) for line in lines if line.startswith(ANSWER_PREFIX)]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies; NaN for none."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def report(name: str, *, passed: bool, **figures: object) -> int:
    """Print the figures in one line; return the exit code."""
    shown = "  ".join(f"{key}={_shown(value)}" for key, value in figures.items())
    print(f"{name}: {'pass' if passed else 'FAIL'}  {shown}", flush=True)
    return 0 if passed else 1


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
