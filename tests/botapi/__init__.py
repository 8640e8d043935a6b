"""A strict stand-in for the Telegram Bot API server, bound to loopback, for tests of the real bot.

Three independent sources decide what is right, so that the stand-in is not merely this project's
own opinion: aiogram's models for the shape of requests, results and updates; TDLib's own parser
for formatted text; and the observable rules of the open source Bot API server for queues, offsets
and conflicts. Whatever Telegram does not publish is marked "approximated: not published".
"""

from tests.botapi.faults import Fault, FaultKind
from tests.botapi.server import BotApiServer, threaded_server
from tests.botapi.settings import FloodRules, PollingRules, ServerSettings, WebhookRules

__all__ = [
    "BotApiServer",
    "Fault",
    "FaultKind",
    "FloodRules",
    "PollingRules",
    "ServerSettings",
    "WebhookRules",
    "threaded_server",
]
