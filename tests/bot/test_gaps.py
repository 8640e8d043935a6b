"""Grouping open questions, and the document that answers them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.answering.answer import Status
from bot.gaps import gaps_csv, group, staff_document
from bot.language import Language
from bot.records import OpenQuestion
from index.documents.loading import load_document
from index.documents.model import DocumentKind

START = datetime(2026, 1, 1, tzinfo=UTC)


def asked(*texts: str) -> list[OpenQuestion]:
    return [
        OpenQuestion(
            id=number,
            question=text,
            status=Status.NOT_FOUND,
            rating=None,
            reason=None,
            at=START + timedelta(days=number),
            language=Language.SIMPLIFIED,
        )
        for number, text in enumerate(texts)
    ]


def test_questions_that_are_alike_are_one_gap_and_the_most_asked_comes_first() -> None:
    questions = asked(
        "人才公寓租金多少？", "博士安家费给多少？", "人才公寓的租金多少", "人才公寓租金是多少？"
    )
    gaps = group(questions)
    assert [gap.answers for gap in gaps] == [[0, 2, 3], [1]]
    assert gaps[0].question == "人才公寓租金是多少？"
    assert gaps[0].id == 0


def test_questions_without_any_word_are_alike() -> None:
    assert len(group(asked("？？？", "！！"))) == 1


def test_the_table_holds_no_formula() -> None:
    table = gaps_csv(group(asked('=HYPERLINK("http://x")')))
    assert table.splitlines()[1].startswith("\"'=HYPERLINK")


def test_the_document_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    question = 'title: "x" # 租金\n---\n多少？'
    text = staff_document(
        question, "按规定执行。\n---\n另行公布。", "工作人员答复", date(2026, 1, 2)
    )
    (tmp_path / "a.md").write_text(text, "utf-8")
    document = load_document(tmp_path, "a.md")
    assert document.metadata.title == 'title: "x" # 租金 --- 多少？'
    assert document.metadata.published == date(2026, 1, 2)
    assert document.metadata.kind is DocumentKind.ANSWER
    assert "按规定执行" in document.text
    assert "另行公布" in document.text
