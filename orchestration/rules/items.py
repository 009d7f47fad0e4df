"""Where an item of a list begins and ends: a name as it is written, else a few words that things are called by."""

from collections.abc import Sequence
from functools import cached_property

from orchestration.rules.tokens import AND, ARTICLES, JOINS_NAMES, STOPS, Token

MOST_WORDS = 4
"""Of an item that is not written as a name."""
MOST_IN_BRACKETS = 4
_NOTHING = Token("", "", 0, 0, word=False, name=False, bound=True)

Span = tuple[int, int]
"""The first token of an item, and the one after its last."""


class Items:
    def __init__(self, text: str, words: Sequence[Token]) -> None:
        self.text = text
        self.words = words

    def word(self, at: int) -> Token:
        return self.words[at] if 0 <= at < len(self.words) else _NOTHING

    def low(self, at: int) -> str:
        return self.word(at).low

    @cached_property
    def begins(self) -> list[int]:
        """Of each token, where its sentence begins."""
        found, begin = [], 0
        for at, word in enumerate(self.words):
            found.append(begin)
            begin = at + 1 if word.low in STOPS else begin
        return found

    def before(self, at: int) -> Sequence[Token]:
        """What stands before it in its sentence."""
        return self.words[self.begins[at] : at]

    def named(self, span: Span) -> bool:
        return self.words[span[0]].name

    def right(self, at: int) -> Span | None:
        """The item that begins here."""
        start = end = self.close(at)
        # "the band Wilco": what it is called by.
        if self.low(start - 1) in ARTICLES and not self.word(start).name and self.word(start + 1).name:
            start = end = start + 1
        if self.word(start).name:
            end += 1
            while step := self._step(end):
                end += step
            return start, end
        while end - start < MOST_WORDS and self.word(end).plain:
            end += 1
        return (start, end) if end > start else None

    def left(self, end: int) -> Span | None:
        """The item that ends before this token."""
        start = end
        if self.low(end - 1) == ")":
            opens = next((n for n in range(end - 2, end - 3 - MOST_IN_BRACKETS, -1) if self.low(n) == "("), -1)
            named = self.left(opens) if opens > 0 else None
            return (named[0], end) if named and self.named(named) else None
        if self.word(end - 1).name or (self.word(end - 1).text.isdigit() and self.word(end - 2).name):
            start -= 1
            while self.word(start - 1).name or self._goes_back(start - 1):
                start -= 1
            return start, end
        while end - start < MOST_WORDS and self.word(start - 1).plain:
            start -= 1
        return (start, end) if end > start else None

    def _step(self, at: int) -> int:
        """By how many tokens a name goes on here: another word of it, a number, or one after "of" or a tight slash."""
        if self.word(at).name or self.word(at).text.isdigit():
            return 1
        if self.low(at) == "(":
            return next((n + 1 for n in range(2, 2 + MOST_IN_BRACKETS) if self.low(at + n) == ")"), 0)
        after = at + 1
        while self.low(after) in JOINS_NAMES and after < at + 3:
            after += 1
        joins = self.low(at) in JOINS_NAMES or self._is_tight(at)
        return after + 1 - at if joins and self.word(after).name else 0

    def _goes_back(self, at: int) -> bool:
        """Whether a token joins the name after it to one before it."""
        while self.low(at) in JOINS_NAMES:
            at -= 1
        joins = self._is_tight(at) or self.word(at).text.isdigit()
        return self.word(at).name or (joins and self.word(at - 1).name)

    def _is_tight(self, at: int) -> bool:
        """A slash without spaces, and with no other near it, is part of a name."""
        if self.low(at) != "/" or sum(self.low(n) == "/" for n in range(at - MOST_WORDS, at + MOST_WORDS)) > 1:
            return False
        return self.word(at).start == self.word(at - 1).end and self.word(at).end == self.word(at + 1).start

    def is_title(self, span: Span) -> bool:
        """Whether what stands between two signs may be a name as a whole, whatever words are in it."""
        first, last = self.word(span[0]), self.word(span[1] - 1)
        return first.word and first.text[0].isupper() and (not last.text[0].islower() or span[1] - span[0] == 1)

    def is_nationality(self, at: int) -> bool:
        """Both A and B American bands?"""
        after = self.word(at + 1)
        return after.plain and not after.name and self.low(at).endswith(("an", "ish", "ese"))

    def fitted(self, span: Span, spans: Sequence[Span], join: str) -> Span:
        """Items of one list are of like length: what the first and last have more belongs to the sentence around it.

        The words after the last name of a choice are its own ("SQS or Redis streams"); those after "A and B" are all's.
        """
        start, end = span
        others = max(b - a for a, b in spans if (a, b) != span)
        is_last = span == spans[-1]
        if self.named(span):
            end -= is_last and end - start > 1 and self.is_nationality(end - 1)
            if is_last and join == "or" and self.low(self.open(spans[0][0]) - 1) in ("", "use", ":", "between"):
                while self.word(end).plain and end - span[1] < 2:
                    end += 1
            return start, end
        if any(word.name for word in self.words[start:end]):
            return span
        if span == spans[0] and join in ("and", "or"):
            # "ubuntu 22.04 and 24.04": a number is the number of something.
            return (start if not self.word(end - 1).low.islower() else max(start, end - others)), end
        if is_last and join in ("and", "than"):
            own = 2 if self.low(start - 1) in ARTICLES and self.low(end) not in ("", "?") else 1
            return start, min(end, start + max(others, own))
        return span

    def shown(self, span: Span) -> str:
        start, end = span
        start -= start > 1 and self.low(start - 1) in ARTICLES and self.word(start - 1).text[0].isupper()
        if end - start == 1:
            # "Gitlab's pricing" is about Gitlab; "Who is older, A or Men's?" leaves the name alone.
            return self.words[start].text.removesuffix("'s" if self.word(end).word else "")
        return " ".join(self.text[self.words[start].start : self.words[end - 1].end].strip('"“”„«»').split())

    def open(self, start: int) -> int:
        """Where an item begins, its articles included."""
        while self.low(start - 1) in ARTICLES:
            start -= 1
        return start

    def close(self, at: int) -> int:
        """Past the articles in front of an item."""
        while self.low(at) in ARTICLES:
            at += 1
        return at

    def repeated(self, at: int, first: int) -> int:
        """How many words stand before both: "the director of A and the director of B", "in A and in B"."""
        for count in range(min(MOST_WORDS + 1, first), 0, -1):
            words = [word.low for word in self.words[first - count : first]]
            if words == [word.low for word in self.words[at : at + count]] and not AND & set(words):
                return count
        return 0
