"""Which function carries out which method."""

from collections.abc import Mapping

from tests.botapi.methods import answers, chats, delivery, files, messages, profile
from tests.botapi.methods.context import Method

METHODS: Mapping[str, Method] = {
    "answerCallbackQuery": answers.answer_callback_query,
    "answerInlineQuery": answers.answer_inline_query,
    "deleteMessage": messages.delete_message,
    "deleteMyCommands": profile.delete_my_commands,
    "deleteWebhook": delivery.delete_webhook,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "editMessageText": messages.edit_message_text,
    "getChat": chats.get_chat,
    "getFile": files.get_file,
    "getMe": profile.get_me,
    "getMyCommands": profile.get_my_commands,
    "getMyDescription": profile.get_my_description,
    "getMyShortDescription": profile.get_my_short_description,
    "getUpdates": delivery.get_updates,
    "getWebhookInfo": delivery.get_webhook_info,
    "sendChatAction": chats.send_chat_action,
    "sendDocument": files.send_document,
    "sendMessage": messages.send_message,
    "sendMessageDraft": messages.send_message_draft,
    "setMessageReaction": messages.set_message_reaction,
    "setMyCommands": profile.set_my_commands,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "setWebhook": delivery.set_webhook,
}
