"""The main job as people have it: the command, the real model, documents, Telegram's protocol."""

import shutil
from pathlib import Path

import pytest

from index.store import SnapshotStore
from tests.bot.telegram.conftest import STAFF, Talk, labels
from tests.bot.telegram.processes import COMMAND, running
from tests.botapi import BotApiServer
from tests.conftest import DATA, KNOWLEDGE

# The first question waits for the model on a busy machine.
PATIENCE = 60.0


@pytest.fixture
def environment(tmp_path: Path, model_folder: Path, real_store: SnapshotStore) -> dict[str, str]:
    """A copy of the project's documents and of their snapshot, to be changed by the test."""
    data = tmp_path / "service" / "data"
    data.mkdir(parents=True)
    (data / "models").symlink_to(model_folder.parent)
    shutil.copy(DATA / "vectors.sqlite3", data)
    shutil.copytree(real_store.folder, tmp_path / "index")
    # Without the checks, which other tests run: here they would only take their time.
    ignored = shutil.ignore_patterns("checks.yaml")
    shutil.copytree(KNOWLEDGE, tmp_path / "knowledge", ignore=ignored)
    return {
        "STAFF_IDS": str(STAFF),
        "KNOWLEDGE_DIR": str(tmp_path / "knowledge"),
        "INDEX_DIR": str(tmp_path / "index"),
    }


def test_from_a_document_to_an_answer_and_from_a_gap_to_a_document(
    server: BotApiServer, tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = tmp_path / "service"
    with running(server, folder, module=COMMAND, environment=environment) as service:
        asker = Talk(server, service, 7, PATIENCE)
        staff = Talk(server, service, STAFF, PATIENCE)

        [answer] = asker.say("定襄法兰产量占全国多少？")
        assert "44%" in answer["text"]
        assert "2023-10-27" in answer["text"]
        source = next(label for label in labels(answer) if label.startswith("📄"))
        passage = asker.press_for_message(answer, source)
        assert passage["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("http")

        [sources] = asker.say("/sources")
        assert "忻州" in sources["text"]

        [nothing] = asker.say("博士的安家费给多少？")
        asker.press(nothing, "🔔 有了答案告诉我")
        [gaps] = staff.say("/gaps")
        assert "博士的安家费给多少？" in gaps["text"]
        staff.press_for_message(gaps, "✍️ Answer 1")
        [ready] = staff.say("安家费的标准由市委组织部另行公布。")
        report = staff.press_for_message(ready, "✅ File and publish")
        assert report["text"].startswith("Published: ")
        server.block_until(
            lambda: "另行公布" in server.bot_messages(7)[-1]["text"], within=PATIENCE
        )
        [status] = staff.say("/status")
        assert report["text"].split()[1] in status["text"]
        assert service.terminate() == 0
    assert not server.violations
