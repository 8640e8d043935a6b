"""Every fixed text of the chat surface, in simplified Chinese and English.

Traditional Chinese is derived. What is said about one city comes from the knowledge folder.
"""

from index.configuration import Text

WELCOME_UNNAMED = Text(
    zh="您好！我只依据收录的文件回答问题，并给出出处。",
    en="Hello! I answer only from documents on file, and show the source.",
)
AS_OF = Text(
    zh="资料更新到 {day}。回答仅供参考，以正式文件为准。",
    en="Documents up to {day}. For reference only; the official documents prevail.",
)
HELP = Text(
    zh=(
        "直接用一句话提问即可，例如：“{example}”可以接着追问，我会记得上文。\n\n"
        "/topics 常见问题\n/sources 收录了哪些文件\n/language 选择语言\n"
        "/privacy 记录了什么、保留多久\n/forget 删除我的记录\n\n"
        "在群里请 @我 或回复我的消息。"
    ),
    en=(
        "Just ask in one sentence, for example: “{example}” You can ask follow-up questions.\n\n"
        "/topics common questions\n/sources the documents on file\n/language choose a language\n"
        "/privacy what is kept, and for how long\n/forget delete my records\n\n"
        "In groups, mention me or reply to a message of mine."
    ),
)
TOPICS = Text(zh="想了解哪方面？", en="What would you like to know about?")
UNDERSTOOD_AS = Text(zh="理解为：{question}", en="Understood as: {question}")
SOURCE_LINE = Text(zh="{publisher} · {day}", en="{publisher} · {day}")
UNKNOWN_DAY = Text(zh="日期不详", en="date unknown")
IN_CHINESE = Text(zh="", en=" (in Chinese)")
SEE_SOURCE = Text(zh="📄 看原文", en="📄 Source")
SEE_SOURCE_NUMBER = Text(zh="📄 原文{number}", en="📄 Source {number}")
MORE = Text(zh="更多出处", en="More sources")
OFFICIAL_PAGE = Text(zh="🔗 原网页", en="🔗 Web page")
SHARE = Text(zh="↗ 转给别人", en="↗ Link to share")
TELL_ME = Text(zh="🔔 有了答案告诉我", en="🔔 Tell me when there is an answer")
WILL_TELL = Text(zh="好的，有了答案就告诉您。", en="I will tell you when there is an answer.")
NOW_ANSWERED = Text(
    zh="您问过“{question}”，现在有答案了：",
    en="You asked “{question}”. There is an answer now:",
)
THANKS_FOR_RATING = Text(zh="谢谢！", en="Thank you!")
WHY_NOT_GOOD = Text(zh="哪里不好？", en="What was wrong?")
REASON_WRONG = Text(zh="内容不对", en="Wrong")
REASON_OUTDATED = Text(zh="过时了", en="Out of date")
REASON_MISSED = Text(zh="答非所问", en="Not my question")
REASON_INCOMPLETE = Text(zh="不完整", en="Incomplete")
NOTED = Text(zh="记下了，工作人员会看到。", en="Noted; our staff will see it.")
EXPIRED_BUTTON = Text(
    zh="这条消息太旧了，请再问一次。", en="This message is too old; please ask again."
)
ONLY_TEXT = Text(
    zh="我只能读文字。请用一句话写出您的问题。",
    en="I can only read text. Please write your question in one sentence.",
)
FAILED = Text(
    zh="出了点问题，没能回答。请过几分钟再问一次；如果还不行，把编号 {reference} 告诉工作人员。",
    en=(
        "Something went wrong. Please ask again in a few minutes; if it happens again, "
        "tell our staff the number {reference}."
    ),
)
TOO_FAST = Text(
    zh="您问得有点快，请过 {seconds} 秒再问。",
    en="That was a little fast; please ask again in {seconds} seconds.",
)
TOO_BUSY = Text(
    zh="现在问的人很多，请过一分钟再问。",
    en="Many people are asking right now; please ask again in a minute.",
)
UNKNOWN_COMMAND = Text(
    zh="没有这个命令。直接写出您的问题就行，或看 /help。",
    en="There is no such command. Just write your question, or see /help.",
)
SOURCES = Text(
    zh="收录了 {documents} 份文件，资料更新到 {day}。最新的：",
    en="{documents} documents are on file, up to {day}. The newest:",
)
CHOOSE_LANGUAGE = Text(
    zh="请选择语言。提问可以用任何一种。",
    en="Choose a language. You may ask in any of them.",
)
LANGUAGE_CHOSEN = Text(zh="好的，以后用简体中文。", en="Done: English from now on.")
PRIVACY = Text(
    zh=(
        "记录的内容：您的问题、我的回答和您的评价，不与您的姓名或账号相连（只有一个无法还原的代号）。"
        "{days} 天后自动删除。\n"
        "只有在您点了“有了答案告诉我”或选择了语言时，才记下聊天编号。\n"
        "含身份证号、银行卡号等个人号码的问题不保存。\n"
        "/forget 立即删除您的全部记录。"
    ),
    en=(
        "What is kept: your questions, my answers and your ratings, under a code that does not "
        "lead back to you. They are deleted after {days} days.\n"
        "Your chat id is kept only if you asked to be told of an answer, or chose a language.\n"
        "Questions with identity card, bank card or similar numbers are not kept.\n"
        "/forget deletes all your records at once."
    ),
)
FORGOTTEN = Text(zh="您的记录已全部删除。", en="All your records are deleted.")

