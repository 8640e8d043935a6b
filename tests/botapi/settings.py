"""What a test may change about the server: identity, timings and limits."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PollingRules:
    """Timings of getUpdates, as in the open source Bot API server.

    Attributes:
        brake: Whether clients that repeat one offset quickly are slowed down.
        brake_window: A repeat within this many seconds waits at least as long.
        single_update_window: A repeat within this many seconds gets one update at most.
        maximum_timeout: Longest wait that the server grants, in seconds.
        conflict_pause: Further conflicts within this many seconds are answered this much later.
        retention: Seconds for which an unacknowledged update is kept; 24 hours are documented.
    """

    brake: bool = True
    brake_window: float = 3.0
    single_update_window: float = 0.5
    maximum_timeout: float = 50.0
    conflict_pause: float = 3.0
    retention: float = 24 * 3600.0


@dataclass(frozen=True)
class WebhookRules:
    """Timings of webhook delivery, scaled down: the real delay doubles up to 60-120 seconds.

    Attributes:
        first_delay: Seconds before the first repeat of a refused update.
        maximum_delay: Where the doubling of the delay stops.
        request_timeout: Seconds for which the bot may take to answer; approximated: not published.
    """

    first_delay: float = 0.1
    maximum_delay: float = 1.0
    request_timeout: float = 10.0


@dataclass(frozen=True)
class FloodRules:
    """How many messages a bot may send; the numbers of Telegram's FAQ.

    The burst is approximated: not published.

    Attributes:
        enabled: Whether anything is limited at all.
        per_chat_per_second: Sustained rate in one chat.
        per_chat_burst: Messages that one chat takes at once.
        overall_per_second: Sustained rate over all chats, and the burst.
        group_per_minute: Sustained rate in one group, and the burst.
    """

    enabled: bool = True
    per_chat_per_second: float = 1.0
    per_chat_burst: float = 5.0
    overall_per_second: float = 30.0
    group_per_minute: float = 20.0


@dataclass(frozen=True)
class ServerSettings:
    """Everything that a test may decide when it starts a server.

    Attributes:
        token: The only token that the server knows; the bot's id is the part before the colon.
        bot_username: Name under which the bot is mentioned in groups.
        bot_first_name: Name that people see.
        privacy_mode: Whether group messages that do not address the bot are kept from it.
        inline_queries: Whether the bot is registered for inline mode.
        callback_lifetime: Seconds for which a click may be answered;
            approximated: not published.
        polling: Timings of getUpdates.
        webhook: Timings of webhook delivery.
        flood: Limits on sending.
    """

    token: str = "123456789:token-of-the-test-server"
    bot_username: str = "test_assistant_bot"
    bot_first_name: str = "Assistant"
    privacy_mode: bool = True
    inline_queries: bool = True
    callback_lifetime: float = 15.0
    polling: PollingRules = field(default_factory=PollingRules)
    webhook: WebhookRules = field(default_factory=WebhookRules)
    flood: FloodRules = field(default_factory=FloodRules)

    @property
    def bot_id(self) -> int:
        """The bot's user id."""
        return int(self.token.partition(":")[0])
