"""The chat in a terminal, and answers for other programs' pipes."""

import sys

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.answering import texts
from bot.answering.answer import Answer, Citation
from bot.answering.texts import say
from bot.assistant import Assistant, Question
from bot.language import Language

_SESSION = "terminal"
_QUIT = frozenset({"exit", "quit", "q", "退出", "再见"})
_QUOTE_INDENT = 4


def converse(assistant: Assistant) -> None:
    """Talk until the input ends.

    Where standard input is no terminal, each line is answered, and nothing else is printed.

    Raises:
        SnapshotError: there is no snapshot that can be opened.
        ModelError: the embedding model cannot be loaded.
    """
    if not sys.stdin.isatty():
        for line in sys.stdin.buffer:
            text = line.decode("utf-8", errors="replace").strip()
            if text:
                render(assistant.answer(Question(text, session=_SESSION)))
        return
    console = Console()
    profile = assistant.configuration.profile
    console.print(profile.greeting.zh if profile else texts.HELLO.zh, markup=False)
    while True:
        try:
            text = console.input("\n[bold green]>[/] ").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if text.lower() in _QUIT:
            return
        if text:
            with console.status("…"):
                answer = assistant.answer(Question(text, session=_SESSION))
            render(answer, console)


def render(answer: Answer, console: Console | None = None) -> None:
    """Print an answer with its numbered sources."""
    console = console or Console(soft_wrap=True)
    if answer.understood_as:
        label = say(texts.UNDERSTOOD_AS, answer.language, question=answer.understood_as)
        console.print(Text(label, style="italic dim"))
    console.print(Text(answer.headline, style="bold"))
    if answer.detail:
        console.print(Text(answer.detail))
    for number, citation in enumerate(answer.shown_citations, start=1):
        quote = Text(citation.quote, style="cyan")
        # Padding breaks lines at the width of a terminal, which a pipe does not have.
        if not console.is_terminal:
            console.print(Text(" " * _QUOTE_INDENT) + quote)
        elif citation.quote not in answer.text:
            console.print(Padding(quote, (0, 0, 0, _QUOTE_INDENT)))
        console.print(Text(f"[{number}] {source_line(citation, answer.language)}", style="dim"))
        if citation.url:
            console.print(Text(f"    {citation.url}", style=f"dim link {citation.url}"))
    if console.is_terminal and answer.suggestions:
        console.print(Text(" · ".join(answer.suggestions), style="dim"))


def source_line(citation: Citation, language: Language) -> str:
    """Publisher, date and title of a source on one line."""
    publisher = citation.publisher or say(texts.SOURCE_UNNAMED, language)
    published = citation.published
    day = published.isoformat() if published else say(texts.SOURCE_UNDATED, language)
    return f"{publisher} · {day} · {citation.title}"
