"""The webhook, the health pages and the metrics, through the real service."""

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

from bot.telegram.web import SECRET_HEADER
from tests.bot.telegram.conftest import wait_for_answers
from tests.bot.telegram.processes import ServiceProcess, running
from tests.botapi import BotApiServer

CHAT = 7
SECRET = "a-secret-of-some-length"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status(url: str, data: bytes | None = None, **headers: str) -> int:
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_updates_by_webhook_health_and_metrics(server: BotApiServer, tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    url = f"http://{address}"
    with running(
        server,
        tmp_path,
        is_ready=False,
        environment={
            "WEBHOOK_URL": url,
            "WEBHOOK_SECRET": SECRET,
            "HTTP_ADDRESS": address,
        },
    ) as service:
        server.block_until(lambda: server.calls_to("setWebhook"), within=60)
        server.people.user_says(CHAT, "one")
        server.people.user_says(CHAT, "two")
        wait_for_answers(server, CHAT, "one", "two")
        update = json.dumps({"update_id": 5}).encode()
        assert status(f"{url}/webhook", update) == 403
        assert status(f"{url}/webhook", update, **{SECRET_HEADER: "wrong"}) == 403
        assert status(f"{url}/webhook", b"{", **{SECRET_HEADER: SECRET}) == 400
        assert status(f"{url}/webhook", update, **{SECRET_HEADER: SECRET}) == 200
        assert status(f"{url}/webhook", b"[]", **{SECRET_HEADER: SECRET}) == 200
        assert status(f"{url}/healthz") == 200
        assert status(f"{url}/readyz") == 200
        with urllib.request.urlopen(f"{url}/metrics") as response:
            metrics = response.read().decode()
        assert 'assistant_answers_total{status="answered"} 2.0' in metrics
        assert_killed_service_gets_the_rest(server, service)
    assert not server.violations


def assert_killed_service_gets_the_rest(server: BotApiServer, service: ServiceProcess) -> None:
    assert service.terminate() == 0
    server.people.user_says(CHAT, "three")
    server.block_until(lambda: server.webhook.attempts[-1][1] == 0)
    assert server.webhook.current is not None
