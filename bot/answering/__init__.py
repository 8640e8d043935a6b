"""Evidence → answer: the status, the words, the citations."""
