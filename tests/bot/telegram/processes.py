"""Runs the service as a process of its own, as in production."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.botapi import BotApiServer

SCRIPTED = "tests.bot.telegram.scripted_service"
COMMAND = "bot.cli"
ROOT = Path(__file__).parents[3]
# A loaded machine takes this long to import everything; nothing waits so long on an idle one.
START_SECONDS = 60.0


class ServiceProcess:
    """A running service, its log in a file."""

    def __init__(
        self, server_url: str, token: str, folder: Path, module: str, environment: Mapping[str, str]
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.log_file = folder / "log"
        arguments = ["serve"] if module == COMMAND else []
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={
                    **os.environ,
                    "TELEGRAM_BOT_TOKEN": token,
                    "TELEGRAM_API_BASE_URL": server_url,
                    "DATA_DIR": str(folder / "data"),
                    "INDEX_DIR": str(folder / "index"),
                    "KNOWLEDGE_DIR": str(folder / "knowledge"),
                    **environment,
                },
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text("utf-8")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def terminate(self, within: float = 20.0) -> int:
        """SIGTERM, and the exit code; fails if the process does not end by itself."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)


@contextmanager
def running(
    server: BotApiServer,
    folder: Path,
    *,
    module: str = SCRIPTED,
    token: str | None = None,
    is_ready: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Iterator[ServiceProcess]:
    """A service against a server; killed at the end if it still runs."""
    before = len(server.calls_to("getUpdates"))
    service = ServiceProcess(server.url, token or server.token, folder, module, environment or {})
    try:
        if is_ready:
            server.block_until(
                lambda: (
                    len(server.calls_to("getUpdates")) > before
                    or service.process.poll() is not None
                ),
                within=START_SECONDS,
            )
            assert service.process.poll() is None, service.log
        yield service
    finally:
        service.kill()
