"""The ``xinzhou`` command.

Modules that take long to import are imported inside the commands that need them.
"""

import json
import logging
import os
import sys
from contextlib import ExitStack, closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from index.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.batch import BatchLine
    from bot.composition import Workshop
    from bot.settings import Settings

EXIT_FAILED = 1
EXIT_MISUSED = 2

app = typer.Typer(
    help="Answers questions about investing in a city and its talent policy, from documents only.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

KnowledgeOption = Annotated[
    Path | None, typer.Option("--knowledge", help="Folder of documents (KNOWLEDGE_DIR).")
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Folder of snapshots (INDEX_DIR).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
BatchOption = Annotated[
    str | None,
    typer.Option(
        "--batch",
        help="File of JSON lines with id, question, session, today; - reads standard input.",
    ),
]
QuestionArgument = Annotated[str | None, typer.Argument(help="The question.")]


def main() -> NoReturn:
    """Run the command; errors that a person can mend end in one line."""
    try:
        app()
    except AssistantError as error:
        _fail(str(error), EXIT_FAILED)
    except KeyboardInterrupt:
        _fail("interrupted", EXIT_FAILED)
    except BrokenPipeError:
        # The reader (head, less) has gone: nothing is left to say, or to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected error", exc_info=True)
        name = type(error).__name__
        _fail(f"unexpected {name}; run again with LOG_LEVEL=DEBUG for the trace", EXIT_FAILED)
    sys.exit(0)


@app.command("index")
def index_command(
    knowledge: KnowledgeOption = None,
    index: IndexOption = None,
    *,
    as_json: JsonOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish even if checks fail; rebuild if unchanged.")
    ] = False,
) -> None:
    """Build a snapshot of the documents and publish it."""
    from bot.reporting import build_lines, progress_bars

    workshop = _workshop(knowledge_dir=knowledge, index_dir=index)
    with progress_bars() as progress:
        report = workshop.builder(progress, has_gate=True).build(dry_run=dry_run, force=force)
    if as_json:
        print(report.model_dump_json())  # noqa: T201 - the command's output
    else:
        for line in build_lines(report, dry_run=dry_run):
            print(line)  # noqa: T201 - the command's output
    if report.held_back:
        _fail(f"not published: {report.held_back}", EXIT_FAILED)


@app.command()
def search(
    question: QuestionArgument = None,
    index: IndexOption = None,
    *,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="How many passages.")] = 10,
    as_json: JsonOption = False,
    batch: BatchOption = None,
) -> None:
    """Show the passages found for a question."""
    from bot.reporting import hit_lines, hits_record

    lines = _questions(question, batch)
    searcher = _workshop(index_dir=index).searcher()
    for line in lines:
        hits = searcher.hits(line.question, top)
        if as_json or batch:
            _print_json(hits_record(line, hits))
        else:
            print("\n".join(hit_lines(hits)))  # noqa: T201 - the command's output


@app.command()
def ask(
    question: QuestionArgument = None,
    index: IndexOption = None,
    *,
    as_json: JsonOption = False,
    batch: BatchOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the signals the confidence rests on.")
    ] = False,
) -> None:
    """Answer a question from the documents."""
    from bot.assistant import Question
    from bot.terminal import render

    lines = _questions(question, batch)
    assistant = _workshop(index_dir=index).assistant()
    for line in lines:
        answer = assistant.answer(
            Question(line.question, id=line.id, session=line.session, today=line.today)
        )
        if as_json or batch:
            _print_json(answer.contract(explain=explain))
        else:
            render(answer)


@app.command()
def chat(index: IndexOption = None) -> None:
    """Talk in the terminal."""
    from bot.terminal import converse

    converse(_workshop(index_dir=index).assistant())


@app.command()
def serve(index: IndexOption = None) -> None:
    """Answer in Telegram."""
    _serve(_workshop(index_dir=index))


@app.command()
def run() -> None:
    """Bring the index up to date, then serve Telegram if a token is set, else chat."""
    from bot.reporting import build_lines, progress_bars

    workshop = _workshop()
    with progress_bars() as progress:
        report = workshop.builder(progress, has_gate=True).build()
    if report.published or report.held_back or report.refused:
        for line in build_lines(report, dry_run=False):
            typer.echo(line, err=True)
    if workshop.settings.telegram_bot_token:
        _serve(workshop)
    else:
        from bot.terminal import converse

        converse(workshop.assistant())


@app.command()
def snapshots(index: IndexOption = None, *, as_json: JsonOption = False) -> None:
    """List the snapshots that can be gone back to."""
    from bot.reporting import snapshot_lines

    store = _workshop(index_dir=index).store
    manifests, current = store.manifests(), store.current_name()
    if as_json:
        for manifest in manifests:
            _print_json(
                manifest.model_dump(mode="json", exclude={"files"})
                | {"in_service": manifest.name == current}
            )
    else:
        print("\n".join(snapshot_lines(manifests, current)))  # noqa: T201 - the command's output


@app.command()
def rollback(
    name: Annotated[str | None, typer.Argument(help="The snapshot; else the one before.")] = None,
    index: IndexOption = None,
) -> None:
    """Put an earlier snapshot back into service."""
    manifest = _workshop(index_dir=index).store.rollback(name)
    print(f"in service: {manifest.name} ({manifest.documents} documents)")  # noqa: T201 - the command's output


