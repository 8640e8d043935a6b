"""Linear models over named features, kept as plain JSON."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, model_validator

Floats = npt.NDArray[np.float64]
# Features by name, each of shape (items,).
Columns = Mapping[str, Floats]


class LinearModel(BaseModel):
    """``sum(weight * (feature - mean) / scale) + bias`` over named features."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float = 0.0

    @model_validator(mode="after")
    def _one_of_each(self) -> "LinearModel":
        if not len(self.names) == len(self.mean) == len(self.scale) == len(self.weights):
            raise ValueError("names, mean, scale and weights differ in length")
        return self

    def predict(self, columns: Columns) -> Floats:
        """The value of each item; shape (items,).

        Raises:
            KeyError: a feature is missing.
        """
        matrix = np.stack([np.asarray(columns[name], dtype=np.float64) for name in self.names], 1)
        values: Floats = (matrix - self.mean) / self.scale @ np.array(self.weights) + self.bias
        return values

    def contributions(self, values: Mapping[str, float]) -> dict[str, float]:
        """What each feature of one item adds to its value."""
        terms = zip(self.names, self.mean, self.scale, self.weights, strict=True)
        return {name: (values[name] - mean) / scale * weight for name, mean, scale, weight in terms}


def softmax(values: Floats) -> Floats:
    """Values turned into chances that sum to one; shape (items,)."""
    if not len(values):
        return values
    powers = np.exp(values - values.max())
    chances: Floats = powers / powers.sum()
    return chances
