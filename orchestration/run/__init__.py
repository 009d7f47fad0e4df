"""The way of a run from question to answer, and the stages on that way."""
