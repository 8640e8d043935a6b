"""The language of buttons and fixed texts for one person."""

from bot.language import Language
from bot.records import Records
from bot.telegram.incoming import Person
from index.configuration import Text
from index.text import to_traditional


def language_for(records: Records, person: Person) -> Language:
    """The language a person chose, else that of the person's app, else simplified Chinese."""
    return records.language_of(person.id) or person.language or Language.SIMPLIFIED


def in_language(text: Text, language: Language) -> str:
    """A text of the knowledge folder. It is no template: braces in it mean themselves."""
    match language:
        case Language.ENGLISH:
            return text.en
        case Language.TRADITIONAL:
            return to_traditional(text.zh)
        case Language.SIMPLIFIED:
            return text.zh
