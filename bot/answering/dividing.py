"""One message, several questions: 有空调吗？一个月多少钱？ asks two."""

import re

from index.text import fold

# More questions than this in one message are not read: nobody reads the answers either.
MAX_PARTS = 4

_QUESTION_END = re.compile(r"(?<=[？?；;])")
_CLAUSE_END = re.compile(r"(?<=[，,])")
_ASKS = re.compile(
    r"多少|几[个家名户项]|什么|哪|谁|吗|怎么|怎样|如何|何时|为什么|是否|有没有|能不能|可不可以|"
    r"\b(?:what|which|who|when|where|how|why)\b"
)


def divide(question: str) -> list[str]:
    """The questions in a message, at least one and at most `MAX_PARTS`.

    Sentences part at question marks; clauses at commas where both sides ask something.
    """
    found: list[str] = []
    for sentence in _QUESTION_END.split(question):
        asking = ""
        for clause in _CLAUSE_END.split(sentence):
            if _ASKS.search(fold(asking)) and _ASKS.search(fold(clause)):
                found.append(asking)
                asking = ""
            asking += clause
        found.append(asking)
    stripped = [part.strip(" ，,；;") for part in found]
    parts = [part for part in stripped if any(character.isalnum() for character in part)]
    return parts[:MAX_PARTS] or [question]
