import re

from bot.answering.answer import Status
from bot.evaluation.judging import judge
from bot.evaluation.report import report_page
from bot.evaluation.scoring import Floors, Judged, below_floor, by_class, figures
from bot.evaluation.table import scores_record, table_lines
from tests.bot.evaluation.examples import PASSAGES, answer, citation, gold

EVIL = "<script>alert('x')</script>&"


def judged_all() -> list[Judged]:
    evil = gold(
        id="refusals-1\"'",
        question=EVIL,
        status=["not_found"],
        session=EVIL,
        **{"class": "refusals"},
    )
    reply = answer(headline=EVIL, citations=(citation(EVIL, document=EVIL),), understood_as=EVIL)
    passed = gold(question="定襄法兰占全国多少？")
    return [
        Judged(question, said, judge(question, said, PASSAGES.get))
        for question, said in ((evil, reply), (passed, answer()))
    ]


def page(floors: Floors = Floors()) -> str:  # noqa: B008 - frozen
    judged = judged_all()
    scores, found = by_class(judged), figures(judged)
    return report_page(judged, scores, found, floors, list(below_floor(scores, found, floors)))


def test_everything_from_outside_is_escaped() -> None:
    html = page()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 5
    assert "id='refusals-1&quot;&#x27;'" in html


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert not re.search(r"\b(?:src|href|url|@import)\b", page())


def test_a_failure_shows_what_was_expected_and_what_came() -> None:
    html = page()
    assert "the status is answered, expected not_found" in html
    assert html.count("<article") == 1
    assert "<blockquote>" in html


def test_what_lies_below_its_floor_comes_first() -> None:
    html = page(Floors(classes={"refusals": 0.5}))
    assert html.index("refusals: 0.0% pass, the floor is 50.0%") < html.index("By class")
    assert "<tr class='below'><td>refusals" in html


def test_shares_of_nothing_are_dashes() -> None:
    judged = [item for item in judged_all() if item.answer.status is Status.ANSWERED][1:]
    scores, found = by_class(judged), figures(judged)
    lines = list(table_lines(scores, found, Floors()))
    assert not re.search(r"\bnan\b", "\n".join(lines))
    assert any(line.startswith("follow-ups understood") and "–" in line for line in lines)
    assert scores_record(judged, scores, found, ())["understood"] is None
    assert not re.search(r"\bnan\b", report_page(judged, scores, found, Floors(), ()))


def test_the_columns_of_the_table_line_up() -> None:
    judged = judged_all()
    lines = list(table_lines(by_class(judged), figures(judged), Floors()))
    table = lines[: lines.index("")]
    assert len({len(line) for line in table}) == 1
    assert [line.split()[0] for line in table] == ["class", "refusals", "plain"]


def test_the_record_names_what_failed() -> None:
    judged = judged_all()
    record = scores_record(judged, by_class(judged), figures(judged), ["x"])
    assert [failed["question"] for failed in record["failed"]] == [EVIL]
    assert record["below_floor"] == ["x"]
    assert record["classes"]["plain"]["right"] == 1
