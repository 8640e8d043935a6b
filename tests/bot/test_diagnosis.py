from pathlib import Path

import pytest

from bot.diagnosis import Diagnosis, diagnose
from bot.settings import Settings
from tests.conftest import Workbench


@pytest.fixture
def settings(workbench: Workbench, model_folder: Path) -> Settings:
    workbench.build()
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        knowledge_dir=workbench.knowledge.root,
        index_dir=workbench.store.folder,
        data_dir=model_folder.parents[1],
    )


def failures(settings: Settings) -> list[str]:
    return [finding.text for finding in diagnose(settings) if not finding.works]


def test_what_works_is_listed(settings: Settings) -> None:
    findings = list(diagnose(settings))
    assert all(isinstance(finding, Diagnosis) and finding.works for finding in findings)
    text = "\n".join(finding.text for finding in findings)
    for told in ("knowledge: ", "3 files", "384 dimensions", "3 documents", "Telegram token: not"):
        assert told in text


def test_the_token_is_not_shown(settings: Settings) -> None:
    with_token = Settings(
        **settings.model_dump(exclude={"telegram_bot_token"}), telegram_bot_token="123:secret"
    )
    text = "\n".join(finding.text for finding in diagnose(with_token))
    assert "Telegram token: set" in text
    assert "secret" not in text


def test_each_thing_that_is_missing_is_named(settings: Settings, tmp_path: Path) -> None:
    bare = settings.model_copy(
        update={"knowledge_dir": tmp_path / "no-knowledge", "index_dir": tmp_path / "no-index"}
    )
    found = failures(bare)
    assert len(found) == 2
    assert "no knowledge folder" in found[0]
    assert "run “xinzhou index”" in found[1]


def test_a_missing_model_is_named(settings: Settings) -> None:
    (found,) = failures(settings.model_copy(update={"embedding_model": "/no/such/model"}))
    assert "no model folder at /no/such/model" in found
