"""Methods that send and fetch files."""

from aiogram import methods as api
from aiogram.types import BufferedInputFile

from tests.botapi.errors import ApiError, refuse
from tests.botapi.formatting import CAPTION
from tests.botapi.json_types import Json
from tests.botapi.keyboards import check_reply_markup
from tests.botapi.methods.composition import send, text_fields, text_of
from tests.botapi.methods.context import Context
from tests.botapi.requests import Request
from tests.botapi.state import StoredFile

UPLOAD_BYTES = 50 * 10**6
"""Documented as 50 MB."""

DOWNLOAD_BYTES = 20 << 20
"""Documented as 20 MB; the open source server counts binary megabytes."""


async def send_document(context: Context, request: Request) -> Json:
    """Carry out sendDocument for uploads and for files that Telegram has."""
    call = request.typed(api.SendDocument)
    caption = text_of(call.caption, call.parse_mode, call.caption_entities, CAPTION)
    check_reply_markup(call.reply_markup)
    chat_id = context.reachable_chat(call.chat_id)
    file = _document(context, call.document)
    return send(
        context,
        chat_id,
        {
            "document": {**file.description, "file_name": file.name},
            **text_fields(caption, name="caption", entities="caption_entities"),
        },
        reply=call.reply_parameters,
        reply_to_message_id=call.reply_to_message_id,
        topic=call.message_thread_id,
        markup=call.reply_markup,
    )


async def get_file(context: Context, request: Request) -> Json:
    """Carry out getFile."""
    call = request.typed(api.GetFile)
    file = context.state.files.get(call.file_id)
    if file is None:
        refuse("wrong file_id or the file is temporarily unavailable")
    if file.size > DOWNLOAD_BYTES:
        refuse("file is too big")
    return {**file.description, "file_path": file.path}


def _document(context: Context, document: object) -> StoredFile:
    if isinstance(document, BufferedInputFile):
        if len(document.data) > UPLOAD_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        if not document.data:
            refuse("file must be non-empty")
        return context.state.store_file(document.filename or "file", document.data)
    known = context.state.files.get(str(document))
    if known is None:
        # Links are not fetched: this server opens no connection but to the bot's webhook.
        refuse("wrong file identifier/HTTP URL specified")
    return known
