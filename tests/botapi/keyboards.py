"""Checks of reply markup; those of single buttons carry texts seen on the live server."""

from collections.abc import Iterator

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.botapi.errors import refuse
from tests.botapi.formatting import url_fault

CALLBACK_DATA_BYTES = 64
BUTTONS_IN_A_ROW = 8
BUTTONS_IN_ALL = 100
COPY_TEXT_CHARACTERS = 256

# A button does exactly one thing; these fields only say how it looks.
_APPEARANCE = frozenset({"text", "style", "icon_custom_emoji_id"})


def check_reply_markup(markup: object) -> None:
    """Raise ApiError for a keyboard that Telegram refuses; other markup is not looked into."""
    if not isinstance(markup, InlineKeyboardMarkup):
        return
    rows = markup.inline_keyboard
    if sum(map(len, rows)) > BUTTONS_IN_ALL or any(len(row) > BUTTONS_IN_A_ROW for row in rows):
        # The numbers are documented; the text is approximated: not published.
        refuse("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: InlineKeyboardButton) -> None:
    actions = list(_actions(button))
    if not actions:
        refuse(
            "Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1 or not button.text:
        # The documentation allows one action; the text is approximated: not published.
        refuse("REPLY_MARKUP_INVALID")
    if button.callback_data and len(button.callback_data.encode()) > CALLBACK_DATA_BYTES:
        refuse("BUTTON_DATA_INVALID")
    if button.copy_text and not 1 <= len(button.copy_text.text) <= COPY_TEXT_CHARACTERS:
        refuse("BUTTON_COPY_TEXT_INVALID")
    if button.pay:
        refuse("BUTTON_TYPE_INVALID")
    if button.url:
        fault = url_fault(button.url)
        if fault:
            refuse(f"Inline keyboard button URL '{button.url}' is invalid: {fault}")
    if button.web_app and not button.web_app.url.startswith("https://"):
        refuse(
            f"Inline keyboard button Web App URL '{button.web_app.url}' is invalid: "
            "Only HTTPS links are allowed"
        )


def _actions(button: InlineKeyboardButton) -> Iterator[str]:
    for name in InlineKeyboardButton.model_fields.keys() - _APPEARANCE:
        value = getattr(button, name)
        is_absent = value is None or (name == "callback_data" and not value)
        if not is_absent:
            yield name
