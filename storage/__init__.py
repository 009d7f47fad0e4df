"""The memory: what a run did, what it cost, what it read and what was said to it."""
