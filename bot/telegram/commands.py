"""What a person can say with a slash, and the texts that greet and explain."""

from collections.abc import Awaitable, Callable

from bot.answering.texts import say
from bot.assistant import Assistant
from bot.language import Language
from bot.records import Records
from bot.telegram import texts
from bot.telegram.answers import day_text, passage_message, source_line
from bot.telegram.holdings import Holdings
from bot.telegram.incoming import Person, Place, Said
from bot.telegram.keyboards import Action, Button, button, fits, keyboard
from bot.telegram.languages import in_language, language_for
from bot.telegram.questions import QuestionDesk
from bot.telegram.replies import Reply, message
from index.configuration import Topic

# Two labels of six Chinese characters stand side by side on a small phone.
_BUTTONS_IN_A_ROW = 2
# One screen.
_SOURCES_SHOWN = 12
# What a deep link (t.me/BOT?start=…) leads to.
TOPIC_LINK = "t_"
SOURCE_LINK = "s_"
LANGUAGE_NAMES = {
    Language.SIMPLIFIED: "简体中文",
    Language.TRADITIONAL: "繁體中文",
    Language.ENGLISH: "English",
}

Command = Callable[[Said, Language], Awaitable[Reply]]


class Commands:
    """The commands everybody may use."""

    def __init__(
        self,
        assistant: Assistant,
        holdings: Holdings,
        records: Records,
        desk: QuestionDesk,
        kept_days: int,
    ) -> None:
        self._assistant = assistant
        self._holdings = holdings
        self._records = records
        self._desk = desk
        self._kept_days = kept_days
        self._table: dict[str, Command] = {
            "start": self._start,
            "help": self._help,
            "topics": self._topics,
            "sources": self._sources,
            "language": self._language,
            "privacy": self._privacy,
            "forget": self._forget,
            "ask": self._ask,
        }

    async def reply(self, said: Said) -> Reply:
        """Carry out a command."""
        language = language_for(self._records, said.person)
        command = self._table.get(said.command or "", self._unknown)
        return await command(said, language)

    async def topic(self, update_id: int, person: Person, place: Place, topic_id: str) -> Reply:
        """Answer the first question of a topic; the further ones become buttons."""
        language = language_for(self._records, person)
        topic = self._topic(topic_id)
        if topic is None:
            return message(place, say(texts.TOPICS, language), self._topic_buttons(language))
        question = in_language(topic.question, language)
        return await self._desk.reply(
            update_id,
            person,
            place,
            question,
            language,
            suggestions=tuple(in_language(further, language) for further in topic.questions),
        )

    async def greeting(self, place: Place, language: Language) -> Reply:
        """The greeting with a button for each topic."""
        profile = self._assistant.configuration.profile
        hello = (
            in_language(profile.greeting, language)
            if profile
            else say(texts.WELCOME_UNNAMED, language)
        )
        catalogue = await self._holdings.catalogue()
        if catalogue is not None:
            as_of = say(texts.AS_OF, language, day=day_text(catalogue.newest, language))
            hello = f"{hello}\n\n{as_of}"
        return message(place, hello, self._topic_buttons(language))

    async def _start(self, said: Said, language: Language) -> Reply:
        payload = said.text
        if payload.startswith(TOPIC_LINK):
            topic_id = payload.removeprefix(TOPIC_LINK)
            return await self.topic(said.update_id, said.person, said.place, topic_id)
        if payload.startswith(SOURCE_LINK):
            passage_id = self._records.linked_passage(payload.removeprefix(SOURCE_LINK))
            passage = self._assistant.passage(passage_id) if passage_id else None
            if passage is not None:
                return passage_message(said.place, passage, language)
        return await self.greeting(said.place, language)

    async def _help(self, said: Said, language: Language) -> Reply:
        profile = self._assistant.configuration.profile
        topics = profile.topics if profile else ()
        about = in_language(profile.about, language) + "\n\n" if profile else ""
        example = in_language(topics[0].question, language) if topics else "…"
        return message(said.place, about + say(texts.HELP, language, example=example))

    async def _topics(self, said: Said, language: Language) -> Reply:
        return message(said.place, say(texts.TOPICS, language), self._topic_buttons(language))

    async def _sources(self, said: Said, language: Language) -> Reply:
        catalogue = await self._holdings.catalogue()
        if catalogue is None:
            return message(said.place, say(texts.NO_SNAPSHOT, language))
        day = day_text(catalogue.newest, language)
        head = say(texts.SOURCES, language, documents=len(catalogue.originals), day=day)
        lines = [
            f"• {metadata.title} — {source_line(metadata.publisher, metadata.published, language)}"
            for metadata in catalogue.originals[:_SOURCES_SHOWN]
        ]
        return message(said.place, "\n".join([head, *lines]), self._topic_buttons(language))

    async def _language(self, said: Said, language: Language) -> Reply:
        buttons = [button(name, Action.LANGUAGE, choice) for choice, name in LANGUAGE_NAMES.items()]
        return message(said.place, say(texts.CHOOSE_LANGUAGE, language), keyboard(buttons))

    async def _privacy(self, said: Said, language: Language) -> Reply:
        return message(said.place, say(texts.PRIVACY, language, days=self._kept_days))

    async def _forget(self, said: Said, language: Language) -> Reply:
        self._desk.forget(said.person, said.place)
        return message(said.place, say(texts.FORGOTTEN, language)) + Reply(
            effects=(lambda: self._records.forget(said.person.id),)
        )

    async def _ask(self, said: Said, language: Language) -> Reply:
        if not said.text:
            return await self._help(said, language)
        return await self._desk.reply(said.update_id, said.person, said.place, said.text)

    async def _unknown(self, said: Said, language: Language) -> Reply:
        # In a group, the command may be meant for another bot.
        if not said.is_private:
            return Reply()
        return message(said.place, say(texts.UNKNOWN_COMMAND, language))

    def _topic(self, topic_id: str) -> Topic | None:
        profile = self._assistant.configuration.profile
        topics = profile.topics if profile else ()
        return next((topic for topic in topics if topic.id == topic_id), None)

    def _topic_buttons(self, language: Language) -> dict[str, object] | None:
        profile = self._assistant.configuration.profile
        buttons: list[Button] = [
            button(in_language(topic.name, language), Action.TOPIC, topic.id)
            for topic in (profile.topics if profile else ())
            if fits(Action.TOPIC, topic.id)
        ]
        other = Language.SIMPLIFIED if language is Language.ENGLISH else Language.ENGLISH
        buttons.append(button(LANGUAGE_NAMES[other], Action.LANGUAGE, other))
        rows = [
            buttons[start : start + _BUTTONS_IN_A_ROW]
            for start in range(0, len(buttons), _BUTTONS_IN_A_ROW)
        ]
        return keyboard(*rows)
