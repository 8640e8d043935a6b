"""The gate: the knowledge folder's own checks, run on a snapshot before it is published.

Each check is asked as a person would ask it, through the answering path that will serve the
snapshot, and judged as the gold questions are.
"""

from bot.answering.answer import Answer, Status
from bot.evaluation.gold import GoldQuestion
from bot.evaluation.judging import Verdict, judge
from bot.evaluation.running import ask, assistant_over, reference_day
from index.configuration import Check
from index.embedding import SentenceEmbeddings
from index.snapshot import CheckFailure, CheckReport, Gate, Snapshot

# Enough of a reply to recognise it in a list of failures.
_EXCERPT_CHARACTERS = 60

_EXPECTED = {
    Status.ANSWERED: "an answer",
    Status.PARTIAL: "part of an answer, and that the rest is in no document",
    Status.NOT_FOUND: "the reply that no document says it",
    Status.OUT_OF_SCOPE: "the reply that it is outside the documents",
    Status.OUTDATED: "an answer marked as no longer in force",
}
_FOUND = {
    Status.ANSWERED: "it was answered",
    Status.PARTIAL: "only part of it was answered",
    Status.NOT_FOUND: "the reply was that no document says it",
    Status.OUT_OF_SCOPE: "the reply was that it is outside the documents",
    Status.OUTDATED: "the answer was marked as no longer in force",
    Status.CLARIFY: "the reply asked what is meant",
    Status.SMALL_TALK: "it was taken for small talk",
    Status.PERSONAL_DATA: "it was taken to hold personal data",
    Status.ERROR: "answering failed; see the log",
}


def make_gate(embeddings: SentenceEmbeddings) -> Gate:
    """A gate that runs a snapshot's checks; a snapshot without checks passes.

    Args:
        embeddings: the model that the snapshot was made with.
    """

    def gate(snapshot: Snapshot) -> CheckReport:
        checks = snapshot.configuration.checks
        texts = {passage.id: passage.text for passage in snapshot.passages}
        golds = [_as_gold(check) for check in checks]
        answers = ask(assistant_over(snapshot, embeddings), golds, reference_day(snapshot))
        failures = []
        for check, gold, answer in zip(checks, golds, answers, strict=True):
            verdict = judge(gold, answer, texts.get)
            if not verdict.passed:
                failures.append(_failure(check, gold, answer, verdict))
        return CheckReport(passed=len(checks) - len(failures), failures=tuple(failures))

    return gate


def _as_gold(check: Check) -> GoldQuestion:
    return GoldQuestion.model_validate(
        {
            "id": check.id,
            "class": "checks",
            "question": check.question,
            "status": (check.status.value,),
            "documents": (check.document,) if check.document else (),
            "contains": check.contains,
            "excludes": check.excludes,
            "today": check.today,
        }
    )


def _failure(check: Check, gold: GoldQuestion, answer: Answer, verdict: Verdict) -> CheckFailure:
    return CheckFailure(
        id=check.id,
        question=check.question,
        expected=_expected(check),
        found=_found(gold, answer, verdict),
    )


def _expected(check: Check) -> str:
    expected = _EXPECTED[Status(check.status.value)]
    if check.document:
        expected += f" from {check.document}"
    if check.contains:
        expected += " that says " + " and ".join(f"“{words}”" for words in check.contains)
    return expected


def _found(gold: GoldQuestion, answer: Answer, verdict: Verdict) -> str:
    found = _FOUND[answer.status]
    if answer.citations:
        found += f" from {answer.citations[0].document}"
    reply = answer.headline[:_EXCERPT_CHARACTERS]
    found += f" (“{reply}{'…' if reply != answer.headline else ''}”)"
    # A wrong status is said already; what is left are words, citations and quotes.
    details = verdict.problems if answer.status in gold.status else ()
    return "; ".join((found, *details))
