import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings
from index.bundled_model import MODEL_NAME
from tests.conftest import REPOSITORY


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No ``.env`` but the test's own."""
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default() -> None:
    settings = read_settings()
    assert settings.telegram_bot_token is None
    assert settings.telegram_api_base_url == "https://api.telegram.org"
    assert settings.staff_ids == frozenset()
    assert settings.embedding_model == MODEL_NAME
    assert (settings.knowledge_dir, settings.index_dir) == (Path("knowledge"), Path("var/index"))
    assert settings.models_dir == Path("var/models")
    assert settings.vector_cache_file.is_relative_to(settings.data_dir)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("INDEX_DIR=from-file\nDATA_DIR=also-from-file\n", "utf-8")
    monkeypatch.setenv("INDEX_DIR", "from-environment")
    settings = read_settings()
    assert settings.index_dir == Path("from-environment")
    assert settings.data_dir == Path("also-from-file")


def test_the_call_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDEX_DIR", "from-environment")
    monkeypatch.setenv("DATA_DIR", "from-environment")
    settings = read_settings(index_dir=Path("from-call"), data_dir=None)
    assert settings.index_dir == Path("from-call")
    assert settings.data_dir == Path("from-environment")


def test_an_empty_setting_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMBEDDING_MODEL", "TELEGRAM_BOT_TOKEN", "STAFF_IDS", "INDEX_DIR"):
        monkeypatch.setenv(name, "")
    assert read_settings() == Settings()


@pytest.mark.parametrize(
    ("value", "staff"),
    [("7", {7}), ("7,8", {7, 8}), (" 7 , 8 ,", {7, 8}), (",", set())],
)
def test_staff_ids_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, value: str, staff: set[int]
) -> None:
    monkeypatch.setenv("STAFF_IDS", value)
    assert read_settings().staff_ids == staff


@pytest.mark.parametrize("level", ["debug", "INFO", "Warning"])
def test_a_log_level_may_be_written_in_any_case(
    monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    assert read_settings().log_level == level


@pytest.mark.parametrize(
    ("name", "value"), [("STAFF_IDS", "7,secret-8"), ("LOG_LEVEL", "secret-chatty")]
)
def test_a_wrong_value_is_named_but_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: ") as caught:
        read_settings()
    message = str(caught.value)
    assert "see .env.example" in message
    assert "secret" not in message
    assert "\n" not in message


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"LOG_LEVEL=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env is not UTF-8"):
        read_settings()


def test_the_token_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:hush")
    settings = read_settings()
    assert "hush" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "123:hush"


def test_every_setting_is_described_in_the_example() -> None:
    example = (REPOSITORY / ".env.example").read_text("utf-8")
    described = re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, re.MULTILINE)
    assert sorted(described) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_holds_the_defaults(tmp_path: Path) -> None:
    example = (REPOSITORY / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(example, "utf-8")
    assert read_settings() == Settings(_env_file=None)  # type: ignore[call-arg]
