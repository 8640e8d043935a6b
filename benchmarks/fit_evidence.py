"""Fits the models of evidence: which units answer, which spans to quote, whether they do.

Run as ``python -m benchmarks.fit_evidence DATA`` (``make fit-evidence``). Writes
``index/data/evidence_model.json``, fitted on all questions, and, for ``benchmarks.retrieval``, the
models of both halves: a question is judged there by the model that has not seen its document.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from benchmarks.datasets import ACROSS, FAQ, POLICY, Case, DataError, Half
from benchmarks.fitting import Group, fit_listwise, fit_logistic, fit_ridge
from benchmarks.indexes import REPOSITORY, WORKSPACE, Indexed, open_indexes
from benchmarks.metrics import Floats, holds, rouge_l
from index.confidence import Signals, signals
from index.errors import AssistantError
from index.evidence_model import EvidenceModel
from index.linear import LinearModel
from index.ranking import Ranking
from index.retrieval import NO_FILTERS, Filters, HybridRetriever, read_closely
from index.span_choice import SpanDescriber, candidate_spans
from index.text import letters
from index.understanding import Understanding
from index.unit_weighing import WeighedUnits

SHIPPED = REPOSITORY / "index" / "data" / "evidence_model.json"
FOLDS = WORKSPACE / "evidence_folds.json"

# Penalties, chosen on the tune half; a factor of three barely moves the figures (docs/quality.md).
_UNIT_PENALTY = 0.01
_SPAN_PENALTY = 60.0
_CONFIDENCE_FREEDOM = 0.1
_ACROSS_FREEDOM = 1.0
# An answer shorter than this in another document is more often chance than a second source.
_LEAST_TELLING_LETTERS = 5
# Removing the document leaves other answers in place most often among FAQ: fewer of these, and
# they count least.
_FAQ_QUESTIONS = 300
_FOREIGN_QUESTIONS = 150
_SEED = 0
# Questions in another language share no words with the documents: only these signals tell.
_ACROSS_SIGNALS = ("cosine", "cosine_margin", "chance")


@dataclass(frozen=True)
class Reading:
    """A question with the units of its best documents.

    Attributes:
        case: the question.
        ranking: the documents found.
        weighed: their units.
    """

    case: Case
    ranking: Ranking
    weighed: WeighedUnits


@dataclass(frozen=True)
class Fitted:
    """One model, fitted on each half and on everything."""

    tune: LinearModel
    report: LinearModel
    everything: LinearModel

    def unseen(self, half: Half) -> LinearModel:
        """The model fitted on the other half."""
        return self.report if half is Half.TUNE else self.tune


@dataclass(frozen=True)
class Part:
    """Questions of one kind, with what speaks for their evidence.

    Attributes:
        name: what they are.
        is_answered: whether the documents answer them.
        importance: how much each counts.
        signals: one a question.
        halves: the half of each.
    """

    name: str
    is_answered: bool
    importance: float
    signals: tuple[Signals, ...]
    halves: tuple[Half, ...]

    def group(self, half: Half | None) -> Group:
        """The questions of one half, or all."""
        kept = [
            values
            for values, its_half in zip(self.signals, self.halves, strict=True)
            if half is None or its_half is half
        ]
        columns = {name: np.array([values[name] for values in kept]) for name in self.signals[0]}
        return Group(columns, np.full(len(kept), float(self.is_answered)))


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with policy_qa, government_faq, …")
    data: Path = parser.parse_args().data
    try:
        indexes = open_indexes(data)
        write(*fit(indexes))
    except (DataError, AssistantError) as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit("interrupted: nothing was written")


def fit(indexes: dict[str, Indexed]) -> tuple[EvidenceModel, dict[Half, EvidenceModel]]:
    """The models fitted on everything, and on each half."""
    # Several threads wait for each other longer than they work on matrices this small.
    torch.set_num_threads(1)
    policy = indexes[POLICY]
    readings = list(_readings(policy, policy.dataset.cases))
    units = _fit_units(policy, readings)
    _say(f"units: {len(readings)} questions")
    inside, overlap = _fit_spans(policy, readings, units)
    _say("spans")
    parts = list(_parts(indexes, units))
    confidence = _fit_confidence(parts, tuple(parts[0].signals[0]), _CONFIDENCE_FREEDOM)
    across_parts = list(_parts_across(indexes, units))
    across = _fit_confidence(across_parts, _ACROSS_SIGNALS, _ACROSS_FREEDOM)
    counts = ", ".join(f"{part.name} {len(part.signals)}" for part in (*parts, *across_parts))
    provenance = (
        f"Fitted {datetime.now(UTC):%Y-%m-%d} by “make fit-evidence” on "
        f"{policy.snapshot.manifest.model_id}. Units and spans: {len(readings)} questions over "
        f"{len(policy.snapshot.documents)} Chinese policy documents (DataFountain 424). "
        f"Confidence, by kind of question: {counts}."
    )

    def model(choose: Callable[[Fitted], LinearModel], note: str) -> EvidenceModel:
        return EvidenceModel(
            provenance=provenance + note,
            units=choose(units),
            inside=choose(inside),
            overlap=choose(overlap),
            confidence=choose(confidence),
            confidence_across=choose(across),
        )

    return (
        model(lambda fitted: fitted.everything, ""),
        {
            Half.TUNE: model(lambda fitted: fitted.tune, " Tune half only."),
            Half.REPORT: model(lambda fitted: fitted.report, " Report half only."),
        },
    )


def write(shipped: EvidenceModel, folds: dict[Half, EvidenceModel]) -> None:
    """Write the model that ships, and those of the halves beside its digest."""
    SHIPPED.write_text(shipped.model_dump_json(indent=1) + "\n", "utf-8")
    halves = {half.value: model.model_dump() for half, model in folds.items()}
    content = {"shipped": shipped.model_dump(), "folds": halves}
    FOLDS.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    _say(f"written: {SHIPPED}, {FOLDS}")


def read_folds(shipped: EvidenceModel, file: Path = FOLDS) -> dict[Half, EvidenceModel] | None:
    """The models of both halves; None where they are missing or of another fit."""
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if EvidenceModel.model_validate(content["shipped"]) != shipped:
        return None
    return {
        Half(half): EvidenceModel.model_validate(model) for half, model in content["folds"].items()
    }


def _readings(
    index: Indexed, cases: Sequence[Case], without: Callable[[Case], Filters] | None = None
) -> list[Reading]:
    retriever = HybridRetriever(snapshot=index.snapshot, embeddings=index.embeddings)
    understanding = Understanding(
        index.snapshot.configuration.glossary, index.snapshot.passage_words
    )
    found = []
    for case in cases:
        query = understanding.read(case.question)
        ranking = retriever.rank(query, without(case) if without else NO_FILTERS)
        weighed = retriever.weigh(ranking)
        if weighed is not None:
            found.append(Reading(case, ranking, weighed))
    return found


def _fit_units(index: Indexed, readings: Sequence[Reading]) -> Fitted:
    groups = [
        Group(reading.weighed.columns, _share_of_answer(index, reading)) for reading in readings
    ]
    return _fitted(lambda some: fit_listwise(some, _UNIT_PENALTY), groups, readings)


def _share_of_answer(index: Indexed, reading: Reading) -> Floats:
    """How much of the gold answer stands in each unit."""
    corpus, case = index.snapshot.corpus, reading.case
    paths = list(index.snapshot.documents)
    answer = letters(case.answer)
    start, end = _place_of_answer(index, case)
    shares = []
    for row in reading.weighed.rows.tolist():
        document = int(corpus.unit_document[row])
        unit = corpus.units[row]
        if paths[document] == case.document:
            common = min(unit.end, end) - max(unit.start, start)
            shares.append(max(0, common) / max(1, end - start))
        else:
            telling = len(answer) >= _LEAST_TELLING_LETTERS
            shares.append(float(telling and answer in letters(corpus.unit_text(row))))
    return np.array(shares)


def _place_of_answer(index: Indexed, case: Case) -> tuple[int, int]:
    """Where the gold answer stands in its document; nowhere (0, 0) where it does not.

    The sets count in the text as they have it; the loader may have joined or dropped lines.
    """
    text = index.snapshot.documents[case.document or ""].text
    starts = [
        place for place in range(len(text)) if text.startswith(case.answer, place) and case.answer
    ]
    if not starts:
        return 0, 0
    start = min(starts, key=lambda place: abs(place - case.answer_start))
    return start, start + len(case.answer)


def _fit_spans(index: Indexed, readings: Sequence[Reading], units: Fitted) -> tuple[Fitted, Fitted]:
    inside, overlap = [], []
    corpus = index.snapshot.corpus
    for reading in readings:
        scores = units.unseen(reading.case.half).predict(reading.weighed.columns)
        spans = candidate_spans(corpus, reading.weighed, scores)
        describer = SpanDescriber(reading.ranking.question, corpus, reading.weighed, scores)
        columns = describer.columns(spans)
        texts = [corpus.texts[span.document][span.start : span.end] for span in spans]
        answer = reading.case.answer
        inside.append(Group(columns, np.array([float(holds(text, answer)) for text in texts])))
        overlap.append(Group(columns, np.array([rouge_l(text, answer) for text in texts])))

    def fit(some: Sequence[Group]) -> LinearModel:
        return fit_ridge(some, _SPAN_PENALTY)

    return _fitted(fit, inside, readings), _fitted(fit, overlap, readings)


def _parts(indexes: dict[str, Indexed], units: Fitted) -> list[Part]:
    """Questions in the documents' language; importance as weighed on the tune half."""
    policy, across, faq = indexes[POLICY], indexes[ACROSS], indexes[FAQ]
    some_faq = _sample(faq.dataset.cases, _FAQ_QUESTIONS)
    return [
        _part("policy", policy, policy.dataset.cases, units, 1.0),
        _part("policy unanswerable", policy, policy.dataset.unanswerable, units, 3.0),
        _part("policy, document removed", policy, policy.dataset.cases, units, 0.5, removed=True),
        _part("XQuAD zh", across, across.dataset.cases, units, 0.5),
        _part("XQuAD zh, document removed", across, across.dataset.cases, units, 0.4, removed=True),
        _part("FAQ", faq, some_faq, units, 0.7),
        _part("FAQ, document removed", faq, some_faq, units, 0.15, removed=True),
        _part("XQuAD zh of policy", policy, _foreign(across.dataset.cases), units, 0.3),
        _part("FAQ of policy", policy, _foreign(faq.dataset.cases), units, 0.3),
    ]


