"""Patterns on one task, as a page: the real runs, followed by their events."""
