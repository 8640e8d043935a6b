"""What happens when somebody presses a button."""

from bot.answering.texts import say
from bot.assistant import Assistant, SourcePassage
from bot.language import Language
from bot.records import KeptAnswer, Records, Wish, short_name
from bot.telegram import texts
from bot.telegram.answers import further_sources_message, passage_message
from bot.telegram.client import Client
from bot.telegram.commands import SOURCE_LINK, Commands
from bot.telegram.incoming import Pressed
from bot.telegram.keyboards import Action, Order, button, keyboard, read_order
from bot.telegram.languages import language_for
from bot.telegram.profile import commands_for_chat
from bot.telegram.questions import QuestionDesk
from bot.telegram.replies import Reply, message, toast
from bot.telegram.staff import Staff
from index.configuration import Text

# Why an answer was no good, in the order of the buttons.
REASONS: dict[str, Text] = {
    "wrong": texts.REASON_WRONG,
    "outdated": texts.REASON_OUTDATED,
    "missed": texts.REASON_MISSED,
    "incomplete": texts.REASON_INCOMPLETE,
}


class Presses:
    """The buttons everybody may press."""

    def __init__(
        self,
        assistant: Assistant,
        records: Records,
        desk: QuestionDesk,
        commands: Commands,
        staff: Staff,
        client: Client,
    ) -> None:
        self._client = client
        self._assistant = assistant
        self._records = records
        self._desk = desk
        self._commands = commands
        self._staff = staff

    async def reply(self, pressed: Pressed) -> Reply:
        """Do what the button says."""
        language = language_for(self._records, pressed.person)
        order = read_order(pressed.data)
        if order is None:
            return _expired(pressed, language)
        match order.action:
            case Action.TOPIC if order.arguments:
                topic_id = ":".join(order.arguments)
                return toast(pressed.query) + await self._commands.topic(
                    pressed.update_id, pressed.person, pressed.place, topic_id
                )
            case Action.LANGUAGE:
                return await self._choose_language(pressed, order, language)
            case Action.STAFF:
                reply = await self._staff.to_press(pressed, order.arguments)
                return reply or _expired(pressed, language)
        number = order.number(0)
        kept = self._records.kept_answer(number, pressed.place.chat) if number is not None else None
        if kept is None:
            return _expired(pressed, language)
        return await self._about_answer(pressed, order, kept)

    async def _about_answer(self, pressed: Pressed, order: Order, kept: KeptAnswer) -> Reply:
        answer, place, language = kept.answer, pressed.place, kept.answer.language
        match order.action:
            case Action.ASK:
                index = order.number(1)
                if index is not None and index < len(answer.suggestions):
                    return toast(pressed.query) + await self._desk.reply(
                        pressed.update_id, pressed.person, place, answer.suggestions[index]
                    )
            case Action.SOURCE:
                index = order.number(1)
                if index is not None and index < len(answer.citations):
                    return toast(pressed.query) + self._source(pressed, kept, index)
            case Action.MORE:
                return toast(pressed.query) + further_sources_message(place, answer)
            case Action.GOOD:
                return toast(pressed.query, say(texts.THANKS_FOR_RATING, language)) + Reply(
                    effects=(lambda: self._records.rate(kept.id, 1),)
                )
            case Action.BAD:
                return self._ask_why(pressed, kept)
            case Action.REASON if len(order.arguments) > 1 and order.arguments[1] in REASONS:
                reason = order.arguments[1]
                return toast(pressed.query, say(texts.NOTED, language)) + Reply(
                    effects=(lambda: self._records.rate(kept.id, -1, reason),)
                )
            case Action.TELL_ME:
                wish = Wish(place.chat, place.thread, pressed.person.id)
                return toast(pressed.query, say(texts.WILL_TELL, language)) + Reply(
                    effects=(lambda: self._records.add_wish(kept.id, wish),)
                )
        return _expired(pressed, language)

    def _source(self, pressed: Pressed, kept: KeptAnswer, index: int) -> Reply:
        citation = kept.answer.citations[index]
        passage = self._assistant.passage(citation.passage)
        if passage is None:
            # A newer snapshot no longer has the passage; what was quoted is still known.
            passage = SourcePassage(
                title=citation.title,
                publisher=citation.publisher,
                published=citation.published,
                url=citation.url,
                breadcrumb=(),
                text=citation.quote,
            )
        share = self._client.deep_link(SOURCE_LINK + short_name(citation.passage))
        return passage_message(
            pressed.place, passage, kept.answer.language, citation.quote, share
        ) + Reply(effects=(lambda: self._records.keep_link(citation.passage),))

    def _ask_why(self, pressed: Pressed, kept: KeptAnswer) -> Reply:
        language = kept.answer.language
        buttons = [
            button(say(text, language), Action.REASON, kept.id, reason)
            for reason, text in REASONS.items()
        ]
        question = message(
            pressed.place, say(texts.WHY_NOT_GOOD, language), keyboard(buttons[:2], buttons[2:])
        )
        rating = Reply(effects=(lambda: self._records.rate(kept.id, -1),))
        return toast(pressed.query) + question + rating

    async def _choose_language(self, pressed: Pressed, order: Order, language: Language) -> Reply:
        if order.arguments not in {(choice,) for choice in Language}:
            return _expired(pressed, language)
        chosen = Language(order.arguments[0])
        reply = toast(pressed.query, say(texts.LANGUAGE_CHOSEN, chosen))
        greeting = await self._commands.greeting(pressed.place, chosen)
        effect = Reply(effects=(lambda: self._records.choose_language(pressed.person.id, chosen),))
        menu = Reply((commands_for_chat(pressed.place.chat, chosen),))
        return reply + greeting + (menu if pressed.is_private else Reply()) + effect


def _expired(pressed: Pressed, language: Language) -> Reply:
    return toast(pressed.query, say(texts.EXPIRED_BUTTON, language))
