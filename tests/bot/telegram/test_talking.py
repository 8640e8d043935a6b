"""What people see, through the real service and the strict server."""

import pytest

from tests.bot.telegram.conftest import Talk, labels
from tests.bot.telegram.scripted_service import QUOTE, URL


def entities(message: dict, kind: str) -> list[str]:
    units = message["text"].encode("utf-16-le")
    return [
        units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in message.get("entities", [])
        if e["type"] == kind
    ]


def test_start_greets_from_the_profile_with_a_button_for_each_topic(talk: Talk) -> None:
    [greeting] = talk.say("/start")
    assert greeting["text"].startswith("Hello {x}!")
    assert labels(greeting) == ["Flanges", "简体中文"]


def test_help_explains(talk: Talk) -> None:
    [text] = talk.say("/help")
    assert "/forget" in text["text"]
    assert "What share of flanges?" in text["text"]


def test_an_unknown_command_says_so(talk: Talk) -> None:
    [text] = talk.say("/nonsense")
    assert "/help" in text["text"]


def test_a_question_is_answered_with_quote_source_and_buttons(talk: Talk) -> None:
    [answer] = talk.say("how many?")
    assert entities(answer, "bold") == ["On: how many?"]
    assert entities(answer, "blockquote") == [QUOTE]
    assert answer["text"].endswith("Test Daily · 27 Oct 2023")
    assert labels(answer) == ["📄 Source", "👍", "👎", "a next question"]
    assert talk.server.read(lambda state: state.chat_actions[talk.chat]) == ["typing"]


def test_markup_in_a_question_comes_back_as_text(talk: Talk) -> None:
    text = "<b>&amp; a < b > c & \"d\" 'e' _f_ *g* `h` [i](j) </blockquote>"
    [answer] = talk.say(text)
    assert entities(answer, "bold") == [f"On: {text}"]


def test_the_source_button_opens_the_passage_and_links_the_page(talk: Talk) -> None:
    [answer] = talk.say("source please")
    passage = talk.press_for_message(answer, "📄 Source")
    assert entities(passage, "bold") == ["Flanges <of> Dingxiang"]
    assert entities(passage, "blockquote") == [f"Before. {QUOTE} After & so on."]
    page, share = passage["reply_markup"]["inline_keyboard"][0]
    assert page["url"] == URL
    payload = share["url"].split("?start=")[1]
    [shared] = talk.say(f"/start {payload}")
    assert shared["text"] == passage["text"]


def test_a_suggestion_is_asked_by_its_button(talk: Talk) -> None:
    [answer] = talk.say("first")
    following = talk.press_for_message(answer, "a next question")
    assert following["text"].startswith("On: a next question")


def test_a_topic_button_asks_its_question_and_offers_the_others(talk: Talk) -> None:
    [greeting] = talk.say("/start")
    answer = talk.press_for_message(greeting, "Flanges")
    assert answer["text"].startswith("On: What share of flanges?")
    assert "How many enterprises?" in labels(answer)


def test_a_deep_link_leads_to_a_topic(talk: Talk) -> None:
    [answer] = talk.say("/start t_flanges")
    assert answer["text"].startswith("On: What share of flanges?")


def test_the_longest_question_is_answered_in_parts_that_lose_nothing(talk: Talk) -> None:
    text = "𠮷" * 4000
    sent = talk.server.people.user_says(talk.chat, text)
    talk.server.block_until(
        lambda: (
            "".join(m["text"] for m in talk.server.bot_messages_after(sent)).count("𠮷")
            == len(text)
        )
    )
    assert all(len(m["text"].encode("utf-16-le")) <= 2 * 4096 for m in talk.replies(sent))


def test_ratings_are_thanked_for_and_a_bad_one_asks_why(talk: Talk) -> None:
    [answer] = talk.say("rate me")
    talk.press(answer, "👍")
    assert talk.toast["text"]
    why = talk.press_for_message(answer, "👎")
    assert labels(why) == ["Wrong", "Out of date", "Not my question", "Incomplete"]
    talk.press(why, "Wrong")
    assert "staff" in talk.toast["text"]


def test_a_button_of_another_chat_opens_nothing(talk: Talk) -> None:
    [answer] = talk.say("mine")
    other = Talk(talk.server, talk.service, talk.chat + 100_000)
    [theirs] = other.say("theirs")
    data = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    talk.server.people.user_says(other.chat, "x")
    forged = {
        "id": "1",
        "from": {"id": other.chat, "is_bot": False, "first_name": "F", "language_code": "en"},
        "message": theirs,
        "chat_instance": "1",
        "data": data,
    }
    talk.server.updates.push("callback_query", forged)
    talk.server.block_until(lambda: talk.server.calls_to("answerCallbackQuery")[-1].error)
    call = talk.server.calls_to("answerCallbackQuery")[-1]
    assert "too old" in call.parameters["text"]
    talk.server.calls.remove(call)  # The server knows no press 1: the refusal was to be expected.


def test_a_chosen_language_stays(talk: Talk) -> None:
    [menu] = talk.say("/language")
    talk.press_for_message(menu, "繁體中文")
    [text] = talk.say("/privacy")
    assert "記錄" in text["text"]


def test_forget_deletes_what_the_buttons_need(talk: Talk) -> None:
    [answer] = talk.say("forget this")
    talk.say("/forget")
    talk.press(answer, "📄 Source")
    assert "too old" in talk.toast["text"]


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "location", "file"])
def test_what_is_no_text_gets_a_friendly_word(talk: Talk, kind: str) -> None:
    people = talk.server.people
    match kind:
        case "photo":
            sent = people.user_sends_photo(talk.chat)
        case "voice":
            sent = people.user_sends_voice(talk.chat)
        case "sticker":
            sent = people.user_sends_sticker(talk.chat)
        case "location":
            sent = people.user_sends_location(talk.chat)
        case _:
            sent = people.user_sends_file(talk.chat, "a.pdf", b"x")
    [reply] = talk.replies(sent)
    assert "only read text" in reply["text"]


def test_a_failing_handler_apologises_with_a_reference(talk: Talk) -> None:
    [reply] = talk.say("fail now")
    assert "number" in reply["text"]
    reference = reply["text"].split("number ")[1].rstrip(".")
    assert reference in talk.service.log
    assert "scripted" not in reply["text"]
