import io
import sys
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from bot.answering.answer import Answer, Citation, Status
from bot.assistant import Assistant
from bot.language import Language
from bot.terminal import converse, render, source_line
from index.embedding import SentenceEmbeddings
from index.searching import LiveIndex
from tests.conftest import Workbench

CITATION = Citation(
    document="a.md",
    passage="a.md#0",
    title="标题",
    publisher="某局",
    published=date(2023, 10, 27),
    url="https://example.org/a",
    quote="原话很长，" * 40 + "到这里为止。",
)
ANSWER = Answer(
    question="吗",
    understood_as="人才公寓有空调吗",
    language=Language.SIMPLIFIED,
    status=Status.ANSWERED,
    headline="有 [bold]空调[/bold] :smile:。",
    detail="还有冰箱。",
    citations=(CITATION,),
    suggestions=("还想问什么？",),
)


def printed(answer: Answer, *, terminal: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=terminal, soft_wrap=True, width=80, color_system=None
    )
    render(answer, console)
    return stream.getvalue()


def test_an_answer_is_printed_with_its_source() -> None:
    lines = printed(ANSWER).splitlines()
    assert "人才公寓有空调吗" in lines[0]
    assert "还有冰箱。" in lines
    assert any(line.strip() == "[1] 某局 · 2023-10-27 · 标题" for line in lines)
    assert any(line.strip() == "https://example.org/a" for line in lines)


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    assert "有 [bold]空调[/bold] :smile:。" in printed(ANSWER).splitlines()


def test_a_long_quote_is_one_line_in_a_pipe() -> None:
    assert any(line.strip() == CITATION.quote for line in printed(ANSWER).splitlines())


def test_suggestions_are_for_people_only() -> None:
    assert "还想问什么？" not in printed(ANSWER)
    assert "还想问什么？" in printed(ANSWER, terminal=True)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (Language.SIMPLIFIED, "发布方不详 · 日期不详 · 标题"),
        (Language.TRADITIONAL, "發佈方不詳 · 日期不詳 · 标题"),
        (Language.ENGLISH, "publisher unknown · undated · 标题"),
    ],
)
def test_what_is_not_known_of_a_source_is_said(language: Language, line: str) -> None:
    unknown = CITATION.model_copy(update={"publisher": None, "published": None})
    assert source_line(unknown, language) == line


class _Input(io.TextIOWrapper):
    """Standard input that is, or is not, a terminal."""

    def __init__(self, content: bytes, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(content), "utf-8")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture
def assistant(workbench: Workbench, embeddings: SentenceEmbeddings) -> Assistant:
    workbench.knowledge.write(
        "profile.yaml",
        "name: {zh: 某市, en: S}\nplace: {zh: 某市, en: S}\ngreeting: {zh: 您好，请问, en: Hi}\n"
        "about: {zh: 我回答问题, en: I answer}\n",
    )
    workbench.build()
    return Assistant(LiveIndex(workbench.store, embeddings))


def converse_with(
    assistant: Assistant, content: bytes, monkeypatch: Any, *, terminal: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", _Input(content, terminal=terminal))
    converse(assistant)


def test_a_pipe_gets_an_answer_for_each_line_and_nothing_else(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = "你好\n\n  \n谢谢\n".encode() + b"\xff\xfe\n"
    converse_with(assistant, content, monkeypatch, terminal=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "您好，请问"
    assert len(lines) == 3


def test_a_person_is_greeted_and_may_leave(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = "\n谢谢\n退出\n你是谁\n".encode()
    converse_with(assistant, content, monkeypatch, terminal=True)
    output = capsys.readouterr().out
    assert output.startswith("您好，请问")
    assert "不客气" in output
    assert "我回答问题" not in output  # asked after leaving


def test_the_end_of_the_input_ends_the_chat(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    converse_with(assistant, b"", monkeypatch, terminal=True)
    assert capsys.readouterr().out.startswith("您好，请问")
