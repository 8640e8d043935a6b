"""The fitted models of evidence, as they ship: plain JSON, with where they come from."""

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from index.linear import LinearModel


class EvidenceModel(BaseModel):
    """Fitted by ``benchmarks/fit_evidence.py``.

    Attributes:
        provenance: what it was fitted on, and when.
        units: how much a unit looks like the answer.
        inside: the chance that the whole answer stands in a span.
        overlap: how much of a span is answer.
        confidence: the log odds that the evidence answers the question.
        confidence_across: the same for a question in another language than the documents', which
            share no words with it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    provenance: str
    units: LinearModel
    inside: LinearModel
    overlap: LinearModel
    confidence: LinearModel
    confidence_across: LinearModel


@cache
def evidence_model() -> EvidenceModel:
    """The models that ship with the program."""
    content = (files("index") / "data" / "evidence_model.json").read_bytes()
    return EvidenceModel.model_validate_json(content)
