"""``xinzhou doctor``: what is configured, and what works."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.composition import Workshop
from bot.settings import Settings
from index.configuration import read_configuration
from index.documents.loading import document_files
from index.errors import AssistantError


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at.

    Attributes:
        works: whether it can be used.
        text: what it is, or what to do about it.
    """

    works: bool
    text: str


def diagnose(settings: Settings) -> Iterator[Diagnosis]:
    """Look at the knowledge, the model, the snapshot and the token, one after another."""
    try:
        files = list(document_files(settings.knowledge_dir))
        topics = read_configuration(settings.knowledge_dir).profile
        profile = "with a profile" if topics else "without a profile"
        yield Diagnosis(
            works=True, text=f"knowledge: {settings.knowledge_dir}, {len(files)} files, {profile}"
        )
    except AssistantError as error:
        yield Diagnosis(works=False, text=f"knowledge: {error}")
    try:
        workshop = Workshop(settings)
        dimension = workshop.embeddings.dimension
        yield Diagnosis(
            works=True, text=f"model: {workshop.embeddings.model_id}, {dimension} dimensions"
        )
    except AssistantError as error:
        yield Diagnosis(works=False, text=f"model: {error}")
        return
    try:
        manifest = workshop.searcher().manifest
        yield Diagnosis(
            works=True,
            text=f"snapshot: {manifest.name}, {manifest.documents} documents, "
            f"{manifest.passages} passages",
        )
    except AssistantError as error:
        yield Diagnosis(works=False, text=f"snapshot: {error}")
    token = (
        "set" if settings.telegram_bot_token else "not set: “xinzhou run” opens the terminal chat"
    )
    yield Diagnosis(works=True, text=f"Telegram token: {token}")
