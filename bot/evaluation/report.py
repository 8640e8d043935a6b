"""The figures as a page: one file without anything from elsewhere, readable on a phone."""

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from bot.evaluation.judging import Outcome
from bot.evaluation.scoring import ClassScore, Figures, Floors, Judged, Share

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #777; --bad: #c33; --good: #2a7d46; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
.below { color: var(--bad); font-weight: 600; }
article { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .8rem;
          margin: .8rem 0; overflow-wrap: anywhere; }
article h3 { font-size: 1rem; margin: 0 0 .3rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .3rem 0; }
dt { color: var(--quiet); } dd { margin: 0; white-space: pre-line; }
blockquote { border-left: 3px solid var(--line); margin: .3rem 0; padding-left: .7rem; }
.quiet { color: var(--quiet); } summary { cursor: pointer; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; } }
"""


def report_page(
    judged: Sequence[Judged],
    scores: Iterable[ClassScore],
    found: Figures,
    floors: Floors,
    below: Sequence[str],
) -> str:
    """The whole page.

    Args:
        judged: all questions with their answers and verdicts.
        scores: the figures by class.
        found: the figures over all classes.
        floors: what the figures must reach.
        below: what lies below its floor, in words.
    """
    failed = [item for item in judged if not item.verdict.passed]
    return "".join(
        (
            "<!doctype html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>\n",
            f"<title>Gold questions</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n",
            f"<h1>Gold questions: {len(judged) - len(failed)} of {len(judged)} pass</h1>\n",
            *_below(below),
            *_figures(found),
            *_classes(scores, floors),
            *_failures(failed),
            "</body>\n</html>\n",
        )
    )


def _below(below: Sequence[str]) -> Iterator[str]:
    if below:
        yield "<h2>Below the floor</h2>\n<ul class='below'>\n"
        yield from (f"<li>{escape(line)}</li>\n" for line in below)
        yield "</ul>\n"


def _figures(found: Figures) -> Iterator[str]:
    rows = (
        ("answerable: right answer with the right citation", _share(found.right)),
        ("unanswerable or partly: no invented answer", _share(found.not_invented)),
        ("answerable but refused", _share(found.refused)),
        ("right answers that begin with what was asked for", _share(found.leading)),
        ("follow-ups understood", _share(found.understood)),
        ("stand-alone questions left alone", _share(found.left_alone)),
        ("quotes not word for word in their document", str(found.misquoted)),
    )
    yield "<h2>Over all</h2>\n<div class='wide'><table>\n"
    yield from (f"<tr><td>{escape(name)}</td><td>{value}</td></tr>\n" for name, value in rows)
    yield "</table></div>\n"


def _classes(scores: Iterable[ClassScore], floors: Floors) -> Iterator[str]:
    heads = ("class", "asked", *Outcome, "citation right", "pass", "floor")
    yield "<h2>By class</h2>\n<div class='wide'><table>\n<tr>"
    yield from (f"<th>{escape(head)}</th>" for head in heads)
    yield "</tr>\n"
    for score in scores:
        floor = floors.classes.get(score.name, 0.0)
        mark = " class='below'" if score.passed.value < floor else ""
        cells = (
            score.asked,
            *(score.outcomes[outcome] for outcome in Outcome),
            _share(score.citations),
            f"{score.passed.value:.1%}",
            f"{floor:.0%}",
        )
        yield f"<tr{mark}><td>{escape(score.name)}</td>"
        yield from (f"<td>{cell}</td>" for cell in cells)
        yield "</tr>\n"
    yield "</table></div>\n"


def _failures(failed: Iterable[Judged]) -> Iterator[str]:
    yield "<h2>What went wrong</h2>\n"
    classes: dict[str, list[Judged]] = {}
    for item in failed:
        classes.setdefault(item.gold.category, []).append(item)
    for name, items in classes.items():
        yield f"<details open><summary>{escape(name)} ({len(items)})</summary>\n"
        for item in items:
            yield from _failure(item)
        yield "</details>\n"


def _failure(item: Judged) -> Iterator[str]:
    gold, answer = item.gold, item.answer
    expected = " or ".join(gold.status)
    if gold.contains:
        expected += ", with " + ", ".join(f"“{words}”" for words in gold.contains)
    rows = {
        "wrong": "\n".join(item.verdict.problems),
        "expected": expected,
        "documents": "\n".join(gold.documents),
        "understood as": answer.understood_as or "",
        "got": f"{answer.status} ({answer.confidence:.2f})\n{answer.text}",
    }
    yield f"<article id='{escape(gold.id)}'><h3>{escape(gold.question)}</h3>\n"
    conversation = f" · {gold.session}" if gold.session else ""
    yield f"<p class='quiet'>{escape(gold.id + conversation)}</p>\n<dl>\n"
    yield from (f"<dt>{key}</dt><dd>{escape(text)}</dd>\n" for key, text in rows.items() if text)
    yield "</dl>\n"
    for citation in answer.citations:
        yield f"<blockquote>{escape(citation.quote)}<br>"
        yield f"<span class='quiet'>{escape(citation.document)}</span></blockquote>\n"
    yield "</article>\n"


def _share(share: Share) -> str:
    if math.isnan(share.value):
        return "–"
    return f"{share.value:.1%} ({share.count} of {share.total})"
