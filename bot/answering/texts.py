"""Every fixed text of an answer, in simplified Chinese and English.

Traditional Chinese is derived, so that the two scripts never say different things. What is said
about one city (greeting, topics, contacts) comes from the knowledge folder instead.
"""

from bot.language import Language
from index.configuration import Text
from index.text import to_traditional


def say(text: Text, language: Language, **values: object) -> str:
    """A text in a language, with `values` filled in as they are.

    Values are never converted: a quotation keeps its script.
    """
    template = text.en if language is Language.ENGLISH else text.zh
    if language is Language.TRADITIONAL:
        template = to_traditional(template)
    # Texts of the knowledge folder have no values, and their braces mean nothing.
    return template.format(**values) if values else template


CONFIRMED = Text(zh="是的，{figure}。", en="Yes: {figure}.")
CORRECTED = Text(zh="不是，是{figure}。", en="No, it is {figure}.")
OTHER_SOURCE = Text(
    zh="另有说法：{figure}（{source}：{quote}）",
    en="Another source: {figure} ({source}: {quote})",
)
NOT_FOUND = Text(
    zh="现有文件里没有“{asked}”的答案。",
    en="The documents do not say: “{asked}”.",
)
NOT_IN_PART = Text(
    zh="“{asked}”：现有文件里没有。",
    en="“{asked}”: the documents do not say.",
)
NEAREST = Text(zh="相近的内容：{titles}", en="The nearest documents: {titles}")
ASK_CONTACT = Text(zh="可以咨询：{contact}", en="You can ask: {contact}")
OTHER_PLACE = Text(
    zh="我只有{home}的资料，{place}的情况请问当地。",
    en="I only have documents on {home}; for {place}, please ask there.",
)
OTHER_SUBJECT = Text(
    zh="我只回答{name}的问题，这个问题不在我的资料范围内。",
    en="I only answer questions about {name}; this is outside my documents.",
)
OTHER_SUBJECT_UNNAMED = Text(
    zh="这个问题不在我的资料范围内。",
    en="This is outside my documents.",
)
OUTDATED = Text(
    zh="以下内容已经失效或已被取代（{dates}），仅供了解：",
    en="The following is no longer in force ({dates}); for information only:",
)
EXPIRED_ON = Text(zh="有效期至{day}", en="valid until {day}")
SUPERSEDED = Text(zh="已有新文件取代", en="superseded by a newer document")
ONLY_CHINESE = Text(
    zh="以下是中文原文：",
    en="The documents say this in Chinese only:",
)
EMPTY_QUESTION = Text(
    zh="请用一句话写出您想了解的问题。",
    en="Please write your question in one sentence.",
)
QUESTION_TOO_LONG = Text(
    zh="问题太长了（上限 {limit} 字）。请只写最想知道的那一句。",
    en="That is too long (at most {limit} characters). Please send just your main question.",
)
WHICH_ONE = Text(
    zh="您问的是哪一个？请把名称写出来，或从下面选一个。",
    en="Which one do you mean? Please name it, or choose below.",
)
HELLO = Text(zh="您好！请直接提问。", en="Hello! Just ask your question.")
THANKS = Text(zh="不客气，随时可以再问。", en="You are welcome. Ask again any time.")
GOODBYE = Text(zh="再见，随时欢迎再来。", en="Goodbye, come back any time.")
ABOUT = Text(
    zh="我根据收录的文件回答问题，每个回答都附出处和日期；文件里没有的，我会直接说没有。",
    en="I answer from the documents on file, with source and date. What they do not say, I say so.",
)
PERSONAL_DATA = Text(
    zh="您的问题里像是有身份证号、银行卡号或手机号。为了您的安全，这条消息没有处理。"
    "请去掉这些号码再问一次。",
    en="Your question seems to hold an identity card, bank card or mobile number. To protect you "
    "it was not processed. Please leave the number out and ask again.",
)
ERROR = Text(
    zh="抱歉，这次没能查成（编号 {reference}）。请过一会儿再问；"
    "如果还是不行，请把编号告诉工作人员。",
    en="Sorry, the search failed this time (reference {reference}). Please ask again in a moment; "
    "if it fails again, give the reference to the staff.",
)
UNDERSTOOD_AS = Text(zh="理解为：{question}", en="Understood as: {question}")
SOURCE_UNDATED = Text(zh="日期不详", en="undated")
SOURCE_UNNAMED = Text(zh="发布方不详", en="publisher unknown")