# Descriptions of the commands, as Telegram lists them.
COMMANDS: dict[str, Text] = {
    "start": Text(zh="开始", en="Start"),
    "help": Text(zh="怎么用", en="How to use this bot"),
    "topics": Text(zh="常见问题", en="Common questions"),
    "sources": Text(zh="收录了哪些文件", en="The documents on file"),
    "language": Text(zh="选择语言", en="Choose a language"),
    "privacy": Text(zh="记录了什么", en="What is kept"),
    "forget": Text(zh="删除我的记录", en="Delete my records"),
}

# --- for staff ---------------------------------------------------------------------------------

STAFF_PUBLISHER = Text(zh="工作人员答复", en="工作人员答复")
STATUS = Text(
    zh=(
        "{name} · {created} · {documents} 份文件 / {passages} 段 · 最新 {newest}"
        " · 30 天内到期 {expiring} 份\n"
        "今天 {asked} 问 · 答了 {answered} · 部分 {partial} · 没有资料 {unanswered}"
        " · 出错 {failed} · 👎 {rated_down}\n"
        "排队 {queue} · 搁置 {set_aside} · 回答{switch}"
    ),
    en=(
        "{name} · {created} · {documents} documents / {passages} passages · newest {newest}"
        " · {expiring} expire within 30 days\n"
        "Today {asked} questions · answered {answered} · in part {partial} · no document "
        "{unanswered} · failed {failed} · 👎 {rated_down}\n"
        "Queue {queue} · set aside {set_aside} · answering {switch}"
    ),
)
NO_SNAPSHOT = Text(zh="没有可用的知识版本", en="No snapshot in service")
SWITCHED_ON = Text(zh="开启", en="on")
SWITCHED_OFF = Text(zh="关闭", en="off")
GAPS_BUTTON = Text(zh="没答上的 {count} 条", en="{count} open questions")
EXPIRING_BUTTON = Text(zh="到期的文件", en="Expiring documents")
ROLLBACK_BUTTON = Text(zh="回退一版", en="Roll back")
EXPIRING = Text(zh="30 天内到期：", en="Expiring within 30 days:")
NOTHING_EXPIRES = Text(zh="30 天内没有文件到期。", en="Nothing expires within 30 days.")
NO_GAPS = Text(zh="没有未答的问题。", en="There are no open questions.")
GAPS = Text(zh="没答上的问题（共 {count} 组）：", en="Open questions ({count} groups):")
GAP_LINE = Text(zh="{place}. {question}（{asked} 次）", en="{place}. {question} ({asked}×)")
WRITE_ANSWER = Text(zh="✍️ 写第 {place} 条", en="✍️ Answer {place}")
DISMISS = Text(zh="✖ 不处理 {place}", en="✖ Dismiss {place}")
DISMISSED = Text(zh="已移出。", en="Removed.")
SEND_ANSWER = Text(
    zh="请发来“{question}”的答案，一条消息。/cancel 放弃。",
    en="Send the answer to “{question}” as one message. /cancel gives up.",
)
ANSWER_READY = Text(
    zh="将作为 {day} 的文件收录，发布前自检：",
    en="To be filed as a document of {day}, and checked before it is published:",
)
FILE_READ = Text(
    zh="读到：{title}\n文号 {number} · {blocks} 段\n发布日期 {day}",
    en="Read: {title}\nNumber {number} · {blocks} blocks\nPublished {day}",
)
NOT_STATED = Text(zh="没找到", en="not found")
DATE_MISSING = Text(
    zh="发布日期没有读到：请点“今天”，或发来日期（如 2026-01-28）。",
    en="No date of publication: press “Today”, or send the date (such as 2026-01-28).",
)
TODAY = Text(zh="今天", en="Today")
SHOW_TEXT = Text(zh="看读出的正文", en="Show the text")
PUBLISH = Text(zh="✅ 收录并发布", en="✅ File and publish")
DISCARD = Text(zh="放弃", en="Discard")
DISCARDED = Text(zh="已放弃。", en="Discarded.")
NOTHING_PENDING = Text(zh="没有进行中的操作。", en="Nothing is in progress.")
PUBLISHED = Text(zh="已发布：{name}", en="Published: {name}")
UNCHANGED = Text(zh="没有变化，仍是 {name}", en="Unchanged, still {name}")
HELD_BACK = Text(zh="没有发布：{reason}", en="Not published: {reason}")
NOT_DONE = Text(zh="没有成功：{reason}", en="It failed: {reason}")
ROLLED_BACK = Text(zh="已回退到 {name}", en="Rolled back to {name}")
TOLD = Text(zh="通知了 {count} 位提问的人。", en="{count} askers were told.")
OFF_DONE = Text(zh="已停止回答，用户会看到：{notice}", en="Answering is off; people see: {notice}")
ON_DONE = Text(zh="已恢复回答。", en="Answering is on again.")
OFF_NOTICE = Text(
    zh="服务暂停，请稍后再来。紧急问题请联系主管部门。 / Paused; please come back later.",
    en="服务暂停，请稍后再来。紧急问题请联系主管部门。 / Paused; please come back later.",
)
FILE_TOO_LARGE = Text(
    zh="文件超过 {limit} MB，Telegram 不让机器人下载；请放进知识文件夹后 /reindex。",
    en="The file exceeds {limit} MB, which Telegram keeps from bots; put it into the knowledge "
    "folder and use /reindex.",
)
STAFF_COMMANDS: dict[str, Text] = {
    "status": Text(zh="运行情况", en="How things are"),
    "gaps": Text(zh="没答上的问题", en="Open questions"),
    "reindex": Text(zh="重新收录", en="Index again"),
    "rollback": Text(zh="回退一版", en="Roll back"),
    "off": Text(zh="停止回答", en="Stop answering"),
    "on": Text(zh="恢复回答", en="Answer again"),
    "cancel": Text(zh="放弃当前操作", en="Give up what is in progress"),
}
ALERT_POISON = Text(
    zh="⚠️ 有一条消息无法处理，已搁置（更新 {update}：{reason}）。",
    en="⚠️ An update could not be handled and was set aside ({update}: {reason}).",
)
ALERT_SILENCE = Text(
    zh="⚠️ 与 Telegram 的连接中断了 {minutes} 分钟，现已恢复，没有消息丢失。",
    en="⚠️ Telegram could not be reached for {minutes} minutes; it is back, and nothing was lost.",
)
