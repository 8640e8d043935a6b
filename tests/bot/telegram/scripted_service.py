"""The real service around an assistant that answers by rote: no model, no index.

What the service does with answers does not depend on where they come from, and a process without a
model starts in a second. Run as ``python -m tests.bot.telegram.scripted_service``.
"""

import sys
import time
from datetime import date
from pathlib import Path

from bot.answering.answer import Answer, Citation, Status
from bot.assistant import Assistant, Question, SourcePassage
from bot.language import Language
from bot.settings import read_settings
from bot.telegram.service import serve
from index.build import BuildReport, DocumentChanges, PassageChanges
from index.configuration import Configuration, Profile, Text, Topic
from index.errors import AssistantError
from index.snapshot import Manifest

DOCUMENT = "articles/flanges.md"
QUOTE = "定襄法兰产量占全国产量的44%。"
URL = "https://example.org/flanges"
PROFILE = Profile(
    name=Text(zh="测试", en="testing"),
    place=Text(zh="测试市", en="Test City"),
    greeting=Text(zh="您好 {x}！", en="Hello {x}!"),
    about=Text(zh="关于", en="About"),
    topics=(
        Topic(
            id="flanges",
            name=Text(zh="法兰", en="Flanges"),
            question=Text(zh="法兰占多少？", en="What share of flanges?"),
            questions=(Text(zh="有多少企业？", en="How many enterprises?"),),
        ),
    ),
)


class ScriptedAssistant(Assistant):
    """Answers by the first word of the question.

    ``slow`` takes 0.3 seconds, ``wait`` three seconds, ``hang`` a minute, ``fail`` raises,
    ``unknown`` is not found; everything else is answered with itself as the headline.
    """

    def __init__(self) -> None:
        """Needs nothing."""

    def answer(self, question: Question) -> Answer:
        word = question.text.split(" ")[0]
        if word == "wait":
            time.sleep(3)
        if word == "slow":
            time.sleep(0.3)
        if word == "hang":
            time.sleep(60)
        if word == "fail":
            raise RuntimeError("scripted")
        is_known = word != "unknown"
        return Answer(
            question=question.text,
            language=Language.ENGLISH,
            status=Status.ANSWERED if is_known else Status.NOT_FOUND,
            headline=f"On: {question.text}",
            citations=(_CITATION,) if is_known else (),
            suggestions=("a next question",),
        )

    @property
    def configuration(self) -> Configuration:
        return Configuration(profile=PROFILE)

    @property
    def manifest(self) -> Manifest:
        raise AssistantError("scripted: there is no snapshot")

    def passage(self, passage_id: str) -> SourcePassage | None:
        if passage_id != _CITATION.passage:
            return None
        return SourcePassage(
            title=_CITATION.title,
            publisher=_CITATION.publisher,
            published=_CITATION.published,
            url=_CITATION.url,
            breadcrumb=(_CITATION.title, "Chapter <1>"),
            text=f"Before. {QUOTE} After & so on.",
        )

    def forget(self, session: str) -> None:
        """Nothing is remembered."""


_CITATION = Citation(
    document=DOCUMENT,
    passage=f"{DOCUMENT}#0",
    title="Flanges <of> Dingxiang",
    publisher="Test Daily",
    published=date(2023, 10, 27),
    url=URL,
    quote=QUOTE,
)


class ScriptedBuilder:
    """Reports on the files of the knowledge folder by what they say, and builds nothing."""

    def __init__(self, knowledge: Path) -> None:
        self._knowledge = knowledge

    def build(self) -> BuildReport:
        files = [file for file in self._knowledge.rglob("*") if file.is_file()]
        said = "".join(file.read_text("utf-8") for file in files)
        return BuildReport(
            snapshot=f"{len(files):04d}-scripted",
            published="WRONG" not in said,
            documents=DocumentChanges(),
            passages=PassageChanges(),
            held_back="1 checks failed" if "WRONG" in said else None,
        )


def main() -> int:
    """Serve as the command does."""
    settings = read_settings()
    try:
        return serve(
            settings,
            ScriptedAssistant(),
            lambda: ScriptedBuilder(settings.knowledge_dir),  # type: ignore[arg-type, return-value]
        )
    except AssistantError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
