"""Thoughts that a model writes into its answer: cut before anything reads it, so that none becomes the answer."""

import json
import re

_NAMES = r"(?:think|thinking|thought|thoughts|reasoning)"
_CLOSING = re.compile(rf"</{_NAMES}>|◁/think▷|\[/THINK\]", re.IGNORECASE)
_BEFORE_ANSWER = re.compile(rf"(?:<{_NAMES}>|◁think▷|\[THINK\])", re.IGNORECASE)
_CHANNEL = "<|channel|>"
_FINAL = "<|channel|>final<|message|>"
_ENDS = re.compile(r"<\|(?:end|return)\|>.*", re.DOTALL)


def without_thoughts(text: str) -> tuple[str, str]:
    """The answer, and what was thought. A thought that was cut off before its end leaves no answer."""
    if _is_json(text):
        return text, ""
    if _CHANNEL in text:
        thought, _, answer = text.rpartition(_FINAL)
        return _ENDS.sub("", answer).strip(), thought if answer else text
    thoughts: list[str] = []
    while found := _first_thought(text):
        before, thought, text = found
        thoughts.append(thought)
        text = before + text
    return (text.strip() if thoughts else text), "\n".join(thoughts)


def _first_thought(text: str) -> tuple[str, str, str] | None:
    """What is before it, the thought, and what comes after it."""
    closing = _CLOSING.search(text)
    opening = _BEFORE_ANSWER.search(text)
    if closing and (opening is None or opening.start() > closing.start()):
        # The chat template opened it, so that only its end is written.
        return "", text[: closing.start()], text[closing.end() :]
    if opening is None or "{" in text[: opening.start()]:
        return None  # within an answer, which may well be about such tags
    if closing is None:
        return text[: opening.start()], text[opening.end() :], ""
    return text[: opening.start()], text[opening.end() : closing.start()], text[closing.end() :]


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
