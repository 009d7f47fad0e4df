"""Of altered quotes, how many are caught and how many true ones are still accepted. Goals: 100 % and at least 99 %.

Every sentence of the demo's handbook, and runs of two, is a true quote. The false ones change what it says, in each of
the ways below; the true ones change what copying changes. A program chooses the places, the same ones every time.
"""

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from orchestration.evidence.quotes import Page, Span
from orchestration.evidence.sentence import sentences_of

HANDBOOK = Path(__file__).parent.parent / "bot" / "simulator" / "handbook"
FEWEST_WORDS = 6
SEED = 7
Altered = Callable[[str, "Draw"], str | None]


class Draw:
    """What an alteration may draw on; None from it means that the quote cannot be altered so."""

    def __init__(self, page: str, quotes: list[str], others: list[str], dice: random.Random) -> None:
        self.page, self.quotes, self.others, self.dice = page, quotes, others, dice
        self.words = sorted(set(re.findall(r"[a-z]{4,}", " ".join(quotes))))


def word_swapped(quote: str, draw: Draw) -> str | None:
    places = list(re.finditer(r"\b[a-z]{4,}\b", quote))
    place = draw.dice.choice(places) if places else None
    others = [word for word in draw.words if place and word != place[0]]
    return f"{quote[: place.start()]}{draw.dice.choice(others)}{quote[place.end() :]}" if place and others else None


def two_words_changed_round(quote: str, draw: Draw) -> str | None:
    words = quote.split()
    n = draw.dice.randrange(1, len(words) - 2)
    if words[n].strip(".,") == words[n + 1].strip(".,") or not all(map(spoken, words[n : n + 2])):
        return None
    return " ".join([*words[:n], words[n + 1], words[n], *words[n + 2 :]])


def number_changed(quote: str, draw: Draw) -> str | None:
    places = list(re.finditer(r"\d", quote))
    if not places:
        return None
    place = draw.dice.choice(places)
    digit = draw.dice.choice([d for d in "0123456789" if d != place[0]])
    return quote[: place.start()] + digit + quote[place.end() :]


def number_cut(quote: str, draw: Draw) -> str | None:
    """Ends inside a number: 100 of 1000."""
    places = list(re.finditer(r"\d{2,}", quote[FEWEST_WORDS * 4 :]))
    return quote[: FEWEST_WORDS * 4 + places[0].end() - 1] if places else None


def decimal_point_moved(quote: str, draw: Draw) -> str | None:
    return re.sub(r"(\d)\.(\d)", r"\1\2.", quote, count=1) if re.search(r"\d\.\d", quote) else None


def negation_added(quote: str, draw: Draw) -> str | None:
    found = re.search(r"\b(?:is|are|was|has|may|does|can|will)\b", quote)
    return f"{quote[: found.end()]} not{quote[found.end() :]}" if found else None


def negation_removed(quote: str, draw: Draw) -> str | None:
    changed = re.sub(r"\b(?:not|no|never)\s", "", quote, count=1)
    return changed if changed != quote else None


def negation_left_in_front(quote: str, draw: Draw) -> str | None:
    """A true piece of the sentence that begins just behind its "not"."""
    found = re.search(r"\b(?:not|never|without)\s", quote)
    rest = quote[found.end() :] if found else ""
    return rest if len(rest.split()) >= 3 else None


def words_dropped(quote: str, draw: Draw) -> str | None:
    words = quote.split()
    n = draw.dice.randrange(1, len(words) - 3)
    end = n + draw.dice.choice((1, 2))
    return " ".join([*words[:n], *words[end:]]) if all(map(spoken, words[n:end])) else None


def word_added(quote: str, draw: Draw) -> str | None:
    words = quote.split()
    n = draw.dice.randrange(1, len(words) - 1)
    return " ".join([*words[:n], draw.dice.choice(draw.words), *words[n:]])


