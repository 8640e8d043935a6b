"""Answers and gold questions for the tests."""

from bot.answering.answer import Answer, Citation, Status
from bot.evaluation.gold import GoldQuestion
from bot.language import Language

PASSAGES = {"flange.md#0": "定襄法兰产量占全国产量的44%,风力发电塔筒法兰占全国产量的60%左右。"}
QUOTE = "定襄法兰产量占全国产量的44%"


def gold(**fields: object) -> GoldQuestion:
    given: dict[str, object] = {
        "id": "plain-1",
        "class": "plain",
        "question": "定襄法兰占全国多少？",
        "status": ["answered"],
    }
    return GoldQuestion.model_validate({**given, **fields})


def citation(quote: str = QUOTE, document: str = "flange.md") -> Citation:
    return Citation(
        document=document,
        passage=f"{document}#0",
        title="法兰",
        publisher=None,
        published=None,
        url=None,
        quote=quote,
    )


def answer(
    status: Status = Status.ANSWERED,
    headline: str = "44%",
    *,
    citations: tuple[Citation, ...] | None = None,
    understood_as: str | None = None,
) -> Answer:
    """An answer; what says something cites the flange document unless told otherwise."""
    says = status in (Status.ANSWERED, Status.PARTIAL, Status.OUTDATED)
    return Answer(
        question="定襄法兰占全国多少？",
        understood_as=understood_as,
        language=Language.SIMPLIFIED,
        status=status,
        headline=headline,
        citations=((citation(),) if says else ()) if citations is None else citations,
    )