def _parts_across(indexes: dict[str, Indexed], units: Fitted) -> list[Part]:
    """Questions in English."""
    policy, across, faq = indexes[POLICY], indexes[ACROSS], indexes[FAQ]
    english = across.dataset.english
    return [
        _part("XQuAD en", across, english, units, 1.0),
        _part("XQuAD en, document removed", across, english, units, 0.6, removed=True),
        _part("XQuAD en of policy", policy, _foreign(english), units, 0.5),
        _part("XQuAD en of FAQ", faq, _foreign(english), units, 0.5),
    ]


def _part(
    name: str,
    index: Indexed,
    cases: Sequence[Case],
    units: Fitted,
    importance: float,
    *,
    removed: bool = False,
) -> Part:
    is_own = index.dataset.name == POLICY
    corpus, words = index.snapshot.corpus, index.snapshot.document_words
    values, halves = [], []
    for reading in _readings(index, cases, index.without_answer if removed else None):
        half = reading.case.half
        # Units were fitted on the policy questions alone: other sets have no half to hide.
        model = units.unseen(half) if is_own else units.everything
        scores = model.predict(reading.weighed.columns)
        found = read_closely(reading.ranking, reading.weighed, scores, corpus)
        values.append(signals(found, corpus, words))
        halves.append(half)
    _say(f"{name}: {len(values)} questions")
    is_answered = not removed and all(case.document in index.snapshot.documents for case in cases)
    return Part(name, is_answered, importance, tuple(values), tuple(halves))


