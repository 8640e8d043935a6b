"""Documents → snapshot → passages and evidence. Knows nothing of chats."""
