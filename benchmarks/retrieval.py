"""How well the right document is found, quoted, and missed where it is not there.

Run as ``python -m benchmarks.retrieval DATA`` (``make bench-retrieval``), where DATA holds
``policy_qa``, ``government_faq`` and ``cross_lingual``. Prints one table and writes a report with
plots. Asks the way ``xinzhou search`` and ``xinzhou ask`` do.

Figures stand for three parts: *tune*, the half of the documents on which anything was chosen;
*report*, the other half; *all*. In brackets: 95 % intervals over questions.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import metrics
from benchmarks.asking import (
    METHODS,
    Judged,
    Outcome,
    ask,
    ask_by_half,
    judge,
    question_sets,
    remember,
)
from benchmarks.datasets import ACROSS, FAQ, POLICY, DataError, Half
from benchmarks.fit_evidence import read_folds
from benchmarks.indexes import REPOSITORY, Indexed, open_indexes
from benchmarks.metrics import Figure, Floats, Integers
from benchmarks.report import Chart, Line, Row, Table, as_html, as_text
from bot.answering.finding import ANSWER_PROBABILITY
from index.errors import AssistantError
from index.evidence_model import evidence_model
from index.text import to_traditional

REPORT = REPOSITORY / "reports" / "retrieval.html"
# What `search` shows unless told otherwise.
_TOP = 10
_FALSE_REFUSALS = 0.1
_TIMED_QUESTIONS = 40


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path, help="the folder with policy_qa, government_faq, …")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report goes")
    arguments = parser.parse_args()
    try:
        indexes = open_indexes(arguments.data)
        tables, charts = measure(indexes)
    except (DataError, AssistantError) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit("\ninterrupted: nothing was measured to its end, so there are no figures")
    print("\n\n".join(as_text(table) for table in tables))
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    arguments.report.write_text(as_html("Retrieval, evidence, refusal", tables, charts), "utf-8")
    print(f"\nreport: {arguments.report}")


def measure(indexes: dict[str, Indexed]) -> tuple[list[Table], list[Chart]]:
    """Ask everything, and turn the outcomes into tables and charts."""
    shipped = evidence_model()
    folds = read_folds(shipped)
    traditional = {
        name: tuple(replace(case, question=to_traditional(case.question)) for case in cases)
        for name, cases in question_sets(indexes).items()
        if name != "cross_lingual en"
    }
    for name, cases in (*question_sets(indexes).items(), *traditional.items()):
        remember(indexes[name.split()[0]], cases)
    remember(indexes[POLICY], indexes[POLICY].dataset.unanswerable)

    found = {
        name: ask(indexes[name.split()[0]], cases, shipped, name)
        for name, cases in question_sets(indexes).items()
    }
    found_traditional = {
        name: ask(indexes[name.split()[0]], cases, shipped, f"{name}, traditional")
        for name, cases in traditional.items()
    }
    # What has goals for what ships; all sets where there is nothing better.
    with_goals = {POLICY: found[POLICY]} if folds else found
    as_shipped = judge(indexes, with_goals, dict.fromkeys(Half, shipped))
    unseen = None
    if folds is not None:
        # Each question is judged by the models that have not seen its document.
        unseen_by = {Half.TUNE: folds[Half.REPORT], Half.REPORT: folds[Half.TUNE]}
        again = {
            name: ask_by_half(indexes[name.split()[0]], cases, unseen_by, f"{name}, out of fold")
            for name, cases in question_sets(indexes).items()
        }
        unseen = judge(indexes, again, unseen_by)
    judged = unseen or as_shipped
    label = "out of fold" if unseen else "as shipped, in sample"
    tables = [
        *(
            _documents_table(name, outcomes, unseen[name].answered if unseen else ())
            for name, outcomes in found.items()
        ),
        _traditional_table(found, found_traditional),
        _evidence_table(as_shipped, unseen),
        _refusal_table(as_shipped, unseen),
        _decision_table(judged, label),
        _time_table(found, indexes),
    ]
    charts = [
        *(_recall_chart(name, outcomes) for name, outcomes in found.items()),
        _reliability_chart(judged, label),
        _refusal_chart(judged, label),
    ]
    return tables, charts


_DOCUMENT_GOALS = {
    POLICY: {"R@1": ".825 (.88)", "R@5": ".962 (.98)", "MRR": ".885 (.92)"},
    FAQ: {"R@1": ".67 (.75)", "R@10": ".94 (.97)"},
    f"{ACROSS} en": {"R@1": ".74 (.85)", "R@5": ".91 (.97)"},
}


def _documents_table(name: str, outcomes: Sequence[Outcome], unseen: Sequence[Outcome]) -> Table:
    rows = []
    for method in METHODS:
        for part in ("tune", "report", "all") if method == "final" else ("all",):
            ranks = _ranks(_of(outcomes, part), method)
            rows.append(Row(f"{method}, {part}", _document_figures(ranks)))
    if unseen:
        rows.append(Row("final, out of fold", _document_figures(_ranks(unseen, "final"))))
    goals = _DOCUMENT_GOALS.get(name)
    missed = int((_ranks(outcomes, "fused") == 0).sum())
    return Table(
        f"{name}: the right document",
        ("R@1", "R@5", "R@10", "MRR"),
        rows,
        goals,
        f"{len(outcomes)} questions; final: as in the {_TOP} hits of “search”; the right document "
        f"was not among the candidates of {missed}",
    )


def _document_figures(ranks: Integers) -> dict[str, Figure]:
    shares = {f"R@{top}": metrics.mean(metrics.within(ranks, top)) for top in (1, 5, 10)}
    return shares | {"MRR": metrics.mean(metrics.reciprocal(ranks))}


def _traditional_table(
    simplified: dict[str, list[Outcome]], traditional: dict[str, list[Outcome]]
) -> Table:
    rows = []
    for name, outcomes in traditional.items():
        rows.append(
            Row(f"{name}, simplified", _document_figures(_ranks(simplified[name], "final")))
        )
        rows.append(Row(f"{name}, traditional", _document_figures(_ranks(outcomes, "final"))))
    goals = {"R@1": "within .01", "R@5": "within .01", "R@10": "within .01", "MRR": "within .01"}
    note = "the same questions, converted by OpenCC s2t"
    return Table("Traditional characters", ("R@1", "R@5", "R@10", "MRR"), rows, goals, note)


def _evidence_table(shipped: dict[str, Judged], unseen: dict[str, Judged] | None) -> Table:
    columns = ("in first", "in three", "ROUGE-L", "length")
    rows: list[Row] = []
    for label, judged in (("out of fold", unseen), ("shipped", shipped)):
        for name in sorted({POLICY, f"{ACROSS} zh"} & set(judged or ())):
            parts = ("tune", "report", "all") if name == POLICY else ("all",)
            answered = (judged or {})[name].answered
            rows.extend(
                Row(f"{name}, {label}, {part}", _evidence_figures(_of(answered, part)))
                for part in parts
            )
    goals = {
        "in first": ".62 (.75)",
        "in three": ".78 (.88)",
        "ROUGE-L": ".42 (.67)",
        "length": "< 117",
    }
    note = (
        "gold answer inside the first quote, and inside the first three; “shipped” has seen the "
        f"questions of {POLICY}, “out of fold” has not"
        + ("" if unseen else "; run “make fit-evidence” for figures out of fold")
    )
    return Table("Evidence", columns, rows, goals, note)


def _evidence_figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    firsts = [(outcome.quotes or ("",))[0] for outcome in outcomes]
    answers = [outcome.case.answer for outcome in outcomes]
    return {
        "in first": metrics.mean(
            [metrics.holds(t, a) for t, a in zip(firsts, answers, strict=True)]
        ),
        "in three": metrics.mean(
            [
                any(metrics.holds(text, outcome.case.answer) for text in outcome.quotes)
                for outcome in outcomes
            ]
        ),
        "ROUGE-L": metrics.mean(
            [metrics.rouge_l(t, a) for t, a in zip(firsts, answers, strict=True)]
        ),
        "length": metrics.median([len(text) for text in firsts if text]),
    }


def _refusal_table(shipped: dict[str, Judged], unseen: dict[str, Judged] | None) -> Table:
    rows = []
    for label, judged in (("out of fold", unseen), ("shipped", shipped)):
        for name, set_ in (judged or {}).items():
            answered = _chances(set_.answered)
            for kind, outcomes in set_.unanswered.items():
                chances = _chances(outcomes)
                figures = {
                    "AUC": metrics.bootstrap(metrics.auc, answered, chances),
                    "refused": metrics.bootstrap(
                        lambda one, other: metrics.refused_at(one, other, _FALSE_REFUSALS),
                        answered,
                        chances,
                    ),
                }
                rows.append(Row(f"{name}, {kind} ({len(chances)}), {label}", figures))
            rows.append(Row(f"{name}, calibration, {label}", {"ECE": _calibration(set_)}))
    goals = {"AUC": ".95 (.985)", "refused": ".85 (.95)"}
    note = (
        f"refused: where at most {_FALSE_REFUSALS:.0%} of the answerable questions are; goals are "
        "for the unanswerable questions of policy_qa; ECE: over answerable and unanswerable, "
        "both as heavy. Where the document is removed another may still answer."
    )
    return Table("Refusal", ("AUC", "refused", "ECE"), rows, goals, note)


def _calibration(judged: Judged) -> Figure:
    chances, truths = _balanced(judged)
    return metrics.bootstrap_pairs(metrics.calibration_error, chances, truths)


def _balanced(judged: Judged) -> tuple[Floats, Floats]:
    """Chances and truths, the answerable and the unanswerable repeated to be equally many."""
    answered = _chances(judged.answered)
    unanswered = np.concatenate([_chances(some) for some in judged.unanswered.values()])
    longest = max(len(answered), len(unanswered))
    both = [np.resize(answered, longest), np.resize(unanswered, longest)]
    return np.concatenate(both), np.repeat([1.0, 0.0], longest)


def _decision_table(judged: dict[str, Judged], label: str) -> Table:
    rows = []
    for name, set_ in judged.items():
        refused = metrics.mean(_chances(set_.answered) < ANSWER_PROBABILITY)
        rows.append(Row(f"{name}: false refusals", {"refused": refused}))
        for kind, outcomes in set_.unanswered.items():
            refused = metrics.mean(_chances(outcomes) < ANSWER_PROBABILITY)
            rows.append(Row(f"{name}: {kind}", {"refused": refused}))
    note = f"{label}; what is less likely than that to be answered is refused"
    return Table(f"The decision at {ANSWER_PROBABILITY}", ("refused",), rows, None, note)


def _time_table(found: dict[str, list[Outcome]], indexes: dict[str, Indexed]) -> Table:
    rows = []
    for name, outcomes in found.items():
        rows.append(Row(f"find, {name}", _milliseconds([o.seconds for o in outcomes])))
    embeddings = indexes[POLICY].embeddings
    questions = [case.question for case in indexes[POLICY].dataset.cases[: _TIMED_QUESTIONS + 1]]
    embeddings.encode_anew(questions[0])  # loads the model
    seconds = []
    for question in questions[1:]:
        begun = time.perf_counter()
        embeddings.encode_anew(question)
        seconds.append(time.perf_counter() - begun)
    rows.append(Row("embedding of a question", _milliseconds(seconds)))
    note = "milliseconds; find: everything but the embedding; a busy machine takes longer"
    return Table("Time", ("p50", "p95"), rows, None, note)


def _milliseconds(seconds: Sequence[float]) -> dict[str, Figure]:
    values = 1000 * np.array(seconds)
    return {
        "p50": metrics.bootstrap(lambda array: float(np.quantile(array, 0.5)), values),
        "p95": metrics.bootstrap(lambda array: float(np.quantile(array, 0.95)), values),
    }


def _recall_chart(name: str, outcomes: Sequence[Outcome]) -> Chart:
    tops = range(1, _TOP + 1)
    lines = [
        Line(
            method,
            tuple(
                (top, float(metrics.within(_ranks(outcomes, method), top).mean())) for top in tops
            ),
        )
        for method in METHODS
    ]
    lowest = min(point[1] for line in lines for point in line.points)
    return Chart(
        f"{name}: recall by rank", "rank", "recall", lines, (1, _TOP), (min(0.5, lowest), 1)
    )


def _reliability_chart(judged: dict[str, Judged], label: str) -> Chart:
    lines = [Line("as it should be", ((0, 0), (1, 1)), is_ideal=True)]
    for name, set_ in judged.items():
        bins = metrics.reliability(*_balanced(set_))
        lines.append(Line(name, tuple((bin_.predicted, bin_.true) for bin_ in bins)))
    return Chart(f"Reliability, {label}", "probability shown", "share answerable", lines)


def _refusal_chart(judged: dict[str, Judged], label: str) -> Chart:
    policy = judged[POLICY]
    lines = [
        Line(kind, tuple(metrics.refusal_curve(_chances(policy.answered), _chances(outcomes))))
        for kind, outcomes in policy.unanswered.items()
    ]
    return Chart(f"{POLICY}: refusal, {label}", "false refusals", "unanswerable refused", lines)


def _of(outcomes: Sequence[Outcome], part: str) -> list[Outcome]:
    return [o for o in outcomes if part == "all" or o.case.half.value == part]


def _ranks(outcomes: Sequence[Outcome], method: str) -> Integers:
    return np.array([outcome.ranks[method] for outcome in outcomes], dtype=np.int64)


def _chances(outcomes: Sequence[Outcome]) -> Floats:
    return np.array([outcome.probability for outcome in outcomes], dtype=np.float64)


if __name__ == "__main__":
    main()
