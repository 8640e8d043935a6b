"""Question → answer → message. Knows nothing of files and vectors."""