@app.command()
def check(knowledge: KnowledgeOption = None, *, as_json: JsonOption = False) -> None:
    """Say what is wrong in the knowledge folder, with file and line."""
    from datetime import UTC, datetime

    from index.linting.finding import Severity
    from index.linting.knowledge import lint

    folder = _settings(knowledge_dir=knowledge).knowledge_dir
    report = lint(folder, datetime.now(UTC).date())
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    if as_json:
        _print_json(
            {
                "documents": report.documents,
                "errors": errors,
                "warnings": warnings,
                "findings": [asdict(finding) for finding in report.findings],
            }
        )
    else:
        for finding in report.findings:
            print(finding.text)  # noqa: T201 - the command's output
        print(  # noqa: T201 - the command's output
            f"{report.documents} documents, {errors} errors, {warnings} warnings"
        )
    if errors:
        sys.exit(EXIT_FAILED)


@app.command("eval")
def eval_command(
    gold: Annotated[
        Path, typer.Option("--gold", help="Folder of gold questions (*.jsonl) and their floors.")
    ] = Path("tests/gold"),
    index: IndexOption = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="The HTML report (DATA_DIR/reports/eval.html).")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Ask the gold questions and say how good the answers are."""
    from bot.evaluation.evaluating import evaluate
    from bot.evaluation.report import report_page
    from bot.evaluation.table import scores_record, table_lines
    from bot.reporting import progress_bars

    workshop = _workshop(index_dir=index)
    with progress_bars() as progress:
        done = evaluate(
            gold,
            workshop.store.open_current(),
            workshop.embeddings,
            lambda number, total: progress("asking", number, total),
        )
    if as_json:
        _print_json(scores_record(done.judged, done.scores, done.figures, done.below))
    else:
        for line in table_lines(done.scores, done.figures, done.floors):
            print(line)  # noqa: T201 - the command's output
    page = report or workshop.settings.data_dir / "reports" / "eval.html"
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            report_page(done.judged, done.scores, done.figures, done.floors, done.below), "utf-8"
        )
    except OSError as error:
        _fail(f"the report {page} cannot be written ({error.strerror})", EXIT_FAILED)
    typer.echo(f"report: {page}", err=True)
    if done.below:
        _fail("below the floor: " + "; ".join(done.below), EXIT_FAILED)


@app.command("gaps")
def gaps_command(
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet.")] = False,
) -> None:
    """List what people asked and no document answers, most asked first."""
    from bot.gaps import find_gaps, gaps_csv
    from bot.records import Records
    from bot.reporting import gap_lines

    with closing(Records(_settings().records_file)) as records:
        gaps = find_gaps(records)
    if as_csv:
        print(gaps_csv(gaps), end="")  # noqa: T201 - the command's output
    else:
        print("\n".join(gap_lines(gaps)))  # noqa: T201 - the command's output


@app.command()
def doctor() -> None:
    """Say what is configured and what works."""
    from bot.diagnosis import diagnose

    findings = list(diagnose(_settings()))
    for finding in findings:
        print(f"{'ok  ' if finding.works else 'FAIL'} {finding.text}")  # noqa: T201 - the command's output
    if not all(finding.works for finding in findings):
        raise typer.Exit(EXIT_FAILED)


def _serve(workshop: "Workshop") -> NoReturn:
    from bot.telegram.service import serve as serve_telegram

    make_builder = partial(workshop.builder, has_gate=True)
    sys.exit(serve_telegram(workshop.settings, workshop.assistant(), make_builder))


def _settings(**overrides: object) -> "Settings":
    from bot.settings import read_settings

    settings = read_settings(**overrides)
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # The first three log the addresses they call, and with them the bot's token; the others say
    # what every start does.
    for name in ("httpx", "httpcore", "telegram", "sentence_transformers", "faiss"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return settings


def _workshop(**overrides: object) -> "Workshop":
    from bot.composition import Workshop

    return Workshop(_settings(**overrides))


def _print_json(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)  # noqa: T201 - the command's output


def _questions(question: str | None, batch: str | None) -> "Iterator[BatchLine]":
    """The questions of a call; a call that asks nothing ends here."""
    from bot.batch import BatchLine

    if (question is None) == (batch is None):
        _fail("give either a question or --batch FILE", EXIT_MISUSED)
    if question is None:
        return _batch(str(batch))
    if not question.strip():
        _fail("the question is empty; write it between quotes", EXIT_MISUSED)
    try:
        question.encode()
    except UnicodeEncodeError:
        _fail("the question is not UTF-8 text; set the terminal to UTF-8", EXIT_MISUSED)
    return iter((BatchLine(question=question),))


def _batch(file: str) -> "Iterator[BatchLine]":
    from bot.batch import read_batch

    with ExitStack() as stack:
        lines = sys.stdin.buffer
        if file != "-":
            try:
                lines = stack.enter_context(Path(file).open("rb"))
            except OSError as error:
                _fail(f"{file} cannot be read ({error.strerror})", EXIT_MISUSED)
        yield from read_batch(lines)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"xinzhou: {message}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
