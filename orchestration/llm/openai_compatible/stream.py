"""Server-sent events, or one JSON value a line, that answer a request which asked for neither: put together again."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_APPENDED = ("content", "refusal", "reasoning_content", "reasoning")
DONE = "[DONE]"


class CutStream(ValueError):
    """It ended before it said that it was at its end."""


def decoded(body: bytes) -> Any:
    """One JSON value, or what a stream of them adds up to. Raises ValueError for anything else."""
    text = body.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if text.startswith(("data:", "event:", "id:", ":", "retry:")):
        return _whole(_events(text))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    return _whole(json.loads(line) for line in text.splitlines() if line.strip())


def _events(text: str) -> Iterator[Any]:
    for line in text.splitlines():
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        if data == DONE:
            yield {"done": True}
        elif data:
            yield json.loads(data)


def _whole(chunks: Iterator[Any]) -> Any:
    whole = _Whole()
    for chunk in chunks:
        if not isinstance(chunk, dict):
            raise ValueError("a piece of a stream that is no object")
        if chunk.get("error"):
            return chunk
        whole.add(chunk)
    return whole.reply()


class _Whole:
    def __init__(self) -> None:
        self._top: dict[str, Any] = {}
        self._message: dict[str, Any] = {}
        self._calls: dict[int, dict[str, Any]] = {}
        self._finish: Any = None
        self._ended = False

    def add(self, chunk: Mapping[str, Any]) -> None:
        self._ended |= chunk.get("done") is True
        names = ("model", "usage", "prompt_eval_count", "eval_count", "done_reason")
        self._top.update({name: chunk[name] for name in names if chunk.get(name) is not None})
        choices = chunk.get("choices")
        first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        if first.get("finish_reason") is not None:
            self._finish, self._ended = first["finish_reason"], True
        for piece in (first.get("delta"), first.get("message"), chunk.get("message")):
            if isinstance(piece, dict):
                self._extend(piece)

    def _extend(self, piece: Mapping[str, Any]) -> None:
        for name, value in piece.items():
            if name == "tool_calls":
                for place, call in enumerate(value or ()):
                    self._call(place, call)
            elif name in _APPENDED and isinstance(value, str) and isinstance(self._message.get(name), str):
                self._message[name] += value
            elif isinstance(value, list) and isinstance(self._message.get(name), list):
                self._message[name] = [*self._message[name], *value]
            elif value is not None:
                self._message[name] = value

    def _call(self, place: int, piece: Mapping[str, Any]) -> None:
        index = piece.get("index", place)
        known = self._calls.setdefault(index, {"function": {"name": "", "arguments": ""}})
        known.update({name: value for name, value in piece.items() if name not in ("function", "index") and value})
        function = piece.get("function") or {}
        known["function"]["name"] += function.get("name") or ""
        arguments = function.get("arguments") or ""
        known["function"]["arguments"] += arguments if isinstance(arguments, str) else json.dumps(arguments)

    def reply(self) -> dict[str, Any]:
        if not self._ended:
            raise CutStream("a stream without an end")
        if self._calls:
            self._message["tool_calls"] = [self._calls[index] for index in sorted(self._calls)]
        choice = {"message": self._message, "finish_reason": self._finish or self._top.pop("done_reason", None)}
        return {**self._top, "choices": [choice]}
