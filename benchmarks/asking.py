"""Asks the questions of the sets the way ``xinzhou search`` and ``xinzhou ask`` do."""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks import metrics
from benchmarks.datasets import ACROSS, FAQ, POLICY, Case, Half
from benchmarks.indexes import Indexed
from benchmarks.metrics import Floats
from index.evidence_model import EvidenceModel
from index.fusion import Sides
from index.retrieval import NO_FILTERS, Filters, HybridRetriever, embedded_question
from index.searching import Searcher

METHODS = ("dense", "lexical", "fused", "final")
_SIDES: dict[str, Callable[[Sides], Floats]] = {
    "dense": lambda sides: sides.dense,
    "lexical": lambda sides: sides.lexical + sides.document,
}
_SHOWN_QUOTES = 3
_FOREIGN_QUESTIONS = 150
_REMOVED_QUESTIONS = 511
_SEED = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    Attributes:
        case: the question.
        ranks: the place of the right document by each method, 0 where it was not found.
        quotes: what is quoted, best first.
        probability: how likely it is that the quotes answer.
        seconds: how long it took, the embedding of the question apart.
    """

    case: Case
    ranks: dict[str, int]
    quotes: tuple[str, ...]
    probability: float
    seconds: float


@dataclass(frozen=True)
class Judged:
    """Questions of one set: those that are answered, and those that are not.

    Attributes:
        name: of the set.
        answered: questions with their document in the index.
        unanswered: questions without, by what they are.
    """

    name: str
    answered: tuple[Outcome, ...]
    unanswered: dict[str, tuple[Outcome, ...]]


def question_sets(indexes: dict[str, Indexed]) -> dict[str, tuple[Case, ...]]:
    """Questions by name; the first word names the index that is asked."""
    return {
        POLICY: indexes[POLICY].dataset.cases,
        FAQ: indexes[FAQ].dataset.cases,
        f"{ACROSS} en": indexes[ACROSS].dataset.english,
        f"{ACROSS} zh": indexes[ACROSS].dataset.cases,
    }


def remember(index: Indexed, cases: Iterable[Case]) -> None:
    """Embed questions beforehand, as they will be searched: what is timed is the rest."""
    searcher = Searcher(index.snapshot, index.embeddings)
    read = searcher.understanding.read
    index.embeddings.remember(embedded_question(read(case.question)) for case in cases)


def ask(
    index: Indexed,
    cases: Sequence[Case],
    coefficients: EvidenceModel,
    name: str,
    without: Callable[[Case], Filters] | None = None,
) -> list[Outcome]:
    """Ask questions as `search` and `ask` do."""
    searcher = Searcher(index.snapshot, index.embeddings, coefficients)
    retriever = HybridRetriever(snapshot=index.snapshot, embeddings=index.embeddings)
    outcomes = []
    for done, case in enumerate(cases, start=1):
        filters = without(case) if without else NO_FILTERS
        begun = time.perf_counter()
        findings = searcher.find(case.question, filters)
        seconds = time.perf_counter() - begun
        ranks = {
            "final": metrics.rank_of(case.document, [hit.passage.document for hit in findings.hits])
        }
        if without is None and case.document in index.snapshot.documents:
            ranks |= _other_ranks(index, retriever, searcher, case)
        outcomes.append(
            Outcome(
                case,
                ranks,
                tuple(quote.text for quote in findings.evidence.quotes[:_SHOWN_QUOTES]),
                findings.evidence.probability,
                seconds,
            )
        )
        if done == len(cases) or done % 10 == 0:
            end = "\n" if done == len(cases) else "\r"
            print(f"  {name} {done} / {len(cases)}    ", end=end, file=sys.stderr, flush=True)
    return outcomes


def _other_ranks(
    index: Indexed, retriever: HybridRetriever, searcher: Searcher, case: Case
) -> dict[str, int]:
    """The place of the right document before units are weighed, and by one side alone."""
    ranking = retriever.rank(searcher.understanding.read(case.question))
    paths = list(index.snapshot.documents)
    ranked = [paths[row] for row in ranking.documents.tolist()]
    ranks = {"fused": metrics.rank_of(case.document, ranked)}
    for name, score in _SIDES.items():
        order = np.argsort(-score(ranking.sides), kind="stable").tolist()
        ranks[name] = metrics.rank_of(case.document, [ranked[place] for place in order])
    return ranks


def ask_by_half(
    index: Indexed,
    cases: Sequence[Case],
    models: dict[Half, EvidenceModel],
    name: str,
    without: Callable[[Case], Filters] | None = None,
) -> list[Outcome]:
    """Ask each question with the model meant for its half."""
    if len(set(map(id, models.values()))) == 1:
        return ask(index, cases, models[Half.TUNE], name, without)
    return [
        outcome
        for half, model in models.items()
        for outcome in ask(
            index,
            [case for case in cases if case.half is half],
            model,
            f"{name} ({half.value} half)",
            without,
        )
    ]


def judge(
    indexes: dict[str, Indexed],
    found: dict[str, list[Outcome]],
    models: dict[Half, EvidenceModel],
) -> dict[str, Judged]:
    """Ask what cannot be answered, beside what was asked already."""
    policy = indexes[POLICY]
    judged = {}
    for name, outcomes in found.items():
        index = indexes[name.split()[0]]
        # As many as the smallest set that has goals: more would only take longer.
        cases = [outcome.case for outcome in outcomes][:_REMOVED_QUESTIONS]
        removed = ask_by_half(
            index, cases, models, f"{name}, document removed", index.without_answer
        )
        unanswered = {"document removed": tuple(removed)}
        if name == POLICY:
            others = question_sets(indexes)
            asked = {
                "unanswerable": policy.dataset.unanswerable,
                "questions of XQuAD": sample(others[f"{ACROSS} zh"]),
                "questions of the FAQ": sample(others[FAQ]),
            }
            for kind, some in asked.items():
                unanswered[kind] = tuple(ask_by_half(policy, some, models, f"{name}, {kind}"))
        judged[name] = Judged(name, tuple(outcomes), unanswered)
    return judged


def sample(cases: Sequence[Case]) -> list[Case]:
    """Some questions, in an order by chance, spread over both halves."""
    order = np.random.default_rng(_SEED).permutation(len(cases))[:_FOREIGN_QUESTIONS]
    return [
        replace(cases[place], half=(Half.TUNE, Half.REPORT)[number % 2])
        for number, place in enumerate(order.tolist())
    ]