def ending_changed(quote: str, draw: Draw) -> str | None:
    places = [m for m in re.finditer(r"\b[a-z]{5,}\b", quote) if not m[0].endswith("s")]
    return f"{quote[: places[0].end()]}s{quote[places[0].end() :]}" if places else None


def spliced(quote: str, draw: Draw) -> str | None:
    """The beginning of one sentence and the end of another of the page."""
    other = draw.dice.choice(draw.quotes)
    words, rest = quote.split(), other.split()
    return None if other == quote else " ".join([*words[: len(words) // 2], *rest[len(rest) // 2 :]])


def spliced_with_ellipsis(quote: str, draw: Draw) -> str | None:
    """Two pieces whose order in the page is the other way round."""
    start = draw.page.index(quote)
    earlier = [other for other in draw.quotes if draw.page.index(other) + len(other) < start]
    return f"{quote} … {draw.dice.choice(earlier)}" if earlier else None


def from_another_page(quote: str, draw: Draw) -> str | None:
    return draw.dice.choice(draw.others)


FALSE: tuple[Altered, ...] = (
    word_swapped,
    two_words_changed_round,
    number_changed,
    number_cut,
    decimal_point_moved,
    negation_added,
    negation_removed,
    negation_left_in_front,
    words_dropped,
    word_added,
    ending_changed,
    spliced,
    spliced_with_ellipsis,
    from_another_page,
)


def as_it_is(quote: str, draw: Draw) -> str | None:
    return quote


def in_other_spaces(quote: str, draw: Draw) -> str | None:
    return re.sub(" ", lambda _: draw.dice.choice(["\u00a0", "\u202f", "\u2009", "  ", "\n", "\t", " \u200b"]), quote)


def without_some_spaces(quote: str, draw: Draw) -> str | None:
    return re.sub(r"(?<=[a-z,]) (?=[a-z])", lambda found: draw.dice.choice(["", found[0]]), quote)


def soft_hyphens(quote: str, draw: Draw) -> str | None:
    return re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", lambda _: draw.dice.choice(["\u00ad", ""]), quote)


def hyphenated_at_line_ends(quote: str, draw: Draw) -> str | None:
    return re.sub(r"(?<=[a-z]{4})(?=[a-z]{4})", lambda _: draw.dice.choice(["-\n", "", "", ""]), quote)


def other_dashes(quote: str, draw: Draw) -> str | None:
    changed = re.sub("(?<=[A-Za-z])-(?=[A-Za-z])", lambda _: draw.dice.choice("‐‑–—−"), quote)
    return changed if changed != quote else None


def other_quotation_marks(quote: str, draw: Draw) -> str | None:
    changed = re.sub("['\"’“”]", lambda _: draw.dice.choice("‘’“”„«»′\"'"), quote)
    return changed if changed != quote else f"“{quote}”"


def ligatures(quote: str, draw: Draw) -> str | None:
    changed = quote
    for letters, one in (("ffi", "ﬃ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("ff", "ﬀ")):
        changed = changed.replace(letters, one)
    return changed if changed != quote else None


def wide_letters(quote: str, draw: Draw) -> str | None:
    return "".join(
        chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() and draw.dice.random() < 0.2 else c for c in quote
    )


def markdown_lost(quote: str, draw: Draw) -> str | None:
    changed = re.sub(r"[`*_]", "", quote)
    return changed if changed != quote else None


def markdown_added(quote: str, draw: Draw) -> str | None:
    words = quote.split()
    n = draw.dice.randrange(len(words))
    return " ".join([*words[:n], f"**{words[n]}**", *words[n + 1 :]])


def other_case(quote: str, draw: Draw) -> str | None:
    return draw.dice.choice((quote.upper(), quote.lower(), quote.title()))


def other_full_stop(quote: str, draw: Draw) -> str | None:
    return draw.dice.choice((quote.rstrip("."), quote.rstrip(".") + "…", f"… {quote}", quote.rstrip(".") + ";"))


def as_a_list_item(quote: str, draw: Draw) -> str | None:
    return f"- {quote}"


def html_entities(quote: str, draw: Draw) -> str | None:
    changed = quote.replace("'", "&#39;").replace('"', "&quot;").replace("<", "&lt;").replace("&", "&amp;", 0)
    return changed if changed != quote else None


def with_an_ellipsis(quote: str, draw: Draw) -> str | None:
    """Words left out where the quote says so, none of them a negation."""
    words = quote.split()
    first, left_out, last = words[:5], words[5:-5], words[-5:]
    denied = re.search(r"\b(?:not|no|never|nothing|without|cannot|none|neither)\b", " ".join(left_out), re.IGNORECASE)
    if len(left_out) < 2 or denied:
        return None
    return f"{' '.join(first)} […] {' '.join(last)}" if min(map(letters, (first, last))) >= 12 else None


def spoken(word: str) -> bool:
    """A sign that stands alone is no word: quotes are compared by letters and numbers."""
    return any(map(str.isalnum, word))


def letters(words: list[str]) -> int:
    return sum(map(str.isalnum, " ".join(words)))


TRUE: tuple[Altered, ...] = (
    as_it_is,
    in_other_spaces,
    without_some_spaces,
    soft_hyphens,
    hyphenated_at_line_ends,
    other_dashes,
    other_quotation_marks,
    ligatures,
    wide_letters,
    markdown_lost,
    markdown_added,
    other_case,
    other_full_stop,
    as_a_list_item,
    html_entities,
    with_an_ellipsis,
)


def pages() -> dict[str, list[str]]:
    """By text, its quotes: single sentences, and two that follow each other."""
    found = {}
    for path in sorted(HANDBOOK.glob("*.md")):
        if path.stem == "LICENSE":
            continue
        text = path.read_text("utf-8")
        single = [
            s for s in sentences_of(text) if len(s.split()) >= FEWEST_WORDS and not s.startswith(("#", "Source:"))
        ]
        double = [f"{a} {b}" for a, b in pairwise(single) if f"{a} {b}" in text]
        found[text] = single + double
    return found


def altered(ways: tuple[Altered, ...], found: dict[str, list[str]]) -> Iterator[tuple[str, Page, str]]:
    ready = {text: Page(text) for text in found}
    for text, quotes in found.items():
        others = [quote for other, more in found.items() if other != text for quote in more]
        draw = Draw(text, quotes, others, random.Random(SEED))
        for way in ways:
            for quote in quotes:
                changed = way(quote, draw)
                if changed is not None:
                    yield way.__name__, ready[text], changed


def is_still_true(name: str, page: Page, quote: str) -> bool:
    """An alteration that chance made into other words of the same page, as they stand there."""
    if name == "negation_left_in_front":
        again = rf"(?<!not )(?<!never )(?<!without ){re.escape(quote.rstrip('.'))}\b"
        return re.search(again, page.text, re.IGNORECASE) is not None
    return name in ("word_swapped", "words_dropped", "spliced") and quote in page.text


def main() -> None:
    found = pages()
    begun, checked = time.process_time(), 0
    for title, ways, wanted in (("false quotes caught", FALSE, False), ("true quotes accepted", TRUE, True)):
        total: Counter[str] = Counter()
        right: Counter[str] = Counter()
        wrong: list[str] = []
        for name, page, quote in altered(ways, found):
            if not wanted and is_still_true(name, page, quote):
                continue
            checked += 1
            total[name] += 1
            if isinstance(page.find(quote), Span) is wanted:
                right[name] += 1
            else:
                wrong.append(f"  {name}: {quote!r}")
        print(f"{title}: {right.total()} of {total.total()} ({right.total() / total.total():.2%})")
        for name in total:
            print(f"  {name.replace('_', ' '):26}{right[name]:>6} of {total[name]:>4}")
        print("\n".join(wrong[:10]))
    print(f"{1000 * (time.process_time() - begun) / checked:.2f} ms of CPU a quote, altering it included")


if __name__ == "__main__":
    main()
