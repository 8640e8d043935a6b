"""Fits linear models over named features: listwise, ridge, logistic. Same data, same model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from index.linear import Columns, Floats, LinearModel

# Keeps a feature that never varies from dividing by zero.
_LEAST_SCALE = 1e-6
_ITERATIONS = 300
# Coefficients are kept to six digits: more would be noise, and would not be the same on the next
# machine.
_DIGITS = 6
_MASKED = -1e9


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one question.

    Attributes:
        columns: features by name, each of shape (items,).
        target: what is wanted of each item; shape (items,).
    """

    columns: Columns
    target: Floats


def fit_listwise(groups: Sequence[Group], penalty: float) -> LinearModel:
    """Scores whose softmax over a question's items comes nearest to its targets.

    Args:
        groups: questions; one whose targets are all zero teaches nothing and is left out.
        penalty: of the squared weights.
    """
    groups = [group for group in groups if group.target.max() > 0]
    names, matrices, mean, scale = _standardised(groups)
    longest = max(len(matrix) for matrix in matrices)
    items = torch.zeros(len(groups), longest, len(names), dtype=torch.float64)
    mask = torch.full((len(groups), longest), _MASKED, dtype=torch.float64)
    wanted = torch.zeros(len(groups), longest, dtype=torch.float64)
    for row, (group, matrix) in enumerate(zip(groups, matrices, strict=True)):
        items[row, : len(matrix)] = torch.from_numpy(matrix)
        mask[row, : len(matrix)] = 0
        wanted[row, : len(matrix)] = torch.from_numpy(group.target / group.target.sum())

    def loss(weights: torch.Tensor) -> torch.Tensor:
        fit = -(wanted * torch.log_softmax(items @ weights + mask, 1)).sum(1).mean()
        return fit + penalty * (weights**2).sum()

    return _model(names, mean, scale, _minimised(loss, len(names)), 0.0)


def fit_ridge(groups: Sequence[Group], penalty: float) -> LinearModel:
    """Least squares with a penalty; every question counts the same, however many items it has."""
    names, matrices, mean, scale = _standardised(groups)
    features = np.concatenate(matrices)
    target = np.concatenate([group.target for group in groups])
    share = np.concatenate([np.full(len(group.target), 1 / len(group.target)) for group in groups])
    share *= len(share) / share.sum()
    centre = np.average(features, axis=0, weights=share)
    level = float(np.average(target, weights=share))
    inner = features - centre
    normal = (inner * share[:, None]).T @ inner + penalty * np.eye(len(names))
    weights = np.linalg.solve(normal, (inner * share[:, None]).T @ (target - level))
    return _model(names, mean, scale, weights, level - float(centre @ weights))


def fit_logistic(
    groups: Sequence[Group], importance: Sequence[float], names: Sequence[str], freedom: float
) -> LinearModel:
    """Log odds of a yes or no.

    Args:
        groups: items of one kind each; targets 0 or 1.
        importance: how much an item of each group counts.
        names: the features to use.
        freedom: the inverse of the penalty, as scikit-learn's ``C``.
    """
    names, matrices, mean, scale = _standardised(groups, names)
    features = torch.from_numpy(np.concatenate(matrices))
    sign = torch.from_numpy(2 * np.concatenate([group.target for group in groups]) - 1)
    weight = torch.from_numpy(
        np.concatenate(
            [
                np.full(len(group.target), value)
                for group, value in zip(groups, importance, strict=True)
            ]
        )
    )

    def loss(values: torch.Tensor) -> torch.Tensor:
        odds = features @ values[:-1] + values[-1]
        fit = (weight * torch.nn.functional.softplus(-sign * odds)).sum()
        return freedom * fit + 0.5 * (values[:-1] ** 2).sum()

    values = _minimised(loss, len(names) + 1)
    return _model(names, mean, scale, values[:-1], float(values[-1]))


def _standardised(
    groups: Sequence[Group], names: Sequence[str] | None = None
) -> tuple[tuple[str, ...], list[Floats], Floats, Floats]:
    """Feature names, a matrix for each group, and the mean and scale taken out of them."""
    chosen = tuple(names or groups[0].columns)
    matrices = [
        np.stack([np.asarray(group.columns[name], dtype=np.float64) for name in chosen], 1)
        for group in groups
    ]
    everything = np.concatenate(matrices)
    mean = everything.mean(0)
    scale = everything.std(0) + _LEAST_SCALE
    return chosen, [(matrix - mean) / scale for matrix in matrices], mean, scale


def _minimised(loss: Callable[[torch.Tensor], torch.Tensor], count: int) -> Floats:
    values = torch.zeros(count, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([values], max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss(values)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return values.detach().numpy()


def _model(
    names: tuple[str, ...], mean: Floats, scale: Floats, weights: Floats, bias: float
) -> LinearModel:
    def rounded(values: Floats) -> tuple[float, ...]:
        return tuple(float(f"{value:.{_DIGITS}g}") for value in values.tolist())

    return LinearModel(
        names=names,
        mean=rounded(mean),
        scale=rounded(scale),
        weights=rounded(weights),
        bias=float(f"{bias:.{_DIGITS}g}"),
    )
