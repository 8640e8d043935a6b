import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.batch import MAX_LINE_BYTES, BatchError, BatchLine, read_batch

ENCODABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


def test_a_line_is_a_question_with_what_belongs_to_it() -> None:
    (line,) = read_batch(
        [b'{"id": "q1", "question": "\xe5\x90\x97", "session": "s", "today": "2024-05-01"}\n']
    )
    assert line == BatchLine(id="q1", question="吗", session="s", today=date(2024, 5, 1))


def test_only_the_question_is_needed() -> None:
    (line,) = read_batch([b'{"question": "q", "more": [1, 2]}'])
    assert (line.question, line.id, line.session, line.today) == ("q", None, None, None)


def test_numbers_may_name_a_question_and_a_session() -> None:
    (line,) = read_batch([b'{"id": 7, "question": "q", "session": 8}'])
    assert (line.id, line.session) == (7, "8")


def test_blank_lines_are_passed_over_and_order_is_kept() -> None:
    lines = [b"\n", b'{"question": "1"}\n', b"  \r\n", b'{"question": "2"}\r\n']
    assert [line.question for line in read_batch(lines)] == ["1", "2"]


def test_the_mark_that_windows_puts_before_a_file_is_passed_over() -> None:
    lines = [b'\xef\xbb\xbf{"question": "1"}\n', b'{"question": "2"}\n']
    assert [line.question for line in read_batch(lines)] == ["1", "2"]


@pytest.mark.parametrize(
    "wrong",
    [
        b"not json",
        b'{"question": 7}',
        b'{"id": "q"}',
        b'["question"]',
        b'{"question": "q", "today": "tomorrow"}',
        b'{"question": "\xff\xfe"}',
        b'{"question": "\\ud800"}',
        b'{"question": "q"} {"question": "r"}',
    ],
)
def test_a_wrong_line_is_named_after_the_good_ones(wrong: bytes) -> None:
    lines = read_batch([b'{"question": "good"}\n', b"\n", wrong])
    assert next(lines).question == "good"
    with pytest.raises(BatchError, match=r"^line 3 is no question") as caught:
        next(lines)
    assert "\n" not in str(caught.value)


def test_a_line_without_end_is_not_read() -> None:
    with pytest.raises(BatchError, match=f"line 1 is longer than {MAX_LINE_BYTES} bytes"):
        list(read_batch([b" {" + b"x" * MAX_LINE_BYTES]))


@given(question=ENCODABLE, id_=st.none() | ENCODABLE, session=st.none() | ENCODABLE)
def test_what_json_can_say_is_read_as_it_is(
    question: str, id_: str | None, session: str | None
) -> None:
    line = json.dumps({"id": id_, "question": question, "session": session}).encode()
    (read,) = read_batch([line])
    assert (read.id, read.question, read.session) == (id_, question, session)
