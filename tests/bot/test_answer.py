import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answer import Answer, Citation, Status
from bot.language import Language

FIELDS = [
    "id", "question", "understood_as", "language", "status", "answer", "citations", "confidence",
    "as_of", "elapsed_ms",
]  # fmt: skip
CITATION_FIELDS = ["document", "passage", "title", "publisher", "published", "url", "quote"]

TEXT = st.text(max_size=40)
DAYS = st.none() | st.dates()
CITATIONS = st.builds(
    Citation,
    document=TEXT,
    passage=TEXT,
    title=TEXT,
    publisher=st.none() | TEXT,
    published=DAYS,
    url=st.none() | TEXT,
    quote=TEXT,
)
ANSWERS = st.builds(
    Answer,
    id=st.none() | TEXT,
    question=TEXT,
    understood_as=st.none() | TEXT,
    language=st.sampled_from(Language),
    status=st.sampled_from(Status),
    headline=TEXT,
    detail=TEXT,
    citations=st.lists(CITATIONS, max_size=3).map(tuple),
    confidence=st.floats(0, 1),
    as_of=DAYS,
    elapsed_ms=st.integers(0, 10**6),
    signals=st.dictionaries(TEXT, st.floats(-1, 1), max_size=3),
)


@given(answer=ANSWERS, explain=st.booleans())
def test_the_contract_is_always_json(answer: Answer, *, explain: bool) -> None:
    record = json.loads(json.dumps(answer.contract(explain=explain), ensure_ascii=False))
    assert sorted(record) == sorted([*FIELDS, "signals"] if explain else FIELDS)
    assert record["question"] == answer.question
    assert record["answer"].startswith(answer.headline)
    assert [list(citation) for citation in record["citations"]] == [CITATION_FIELDS] * len(
        answer.citations
    )


def test_dates_statuses_and_languages_are_plain_text() -> None:
    citation = Citation(
        document="a.md",
        passage="a.md#0",
        title="标题",
        publisher=None,
        published=date(2023, 10, 27),
        url=None,
        quote="原话。",
    )
    record = Answer(
        question="吗",
        language=Language.TRADITIONAL,
        status=Status.ANSWERED,
        headline="原话。",
        detail="再一句。",
        citations=(citation,),
        as_of=date(2023, 10, 27),
    ).contract()
    assert record["language"] == "zh-Hant"
    assert record["status"] == "answered"
    assert record["as_of"] == record["citations"][0]["published"] == "2023-10-27"
    assert record["answer"] == "原话。\n再一句。"


def test_the_statuses_are_those_that_scripts_rely_on() -> None:
    assert [status.value for status in Status] == [
        "answered", "partial", "not_found", "out_of_scope", "outdated", "clarify", "small_talk",
        "personal_data", "error",
    ]  # fmt: skip
