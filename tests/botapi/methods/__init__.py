"""The Bot API methods that the server carries out."""