def _fit_confidence(parts: Sequence[Part], names: Sequence[str], freedom: float) -> Fitted:
    importance = [part.importance for part in parts]
    tune, report, everything = (
        fit_logistic([part.group(half) for part in parts], importance, names, freedom)
        for half in (Half.TUNE, Half.REPORT, None)
    )
    return Fitted(tune, report, everything)


def _fitted(
    fit: Callable[[Sequence[Group]], LinearModel],
    groups: Sequence[Group],
    readings: Sequence[Reading],
) -> Fitted:
    def of(half: Half) -> LinearModel:
        return fit(
            [
                group
                for group, reading in zip(groups, readings, strict=True)
                if reading.case.half is half
            ]
        )

    return Fitted(of(Half.TUNE), of(Half.REPORT), fit(groups))


def _foreign(cases: Sequence[Case]) -> list[Case]:
    """Some questions of another set, spread over both halves."""
    return [
        replace(case, half=(Half.TUNE, Half.REPORT)[place % 2])
        for place, case in enumerate(_sample(cases, _FOREIGN_QUESTIONS))
    ]


def _sample(cases: Sequence[Case], count: int) -> list[Case]:
    order = np.random.default_rng(_SEED).permutation(len(cases))[:count]
    return [cases[place] for place in order.tolist()]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
