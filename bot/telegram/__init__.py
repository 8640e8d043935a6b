"""The assistant in Telegram: everything that knows of chats, messages and buttons."""
