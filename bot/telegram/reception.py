"""Every update comes in here and goes to the one who knows what to do with it."""

from bot.answering.texts import say
from bot.records import Records
from bot.telegram import texts
from bot.telegram.commands import Commands
from bot.telegram.incoming import Incoming, Pressed, Said, Typed
from bot.telegram.inline import InlineAnswers
from bot.telegram.languages import language_for
from bot.telegram.presses import Presses
from bot.telegram.questions import QuestionDesk
from bot.telegram.replies import Reply, message
from bot.telegram.staff import Staff


class Reception:
    """Sends each kind of update to its handler."""

    def __init__(
        self,
        records: Records,
        desk: QuestionDesk,
        commands: Commands,
        presses: Presses,
        staff: Staff,
        inline: InlineAnswers,
    ) -> None:
        self._records = records
        self._desk = desk
        self._commands = commands
        self._presses = presses
        self._staff = staff
        self._inline = inline

    async def reply(self, incoming: Incoming) -> Reply:
        """What to do about an update."""
        match incoming:
            case Said():
                return await self._to_words(incoming)
            case Pressed():
                return await self._presses.reply(incoming)
            case Typed():
                return await self._inline.reply(incoming)

    async def _to_words(self, said: Said) -> Reply:
        for_staff = await self._staff.to_words(said)
        if for_staff is not None:
            return for_staff
        if said.command is not None:
            return await self._commands.reply(said)
        if not said.text:
            language = language_for(self._records, said.person)
            return message(said.place, say(texts.ONLY_TEXT, language))
        return await self._desk.reply(said.update_id, said.person, said.place, said.text)
