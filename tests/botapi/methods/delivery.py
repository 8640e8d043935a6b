"""Methods that decide how updates reach the bot."""

import re

from aiogram import methods as api

from tests.botapi.errors import refuse
from tests.botapi.json_types import Json
from tests.botapi.methods.context import Context
from tests.botapi.requests import Request
from tests.botapi.updates import WEBHOOK_ACTIVE, WEBHOOK_SET
from tests.botapi.webhook import Webhook, is_loopback

SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")


async def get_updates(context: Context, request: Request) -> list[Json]:
    """Carry out getUpdates."""
    call = request.typed(api.GetUpdates)
    if context.webhook.current is not None:
        await context.updates.refuse_poll(WEBHOOK_ACTIVE)
    context.updates.allow(call.allowed_updates)
    return await context.updates.poll(call.offset or 0, call.limit or 0, call.timeout or 0)


async def set_webhook(context: Context, request: Request) -> bool:
    """Carry out setWebhook; the real server demands HTTPS, which loopback has no need of."""
    call = request.typed(api.SetWebhook)
    if call.secret_token and not SECRET_TOKEN.fullmatch(call.secret_token):
        refuse("secret token contains unallowed characters")
    if call.url and not is_loopback(call.url):
        refuse("bad webhook: this test server delivers to loopback only")
    context.updates.allow(call.allowed_updates)
    if call.drop_pending_updates:
        context.updates.drop_all()
    if not call.url:
        context.webhook.stop()
        return True
    context.updates.interrupt(WEBHOOK_SET)
    context.webhook.start(Webhook(call.url, call.secret_token, call.max_connections or 40))
    return True


async def delete_webhook(context: Context, request: Request) -> bool:
    """Carry out deleteWebhook."""
    call = request.typed(api.DeleteWebhook)
    if call.drop_pending_updates:
        context.updates.drop_all()
    context.webhook.stop()
    return True


async def get_webhook_info(context: Context, _request: Request) -> Json:
    """Carry out getWebhookInfo."""
    return context.webhook.info()
