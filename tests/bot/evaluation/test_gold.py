import json
from datetime import date
from pathlib import Path

import pytest

from bot.answering.answer import Status
from bot.evaluation.gold import Expectation, GoldError, GoldQuestion, read_gold

LINE = {"id": "a", "class": "plain", "question": "有空调吗？", "status": ["answered"]}


def write(folder: Path, *lines: dict[str, object], name: str = "plain.jsonl") -> None:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / name).write_text(text, "utf-8")


def question(*status: str) -> GoldQuestion:
    return GoldQuestion.model_validate({**LINE, "status": status})


def test_files_and_lines_come_in_order(tmp_path: Path) -> None:
    write(tmp_path, LINE, {**LINE, "id": "b", "today": "2029-01-01"})
    write(tmp_path, {**LINE, "id": "c", "class": "english"}, name="english.jsonl")
    read = read_gold(tmp_path)
    assert [item.id for item in read] == ["c", "a", "b"]
    assert read[2].today == date(2029, 1, 1)
    assert read[0].status == (Status.ANSWERED,)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({**LINE, "contain": ["x"]}, r"plain\.jsonl, line 2: contain: "),
        ({**LINE, "id": "b", "status": ["fine"]}, r"line 2: status\.0: "),
        ({**LINE, "id": "b", "status": []}, r"line 2: status: "),
        ({**LINE, "id": "b", "class": "english"}, "line 2: the class must be plain"),
        ({**LINE}, r"line 2: the id a stands in plain\.jsonl, line 1"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: dict[str, object], message: str) -> None:
    write(tmp_path, LINE, line)
    with pytest.raises(GoldError, match=message):
        read_gold(tmp_path)


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "plain.jsonl").write_text("\n{", "utf-8")
    with pytest.raises(GoldError, match=r"plain\.jsonl, line 2: the line: "):
        read_gold(tmp_path)


def test_a_folder_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="--gold"):
        read_gold(tmp_path)


@pytest.mark.parametrize(
    ("status", "expectation"),
    [
        (("answered",), Expectation.ANSWER),
        (("outdated",), Expectation.ANSWER),
        (("answered", "partial"), Expectation.ANSWER),
        (("partial",), Expectation.REFUSAL),
        (("not_found",), Expectation.REFUSAL),
        (("not_found", "answered"), Expectation.REFUSAL),
        (("personal_data",), Expectation.REFUSAL),
        (("small_talk",), Expectation.COURTESY),
    ],
)
def test_what_a_question_measures(status: tuple[str, ...], expectation: Expectation) -> None:
    assert question(*status).expectation is expectation
