"""Logs without the token, as lines for people or as JSON for machines."""

import json
import logging
import re
from datetime import UTC, datetime

from bot.settings import Settings

# These log the addresses they call, and python-telegram-bot the bodies it cannot parse.
_TALKATIVE = ("httpx", "httpcore", "telegram", "tornado.access")
_ANY_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
_TEXT_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class DiscreetFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes the token out of the result."""

    def __init__(self, *, as_json: bool, token: str) -> None:
        super().__init__(_TEXT_FORMAT)
        self._as_json = as_json
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line (or one line and a traceback)."""
        line = self._json(record) if self._as_json else super().format(record)
        if self._token:
            line = line.replace(self._token, "<token>")
        return _ANY_TOKEN.sub("<token>", line)

    def _json(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up_logs(settings: Settings) -> None:
    """Make every log line of this process discreet."""
    token = settings.telegram_bot_token
    formatter = DiscreetFormatter(
        as_json=settings.log_format.lower() == "json",
        token=token.get_secret_value() if token else "",
    )
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    root.setLevel(settings.log_level.upper())
    for handler in root.handlers:
        handler.setFormatter(formatter)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
