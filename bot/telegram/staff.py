"""What staff can do in a private chat. Who is staff, the settings say, by user id."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from telegram.constants import FileSizeLimit

from bot.answering.answer import Status
from bot.answering.texts import say
from bot.gaps import STAFF_FOLDER, Gap, find_gap, find_gaps, staff_document
from bot.language import Language
from bot.records import Records, Wish, now
from bot.reporting import build_lines
from bot.telegram import texts
from bot.telegram.answers import day_text, source_line
from bot.telegram.client import Client
from bot.telegram.holdings import Holdings
from bot.telegram.incoming import Attachment, Place, Pressed, Said
from bot.telegram.keyboards import Action, Keyboard, button, keyboard
from bot.telegram.languages import language_for
from bot.telegram.library import Library, NewDocument, upload_path
from bot.telegram.metrics import Metrics
from bot.telegram.rendering import Run, Style
from bot.telegram.replies import Effect, Reply, message, toast
from index.build import BuildReport
from index.errors import AssistantError

# Dates are those of the documents' country, wherever the server stands.
CHINA = timezone(timedelta(hours=8))
SOON = timedelta(days=30)
# One screen; the rest comes when these are settled.
_GAPS_SHOWN = 5
_SHOWN_TEXT = 1500
_ANSWER, _FILE = "answer", "file"

Command = Callable[[Said, Language], Awaitable[Reply]]


class Staff:
    """The commands, buttons and files of staff."""

    def __init__(
        self,
        ids: frozenset[int],
        records: Records,
        library: Library,
        holdings: Holdings,
        client: Client,
        metrics: Metrics,
        uploads: Path,
    ) -> None:
        self._ids = ids
        self._records = records
        self._library = library
        self._holdings = holdings
        self._client = client
        self._metrics = metrics
        self._uploads = uploads
        self._commands: dict[str, Command] = {
            "status": self._status,
            "gaps": self._gaps,
            "reindex": self._reindex,
            "rollback": self._rollback,
            "off": self._off,
            "on": self._on,
            "cancel": self._cancel,
        }

    async def to_words(self, said: Said) -> Reply | None:
        """The reply to a message that is staff's business; None where it is not."""
        if said.person.id not in self._ids or not said.is_private:
            return None
        language = language_for(self._records, said.person)
        if said.command is not None:
            command = self._commands.get(said.command)
            return await command(said, language) if command else None
        if said.attachment is not None:
            return await self._file(said, said.attachment, language)
        draft = self._records.draft(said.person.id)
        if draft is None or not said.text:
            return None
        kind, value = draft
        if kind == _ANSWER and "text" not in value:
            return self._answer_ready(said, value, language)
        if kind == _FILE and value.get("published") is None:
            return await self._dated(said, value, language)
        return None

    async def to_press(self, pressed: Pressed, order: tuple[str, ...]) -> Reply | None:
        """The reply to a press of one of staff's buttons; None where it is not theirs to press."""
        if pressed.person.id not in self._ids or not pressed.is_private or not order:
            return None
        language = language_for(self._records, pressed.person)
        reply = await self._pressed(pressed, order, language)
        return toast(pressed.query) + reply if reply is not None else None

    async def _pressed(
        self, pressed: Pressed, order: tuple[str, ...], language: Language
    ) -> Reply | None:
        place = Place(pressed.place.chat)
        staff = pressed.person.id
        match order:
            case ("gaps",):
                return self._gap_list(place, language)
            case ("expiring",):
                return await self._expiring(place, language)
            case ("rollback",):
                return await self._roll_back(place, staff, language)
            case ("write", number) if number.isdecimal():
                return self._write(place, staff, int(number), language)
            case ("dismiss", number) if number.isdecimal():
                return self._dismiss(place, staff, int(number), language)
            case ("today",):
                return await self._date_chosen(place, staff, today(), language)
            case ("text",):
                return await self._show_text(place, staff, language)
            case ("publish",):
                return await self._publish(place, staff, language)
            case ("discard",):
                return self._discard(place, staff, language)
        return None

    # --- how things are ----------------------------------------------------------------------

    async def _status(self, said: Said, language: Language) -> Reply:
        catalogue = await self._holdings.catalogue()
        if catalogue is None:
            return message(said.place, say(texts.NO_SNAPSHOT, language))
        midnight = datetime.combine(today(), time(), CHINA).astimezone(UTC)
        counts = self._records.counts_since(midnight)
        manifest = catalogue.manifest
        switch = texts.SWITCHED_ON if self._records.notice() is None else texts.SWITCHED_OFF
        text = say(
            texts.STATUS,
            language,
            name=manifest.name,
            created=manifest.created.astimezone(CHINA).strftime("%m-%d %H:%M"),
            documents=manifest.documents,
            passages=manifest.passages,
            newest=day_text(catalogue.newest, language),
            expiring=len(catalogue.expiring(today(), SOON)),
            asked=sum(counts.values()),
            answered=counts.get(Status.ANSWERED, 0),
            partial=counts.get(Status.PARTIAL, 0),
            unanswered=counts.get(Status.NOT_FOUND, 0),
            failed=counts.get(Status.ERROR, 0),
            rated_down=self._records.rated_down_since(midnight),
            queue=round(self._metrics.gauge("assistant_queue")),
            set_aside=round(self._metrics.gauge("assistant_updates_set_aside")),
            switch=say(switch, language),
        )
        gaps = len(find_gaps(self._records))
        buttons = keyboard(
            [button(say(texts.GAPS_BUTTON, language, count=gaps), Action.STAFF, "gaps")],
            [button(say(texts.EXPIRING_BUTTON, language), Action.STAFF, "expiring")],
            [button(say(texts.ROLLBACK_BUTTON, language), Action.STAFF, "rollback")],
        )
        return message(said.place, text, buttons)

    async def _expiring(self, place: Place, language: Language) -> Reply:
        catalogue = await self._holdings.catalogue()
        soon = catalogue.expiring(today(), SOON) if catalogue else {}
        if not soon:
            return message(place, say(texts.NOTHING_EXPIRES, language))
        lines = [f"{day.isoformat()}  {path}" for path, day in soon.items()]
        return message(place, "\n".join([say(texts.EXPIRING, language), *lines]))

    # --- gaps --------------------------------------------------------------------------------

    async def _gaps(self, said: Said, language: Language) -> Reply:
        return self._gap_list(said.place, language)

    def _gap_list(self, place: Place, language: Language) -> Reply:
        gaps = find_gaps(self._records)
        if not gaps:
            return message(place, say(texts.NO_GAPS, language))
        shown = list(enumerate(gaps[:_GAPS_SHOWN], start=1))
        lines = [
            say(texts.GAP_LINE, language, place=n, question=gap.question, asked=len(gap.questions))
            for n, gap in shown
        ]
        rows = [
            [
                button(say(texts.WRITE_ANSWER, language, place=n), Action.STAFF, "write", gap.id),
                button(say(texts.DISMISS, language, place=n), Action.STAFF, "dismiss", gap.id),
            ]
            for n, gap in shown
        ]
        head = say(texts.GAPS, language, count=len(gaps))
        return message(place, "\n".join([head, *lines]), keyboard(*rows))

    def _write(self, place: Place, staff: int, number: int, language: Language) -> Reply:
        gap = find_gap(self._records, number)
        if gap is None:
            return message(place, say(texts.NO_GAPS, language))
        value = {"gap": gap.id, "question": gap.question}
        prompt = message(place, say(texts.SEND_ANSWER, language, question=gap.question))
        return prompt + Reply(effects=(lambda: self._records.set_draft(staff, _ANSWER, value),))

    def _dismiss(self, place: Place, staff: int, number: int, language: Language) -> Reply:
        gap = find_gap(self._records, number)
        effects: tuple[Effect, ...] = ()
        if gap is not None:
            effects = (
                lambda: self._records.close_questions(gap.answers),
                lambda: self._records.audit(staff, "dismiss", gap.question),
            )
        return message(place, say(texts.DISMISSED, language)) + Reply(effects=effects)

    def _answer_ready(self, said: Said, value: dict[str, Any], language: Language) -> Reply:
        ready = value | {"text": said.text}
        runs = [
            Run(say(texts.ANSWER_READY, language, day=today().isoformat())),
            Run("\n\n"),
            Run(value["question"], Style.BOLD),
            Run("\n"),
            Run(said.text, Style.QUOTE),
        ]
        return message(said.place, runs, _decision(language)) + Reply(
            effects=(lambda: self._records.set_draft(said.person.id, _ANSWER, ready),)
        )

    # --- files -------------------------------------------------------------------------------

    async def _file(self, said: Said, attachment: Attachment, language: Language) -> Reply:
        limit = int(FileSizeLimit.FILESIZE_DOWNLOAD)
        if attachment.size is not None and attachment.size > limit:
            text = say(texts.FILE_TOO_LARGE, language, limit=limit // 1_000_000)
            return message(said.place, text)
        content = await self._client.download(attachment.id)
        kept = self._uploads / str(said.person.id)
        await asyncio.to_thread(_keep, kept, content)
        value = {"path": upload_path(attachment.name), "kept": str(kept), "published": None}
        return await self._file_read(said.place, said.person.id, value, language)

    async def _file_read(
        self, place: Place, staff: int, value: dict[str, Any], language: Language
    ) -> Reply:
        try:
            document = await asyncio.to_thread(self._library.preview, _new_document(value))
        except AssistantError as error:
            return message(place, say(texts.NOT_DONE, language, reason=error))
        metadata = document.metadata
        text = say(
            texts.FILE_READ,
            language,
            title=metadata.title,
            number=metadata.document_number or say(texts.NOT_STATED, language),
            blocks=len(document.blocks),
            day=day_text(metadata.published, language),
        )
        rows = [[button(say(texts.SHOW_TEXT, language), Action.STAFF, "text")]]
        if metadata.published is None:
            text = f"{text}\n\n{say(texts.DATE_MISSING, language)}"
            rows.insert(0, [button(say(texts.TODAY, language), Action.STAFF, "today")])
        else:
            value = value | {"published": metadata.published.isoformat()}
        decision = _decision(language)
        buttons = keyboard(*rows, *(decision["inline_keyboard"] if decision else []))
        return message(place, text, buttons) + Reply(
            effects=(lambda: self._records.set_draft(staff, _FILE, value),)
        )

    async def _dated(self, said: Said, value: dict[str, Any], language: Language) -> Reply:
        try:
            day = date.fromisoformat(said.text.strip())
        except ValueError:
            return message(said.place, say(texts.DATE_MISSING, language))
        dated = value | {"published": day.isoformat(), "is_dated_by_staff": True}
        return await self._file_read(said.place, said.person.id, dated, language)

    async def _date_chosen(
        self, place: Place, staff: int, day: date, language: Language
    ) -> Reply | None:
        draft = self._records.draft(staff)
        if draft is None or draft[0] != _FILE:
            return None
        value = draft[1] | {"published": day.isoformat(), "is_dated_by_staff": True}
        return await self._file_read(place, staff, value, language)

    async def _show_text(self, place: Place, staff: int, language: Language) -> Reply | None:
        draft = self._records.draft(staff)
        if draft is None or draft[0] != _FILE:
            return None
        try:
            document = await asyncio.to_thread(self._library.preview, _new_document(draft[1]))
        except AssistantError as error:
            return message(place, say(texts.NOT_DONE, language, reason=error))
        text = document.text
        shown = text if len(text) <= _SHOWN_TEXT else text[:_SHOWN_TEXT] + "…"
        return message(place, [Run(shown, Style.LONG_QUOTE)])

    # --- publishing --------------------------------------------------------------------------

    async def _publish(self, place: Place, staff: int, language: Language) -> Reply | None:
        draft = self._records.draft(staff)
        if draft is None:
            return message(place, say(texts.NOTHING_PENDING, language))
        kind, value = draft
        if kind == _ANSWER and "text" not in value:
            return None
        gap = find_gap(self._records, value["gap"]) if kind == _ANSWER else None
        try:
            new = await asyncio.to_thread(
                _answer_document if kind == _ANSWER else _new_document, value
            )
            report = await asyncio.to_thread(self._library.publish, new)
        except AssistantError as error:
            return message(place, say(texts.NOT_DONE, language, reason=error))
        reply = message(place, report_text(report, language))
        if report.held_back:
            return reply
        told = self._tell_askers(gap, value["text"]) if gap else Reply()
        if told.outgoing:
            reply += message(place, say(texts.TOLD, language, count=len(told.outgoing)))
        done = Reply(
            effects=(
                lambda: self._records.drop_draft(staff),
                lambda: self._records.audit(staff, "publish", new.path),
            )
        )
        return reply + told + done

    def _tell_askers(self, gap: Gap, text: str) -> Reply:
        reply = Reply(effects=(lambda: self._records.close_questions(gap.answers),))
        asked = {question.id: question for question in gap.questions}
        told: set[int] = set()
        for number, question in asked.items():
            for wish in self._records.wishes([number]):
                if wish.person not in told:
                    told.add(wish.person)
                    reply += _news(wish, question.question, text, question.language)
        return reply

    def _discard(self, place: Place, staff: int, language: Language) -> Reply:
        return message(place, say(texts.DISCARDED, language)) + Reply(
            effects=(lambda: self._records.drop_draft(staff),)
        )

    async def _cancel(self, said: Said, language: Language) -> Reply:
        if self._records.draft(said.person.id) is None:
            return message(said.place, say(texts.NOTHING_PENDING, language))
        return self._discard(said.place, said.person.id, language)

    async def _reindex(self, said: Said, language: Language) -> Reply:
        staff = said.person.id
        try:
            report = await asyncio.to_thread(self._library.reindex)
        except AssistantError as error:
            return message(said.place, say(texts.NOT_DONE, language, reason=error))
        return message(said.place, report_text(report, language)) + Reply(
            effects=(lambda: self._records.audit(staff, "reindex", report.snapshot or ""),)
        )

    async def _rollback(self, said: Said, language: Language) -> Reply:
        return await self._roll_back(said.place, said.person.id, language)

    async def _roll_back(self, place: Place, staff: int, language: Language) -> Reply:
        try:
            manifest = await asyncio.to_thread(self._library.rollback)
        except AssistantError as error:
            return message(place, say(texts.NOT_DONE, language, reason=error))
        return message(place, say(texts.ROLLED_BACK, language, name=manifest.name)) + Reply(
            effects=(lambda: self._records.audit(staff, "rollback", manifest.name),)
        )

    # --- the switch --------------------------------------------------------------------------

    async def _off(self, said: Said, language: Language) -> Reply:
        notice = said.text or say(texts.OFF_NOTICE, language)
        staff = said.person.id
        return message(said.place, say(texts.OFF_DONE, language, notice=notice)) + Reply(
            effects=(
                lambda: self._records.switch_off(notice),
                lambda: self._records.audit(staff, "off", notice),
            )
        )

    async def _on(self, said: Said, language: Language) -> Reply:
        staff = said.person.id
        return message(said.place, say(texts.ON_DONE, language)) + Reply(
            effects=(self._records.switch_on, lambda: self._records.audit(staff, "on"))
        )


def today() -> date:
    """The day in the documents' country."""
    return now().astimezone(CHINA).date()


def report_text(report: BuildReport, language: Language) -> str:
    """What an indexing run did, with the same lines as the command prints."""
    if report.held_back:
        head = say(texts.HELD_BACK, language, reason=report.held_back)
    else:
        outcome = texts.PUBLISHED if report.published else texts.UNCHANGED
        head = say(outcome, language, name=report.snapshot)
    return "\n".join([head, *build_lines(report, dry_run=False)])


def _decision(language: Language) -> Keyboard | None:
    return keyboard(
        [
            button(say(texts.PUBLISH, language), Action.STAFF, "publish"),
            button(say(texts.DISCARD, language), Action.STAFF, "discard"),
        ]
    )


def _news(wish: Wish, question: str, text: str, language: Language) -> Reply:
    publisher = say(texts.STAFF_PUBLISHER, language)
    runs = [
        Run(say(texts.NOW_ANSWERED, language, question=question), Style.BOLD),
        Run("\n"),
        Run(text, Style.QUOTE),
        Run("\n" + source_line(publisher, today(), language)),
    ]
    return message(Place(wish.chat, wish.thread), runs)


def _answer_document(value: dict[str, Any]) -> NewDocument:
    # Named by its content: publishing it twice makes one document.
    day = today()
    digest = hashlib.sha256(f"{value['gap']}\0{value['text']}".encode()).hexdigest()[:12]
    publisher = say(texts.STAFF_PUBLISHER, Language.SIMPLIFIED)
    content = staff_document(value["question"], value["text"], publisher, day)
    return NewDocument(f"{STAFF_FOLDER}/{day.isoformat()}_{digest}.md", content.encode())


def _new_document(value: dict[str, Any]) -> NewDocument:
    published = date.fromisoformat(value["published"]) if value.get("is_dated_by_staff") else None
    return NewDocument(value["path"], Path(value["kept"]).read_bytes(), published)


def _keep(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
