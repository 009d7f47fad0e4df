"""The program of the child process that turns one file into text. It imports nothing else of ours: it starts fast."""
