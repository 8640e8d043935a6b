"""Figures from outcomes: shares, overlap, ranks of probabilities, calibration, with intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.text import letters

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# 95 % intervals from a thousand resamples: their ends then vary by less than .005.
_RESAMPLES = 1000
_TAILS = (0.025, 0.975)
_SEED = 0
# Ten bins of .1, as reliability diagrams are mostly drawn.
_BINS = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval over questions.

    Attributes:
        value: the figure; NaN where nothing was measured.
        low: the lower end.
        high: the upper end.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if np.isnan(self.value):
            return "–"
        return f"{_short(self.value)} [{_short(self.low)}, {_short(self.high)}]"


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram.

    Attributes:
        predicted: mean probability of its questions.
        true: share of them that are answered.
        count: how many there are.
    """

    predicted: float
    true: float
    count: int


def bootstrap(
    statistic: Callable[..., float], *samples: Sequence[float] | npt.NDArray[np.generic]
) -> Figure:
    """A statistic of one or several samples, each resampled by itself.

    Args:
        statistic: takes as many arrays as there are samples.
        samples: one value a question.
    """
    arrays = [np.asarray(sample, dtype=np.float64) for sample in samples]
    if not all(len(array) for array in arrays):
        return Figure(float("nan"), float("nan"), float("nan"))
    random = np.random.default_rng(_SEED)
    drawn = [
        statistic(*(array[random.integers(0, len(array), len(array))] for array in arrays))
        for _ in range(_RESAMPLES)
    ]
    low, high = np.quantile(drawn, _TAILS)
    return Figure(float(statistic(*arrays)), float(low), float(high))


def mean(values: Sequence[float] | npt.NDArray[np.generic]) -> Figure:
    """The mean of one value a question, with its interval."""
    return bootstrap(lambda array: float(array.mean()), values)


def median(values: Sequence[float] | npt.NDArray[np.generic]) -> Figure:
    """The median of one value a question, with its interval."""
    return bootstrap(lambda array: float(np.median(array)), values)


def within(ranks: Integers, top: int) -> npt.NDArray[np.bool_]:
    """Whether each rank is among the first `top`; rank 0 means not found."""
    found: npt.NDArray[np.bool_] = (ranks > 0) & (ranks <= top)
    return found


def reciprocal(ranks: Integers) -> Floats:
    """One over each rank, 0 for what was not found (rank 0)."""
    return np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0.0)


def rank_of(wanted: object, ranked: Sequence[object]) -> int:
    """The place of `wanted` among different things, from 1; 0 where it is not there."""
    different = list(dict.fromkeys(ranked))
    return different.index(wanted) + 1 if wanted in different else 0


def holds(text: str, answer: str) -> bool:
    """Whether a text holds an answer, white space, punctuation and case aside."""
    return bool(letters(answer)) and letters(answer) in letters(text)


def rouge_l(text: str, answer: str) -> float:
    """ROUGE-L F1 by characters, white space, punctuation and case aside (Lin, 2004)."""
    one, other = letters(text), letters(answer)
    common = _longest_common(one, other)
    return 2 * common / (len(one) + len(other)) if common else 0.0


def auc(positive: Floats, negative: Floats) -> float:
    """The chance that a positive scores above a negative, ties counted half."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    up_to = np.searchsorted(ordered, positive, side="right")
    return float((below + up_to).sum() / 2 / (len(positive) * len(negative)))


def refused_at(positive: Floats, negative: Floats, false_refusals: float = 0.1) -> float:
    """The share of negatives refused where that share of positives is refused at most."""
    allowed = int(np.floor(false_refusals * len(positive)))
    # The bar stands just at the first positive that must not be refused.
    bar = np.sort(positive)[allowed] if allowed < len(positive) else np.inf
    return float((negative < bar).mean())


def refusal_curve(positive: Floats, negative: Floats) -> list[tuple[float, float]]:
    """Points (share of positives refused, share of negatives refused), by rising bar."""
    bars = np.unique(np.concatenate([positive, negative, [0.0, 1.0]]))
    return [(float((positive < bar).mean()), float((negative < bar).mean())) for bar in bars]


def reliability(chances: Floats, truths: Floats) -> list[Bin]:
    """Predicted chances against what was true, in bins that hold anything."""
    place = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    return [
        Bin(
            float(chances[place == number].mean()),
            float(truths[place == number].mean()),
            int((place == number).sum()),
        )
        for number in range(_BINS)
        if (place == number).any()
    ]


def calibration_error(chances: Floats, truths: Floats) -> float:
    """Expected calibration error: how far predicted chances are from the truth, on average."""
    bins = reliability(chances, truths)
    return sum(bin_.count * abs(bin_.predicted - bin_.true) for bin_ in bins) / len(chances)


def bootstrap_pairs(
    statistic: Callable[[Floats, Floats], float], one: Floats, other: Floats
) -> Figure:
    """A statistic of two values a question, resampled together."""
    if not len(one):
        return Figure(float("nan"), float("nan"), float("nan"))
    random = np.random.default_rng(_SEED)
    drawn = []
    for _ in range(_RESAMPLES):
        rows = random.integers(0, len(one), len(one))
        drawn.append(statistic(one[rows], other[rows]))
    low, high = np.quantile(drawn, _TAILS)
    return Figure(statistic(one, other), float(low), float(high))


def _longest_common(one: str, other: str) -> int:
    """Length of the longest common subsequence, in bit vectors (Hyyrö, 2004)."""
    if not one or not other:
        return 0
    places: dict[str, int] = {}
    for place, character in enumerate(one):
        places[character] = places.get(character, 0) | (1 << place)
    everything = (1 << len(one)) - 1
    state = everything
    for character in other:
        matched = state & places.get(character, 0)
        state = ((state + matched) | (state - matched)) & everything
    return len(one) - state.bit_count()


def _short(value: float) -> str:
    """``.830``, or ``100`` for a count of characters."""
    if abs(value) >= 2:
        return f"{value:.0f}"
    return f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.3f}"
