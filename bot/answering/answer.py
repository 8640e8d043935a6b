"""An answer is a record with a status, not a string."""

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.language import Language


class Status(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"
    OUT_OF_SCOPE = "out_of_scope"
    OUTDATED = "outdated"
    CLARIFY = "clarify"
    SMALL_TALK = "small_talk"
    PERSONAL_DATA = "personal_data"
    ERROR = "error"


class Citation(BaseModel):
    """Where words of an answer stand.

    Attributes:
        document: the document's path under the knowledge folder.
        passage: the id of the passage the quote stands in.
        title: the document's title.
        publisher: who published it; None where unknown.
        published: when; None where unknown.
        url: its official address; None where unknown.
        quote: the words, exactly as they stand in the document.
    """

    model_config = ConfigDict(frozen=True)

    document: str
    passage: str
    title: str
    publisher: str | None
    published: date | None
    url: str | None
    quote: str


class Answer(BaseModel):
    """The answer to one question.

    Attributes:
        id: the question's id, where it had one.
        question: the question as it was asked.
        understood_as: the question as it was understood, where that differs.
        language: the language of the reply.
        status: what became of the question.
        headline: the first line: the answer itself. Shown in bold.
        detail: further lines; may be empty.
        citations: where it stands, best first. Empty unless a document answers.
        suggestions: questions to go on with.
        confidence: probability that the evidence answers the question, 0 to 1.
        as_of: the newest date of the cited documents; None where none is known.
        elapsed_ms: how long it took.
        signals: what the confidence rests on, by name.
    """

    model_config = ConfigDict(frozen=True)

    id: str | int | None = None
    question: str
    understood_as: str | None = None
    language: Language
    status: Status
    headline: str
    detail: str = ""
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    confidence: float = 0.0
    as_of: date | None = None
    elapsed_ms: int = 0
    signals: dict[str, float] = {}

    @property
    def text(self) -> str:
        """The reply as plain text, without its citations."""
        return f"{self.headline}\n{self.detail}" if self.detail else self.headline

    @property
    def shown_citations(self) -> tuple[Citation, ...]:
        """The first citations: those whose words are part of the reply, at least one if any."""
        shown = tuple(citation for citation in self.citations if citation.quote in self.text)
        return shown or self.citations[:1]

    def contract(self, *, explain: bool = False) -> dict[str, Any]:
        """The fields that scripts rely on, ready for JSON.

        Args:
            explain: add the signals.
        """
        fields = self.model_dump(
            mode="json",
            include={
                "id", "question", "understood_as", "language", "status", "citations",
                "confidence", "as_of", "elapsed_ms",
            },
        )  # fmt: skip
        fields["answer"] = self.text
        return {**fields, "signals": self.signals} if explain else fields
