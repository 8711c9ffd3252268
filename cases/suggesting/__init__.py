"""The learned suggestion of a request type from the words of a message."""
