"""An answer as a message, and a passage as a message."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from bot.answering.answer import Answer, Citation, Status
from bot.answering.texts import say
from bot.assistant import SourcePassage
from bot.language import Language
from bot.telegram import texts
from bot.telegram.incoming import Place
from bot.telegram.keyboards import Action, Button, Keyboard, button, keyboard, link
from bot.telegram.rendering import Run, Style, units
from bot.telegram.replies import Reply, message
from index.text import has_han

# One screen of a phone holds about this much; what is more lies behind a button.
_SCREEN_UNITS = 900
# A longer quote is folded up: two lines are shown, a touch opens it.
_FOLDED_UNITS = 240
_MOST_SOURCE_BUTTONS = 4
_MOST_SUGGESTIONS = 3
_ASSESSABLE = frozenset({Status.ANSWERED, Status.PARTIAL, Status.OUTDATED, Status.NOT_FOUND})
_WISHABLE = frozenset({Status.NOT_FOUND, Status.PARTIAL})


def answer_message(place: Place, answer: Answer, number: int) -> Reply:
    """An answer with its quotes, sources and buttons.

    Args:
        place: where it goes.
        answer: the answer.
        number: under which the answer is kept, for the buttons.
    """
    shown = _on_first_screen(answer)
    return message(place, _runs(answer, shown), _keyboard(answer, number, shown))


def further_sources_message(place: Place, answer: Answer) -> Reply:
    """The quotes that did not fit on the first screen."""
    rest = answer.citations[len(_on_first_screen(answer)) :]
    return message(place, list(_quotes(rest, answer.language)))


def passage_message(
    place: Place,
    passage: SourcePassage,
    language: Language,
    quote: str | None = None,
    share: str | None = None,
) -> Reply:
    """The passage that a quote stands in, with the ways to the official page and back to here."""
    runs = [
        Run(passage.title, Style.BOLD),
        *([Run("\n" + " › ".join(passage.breadcrumb[1:]))] if passage.breadcrumb[1:] else []),
        Run("\n"),
        Run(passage.text, Style.QUOTE),
        Run("\n" + source_line(passage.publisher, passage.published, language)),
    ]
    if quote is not None and quote not in passage.text:
        # The snapshot is a newer one and the passage was cut differently.
        runs[-2] = Run(quote, Style.QUOTE)
    buttons = [link(say(texts.OFFICIAL_PAGE, language), passage.url)] if passage.url else []
    if share is not None:
        buttons.append(link(say(texts.SHARE, language), share))
    return message(place, runs, keyboard(buttons))


def source_line(publisher: str | None, published: date | None, language: Language) -> str:
    """Who published something, and when."""
    day = day_text(published, language)
    if not publisher:
        return day
    line = say(texts.SOURCE_LINE, language, publisher=publisher, day=day)
    return line + (say(texts.IN_CHINESE, language) if has_han(publisher) else "")


def day_text(day: date | None, language: Language) -> str:
    """A date as people write it in a language."""
    if day is None:
        return say(texts.UNKNOWN_DAY, language)
    return f"{day.day} {day:%b %Y}" if language is Language.ENGLISH else day.isoformat()


def _on_first_screen(answer: Answer) -> tuple[Citation, ...]:
    """The citations that are shown at once: the best always, others told while there is room."""
    room = _SCREEN_UNITS - units(answer.text)
    shown = 0
    for citation in answer.shown_citations:
        room -= min(units(citation.quote), _FOLDED_UNITS)
        if shown and room < 0:
            break
        shown += 1
    return answer.citations[:shown]


def _runs(answer: Answer, shown: tuple[Citation, ...]) -> list[Run]:
    runs = []
    if answer.understood_as:
        understood = say(texts.UNDERSTOOD_AS, answer.language, question=answer.understood_as)
        runs += [Run(understood, Style.ITALIC), Run("\n")]
    runs.append(Run(answer.headline, Style.BOLD))
    if answer.detail:
        runs.append(Run("\n" + answer.detail))
    if shown:
        runs.append(Run("\n\n"))
    return [*runs, *_quotes(shown, answer.language)]


def _quotes(citations: Iterable[Citation], language: Language) -> Iterator[Run]:
    """Quotes in blocks, one source line for those in a row that share a document."""
    for first, (_, group) in enumerate(groupby(citations, key=lambda citation: citation.document)):
        if first:
            yield Run("\n")
        citation = None
        for citation in group:
            folded = units(citation.quote) > _FOLDED_UNITS
            yield Run(citation.quote, Style.LONG_QUOTE if folded else Style.QUOTE)
            yield Run("\n")
        if citation is not None:
            yield Run(source_line(citation.publisher, citation.published, language))


def _keyboard(answer: Answer, number: int, shown: tuple[Citation, ...]) -> Keyboard | None:
    language = answer.language
    sources = source_buttons(answer, number)
    if len(shown) < len(answer.citations):
        sources.append(button(say(texts.MORE, language), Action.MORE, number))
    thumbs = []
    if answer.status in _ASSESSABLE:
        thumbs = [button("👍", Action.GOOD, number), button("👎", Action.BAD, number)]
    wish = []
    if answer.status in _WISHABLE:
        wish = [button(say(texts.TELL_ME, language), Action.TELL_ME, number)]
    first = [sources + thumbs] if len(sources) <= 1 else [sources, thumbs]
    suggestions = [
        [button(suggestion, Action.ASK, number, index)]
        for index, suggestion in enumerate(answer.suggestions[:_MOST_SUGGESTIONS])
    ]
    return keyboard(*first, *suggestions, wish)


def source_buttons(answer: Answer, number: int) -> list[Button]:
    """One button for each passage cited, the best first."""
    firsts: dict[str, int] = {}
    for index, citation in enumerate(answer.citations):
        firsts.setdefault(citation.passage, index)
    indices = list(firsts.values())[:_MOST_SOURCE_BUTTONS]
    if len(indices) == 1:
        return [button(say(texts.SEE_SOURCE, answer.language), Action.SOURCE, number, indices[0])]
    return [
        button(
            say(texts.SEE_SOURCE_NUMBER, answer.language, number=place),
            Action.SOURCE,
            number,
            index,
        )
        for place, index in enumerate(indices, start=1)
    ]
