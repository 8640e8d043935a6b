"""Inject each fault at each method and measure how soon people are answered after it ends.

``python -m benchmarks.bot_faults --times 3``
"""

import argparse
import math
import sys
import time
from dataclasses import dataclass

from benchmarks.bot_harness import answered, report, scratch_folder, service, unlimited_server
from bot.telegram.client import POLL_SECONDS
from tests.botapi import BotApiServer, Fault, FaultKind

METHODS = ("getUpdates", "sendMessage", "sendChatAction", "answerCallbackQuery")
# What a client has to wait for before it may call a hang a hang.
READ_SECONDS = {"getUpdates": POLL_SECONDS + 5.0}
DEFAULT_READ_SECONDS = 5.0
LONGEST_RECOVERY = 5.0
GIVE_UP_SECONDS = 60.0
CHAT = 7


@dataclass(frozen=True)
class Outcome:
    """What became of one fault.

    Attributes:
        fault: the fault.
        recovery: seconds from its end to the answer; infinite if none came.
    """

    fault: Fault
    recovery: float


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="how often each fault strikes")
    arguments = parser.parse_args()
    with unlimited_server() as server, scratch_folder() as folder:
        with service(server, folder, arguments) as process:
            outcomes = [
                _suffer(server, number, fault)
                for number, fault in enumerate(_faults(arguments.times))
            ]
            token_in_log = server.token in process.log
        doubles = len(answered(server, CHAT)) - len(set(answered(server, CHAT)))
        violations = len(server.violations)
    for outcome in outcomes:
        fault = outcome.fault
        name = f"{fault.kind} {fault.code}" if fault.kind is FaultKind.STATUS else fault.kind
        print(f"  {fault.method:20} {name:12} x{fault.times}  {outcome.recovery:6.2f} s")
    lost = sum(math.isinf(outcome.recovery) for outcome in outcomes)
    slowest = max(outcome.recovery for outcome in outcomes)
    return report(
        "bot_faults",
        passed=not lost and slowest <= LONGEST_RECOVERY and not violations and not token_in_log,
        faults=len(outcomes),
        lost=lost,
        slowest_recovery_s=slowest,
        doubles_after_lost_replies=doubles,
        violations=violations,
        token_in_log=token_in_log,
    )


def _faults(times: int) -> list[Fault]:
    faults = []
    for method in METHODS:
        for code, text in ((401, "Unauthorized"), (404, "Not Found"), (409, "Conflict: other")):
            faults.append(Fault(method, FaultKind.STATUS, times, code=code, description=text))
        faults.append(Fault(method, FaultKind.STATUS, times, code=500))
        faults.append(Fault(method, FaultKind.TOO_MANY_REQUESTS, times, retry_after=1))
        kinds = (FaultKind.HTML_502, FaultKind.GARBAGE, FaultKind.DROP_BEFORE)
        faults += [Fault(method, kind, times) for kind in kinds]
        faults.append(Fault(method, FaultKind.DROP_AFTER))
        faults.append(Fault(method, FaultKind.HANG))
    return faults


def _suffer(server: BotApiServer, number: int, fault: Fault) -> Outcome:
    server.faults.add(fault)
    question = f"question {number}"
    server.people.user_says(CHAT, question)
    if fault.method == "answerCallbackQuery":
        _press_until_over(server)
    try:
        server.block_until(lambda: question in answered(server, CHAT), within=GIVE_UP_SECONDS)
    except TimeoutError:
        server.faults.clear()
        return Outcome(fault, math.inf)
    now = time.monotonic()
    struck = [call.at for call in server.calls_to(fault.method) if call.fault is fault.kind]
    end = struck[-1] if struck else now
    if fault.kind is FaultKind.HANG:
        end += READ_SECONDS.get(fault.method, DEFAULT_READ_SECONDS)
    if fault.kind is FaultKind.TOO_MANY_REQUESTS:
        end += fault.retry_after
    # What never strikes the answer itself (a sign, a press) may still be armed.
    server.faults.clear()
    return Outcome(fault, max(0.0, now - end))


def _press_until_over(server: BotApiServer) -> None:
    message = server.block_until(lambda: server.bot_messages(CHAT))[-1]
    while server.faults.remaining():
        calls = len(server.calls_to("answerCallbackQuery"))
        server.people.user_clicks(CHAT, message["message_id"], "👍")
        _wait_for_calls(server, "answerCallbackQuery", calls + 1)


def _wait_for_calls(server: BotApiServer, method: str, number: int) -> None:
    server.block_until(lambda: len(server.calls_to(method)) >= number, within=GIVE_UP_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
