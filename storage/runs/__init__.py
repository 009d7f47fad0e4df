"""Runs and their history: the journal, events, the queue, and what is read from them."""
