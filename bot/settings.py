"""Settings, from the environment or from ``.env``. Each is described in ``.env.example``."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.bundled_model import MODEL_NAME
from index.errors import AssistantError


class SettingsError(AssistantError):
    """A setting has a value that cannot be used."""


class Settings(BaseSettings):
    """All settings. What is not set has the default given here."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    telegram_bot_token: SecretStr | None = None
    telegram_api_base_url: str = "https://api.telegram.org"
    # Telegram's limit for bots on all chats together.
    telegram_messages_per_second: float = Field(default=30.0, gt=0, le=1000)
    webhook_url: str | None = Field(default=None, pattern="^https?://")
    webhook_secret: SecretStr | None = Field(default=None, min_length=16, max_length=256)
    http_address: str = Field(default="", pattern=r"^$|^.+:\d+$")
    staff_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    knowledge_dir: Path = Path("knowledge")
    index_dir: Path = Path("var/index")
    data_dir: Path = Path("var")
    embedding_model: str = MODEL_NAME
    log_level: str = Field(default="INFO", pattern="(?i)^(debug|info|warning|error)$")
    log_format: str = Field(default="text", pattern="(?i)^(text|json)$")
    log_questions: bool = False
    questions_per_minute: int = Field(default=20, ge=1)
    questions_per_minute_overall: int = Field(default=600, ge=1)
    retention_days: int = Field(default=30, ge=1, le=3650)

    @field_validator("staff_ids", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def models_dir(self) -> Path:
        """Where the bundled model is exported to."""
        return self.data_dir / "models"

    @property
    def records_file(self) -> Path:
        """Where the Telegram service keeps messages, answers and ratings."""
        return self.data_dir / "records.sqlite3"

    @property
    def vector_cache_file(self) -> Path:
        """Where vectors that were computed before are kept."""
        return self.data_dir / "vectors.sqlite3"


def read_settings(**overrides: object) -> Settings:
    """Read the settings; `overrides` (None means not given) come first.

    Raises:
        SettingsError: a value cannot be used.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type] # checked by pydantic
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        # The value is not repeated: it may be a secret.
        raise SettingsError(f"{name}: {first['msg']}; see .env.example") from None
    except UnicodeDecodeError as error:
        raise SettingsError(".env is not UTF-8 text; save it as UTF-8") from error
