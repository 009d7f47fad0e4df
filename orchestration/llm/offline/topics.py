"""Which sentences answer an open topic."""

import re
from collections.abc import Sequence

from orchestration.llm.offline.sentences import Sentence, ranked, rarity, spread, terms, vocabulary

PLAIN = vocabulary("work help explain describe mean use happen show give get know need")
"""Words of which a question is made and not what it is about."""
FLOOR = 2
WIDE_FLOOR = 1
MOST_QUOTES = 5
WORTH_QUOTING = 0.25
"""Of the best sentence's score; below it a sentence is about something else more often than not."""
SECOND = 0.6
"""Of the best score, for a sentence that is taken only because it is from another source."""
MOST_PARTS = 3
MOST_TELLING = 8
LONG = 16
"""Words of a question in which any page has two by chance."""
TOUCHED = 0.25
"""As `TELLING`, for one of several sentences."""
TELLING = 0.5
"""Share of a topic's telling words that the one sentence quoted on an entity has to be near."""
LEAD = 0.25
NAME = re.compile(r"(?<=\w\s)[A-Z]\w+")
POINTS_BACK = 0.6
BACKWARD = re.compile(r"(?:It|Its|This|These|Those|That|They|Their|Such|Then|There|Both|Each|One|He|She)\b")


def standing(sentence: Sentence) -> float:
    """How well it can be read without its neighbours: openings of a section well, what points back badly."""
    return POINTS_BACK if BACKWARD.match(sentence.text) else 1 + LEAD * sentence.leads


def best_on(topic: str, candidates: Sequence[Sentence], floor: int, most: int = MOST_QUOTES) -> list[Sentence]:
    query = vocabulary(topic)
    telling = query - (PLAIN - vocabulary(" ".join(NAME.findall(topic))))
    query = telling if len(telling) >= FLOOR else query
    enough = floor + (len(query) > LONG) if len(query) >= 3 else WIDE_FLOOR
    fit = [(score, s) for score, s in _standing_first(query, candidates) if _covers(query, s) >= enough]
    if floor > WIDE_FLOOR and not _known(topic, query, candidates):
        return []
    fit = _openings(query, fit)
    worth = [pair for pair in fit if pair[0] >= WORTH_QUOTING * fit[0][0]]
    parts = _parts(topic, [sentence for _, sentence in fit])
    chosen = [*parts, *spread([pair for pair in worth if pair[1] not in parts], most - len(parts))]
    if len({sentence.source_id for sentence in chosen}) == 1:
        strong = [sentence for score, sentence in fit if score >= SECOND * fit[0][0]]
        other = next((sentence for sentence in strong if sentence.source_id != chosen[0].source_id), None)
        chosen = [*chosen[: most - 1], other] if other else chosen
    return chosen


def _known(topic: str, query: frozenset[str], candidates: Sequence[Sentence]) -> bool:
    """Whether enough of a short question's words occur at all in what was found: half, or more where a name is unknown.

    Else a name that is all over the library brings sentences that have nothing of what is asked about it.
    """
    if not FLOOR < len(query) <= MOST_TELLING:
        return True
    words = frozenset(term for sentence in candidates for term in vocabulary(f"{sentence.text} {sentence.headings}"))
    unknown = query - words
    strange = bool(vocabulary(" ".join(NAME.findall(topic))) & unknown)
    return 2 * len(unknown) + strange <= len(query)


def _openings(query: frozenset[str], fit: list[tuple[float, Sentence]]) -> list[tuple[float, Sentence]]:
    """On a bare name, how the section that a page is named by begins; the rest is about a detail."""
    if len(query) > 1:
        return fit
    main = [pair for pair in fit if pair[1].leads and _names_its_page(pair[1])]
    return main if len(main) >= FLOOR else fit


def _names_its_page(sentence: Sentence) -> bool:
    own = vocabulary(sentence.section)
    return bool(own) and own <= vocabulary(sentence.headings.replace(sentence.section, " "))


def with_antecedents(chosen: Sequence[Sentence], candidates: Sequence[Sentence]) -> list[Sentence]:
    """Each that points back (`It was published …`) behind the sentence that says what of; no more than are quoted."""
    found: list[Sentence] = []
    for sentence in chosen:
        before = _antecedent(sentence, candidates)
        found += [one for one in (before, sentence) if one and one not in found]
    return found[:MOST_QUOTES]


def _antecedent(sentence: Sentence, candidates: Sequence[Sentence]) -> Sentence | None:
    """The nearest one before it in its section that does not point back itself."""
    if not BACKWARD.match(sentence.text):
        return None
    section = [s for s in candidates if s.passage is sentence.passage and s.headings == sentence.headings]
    earlier = [s for s in section if s.place < sentence.place and not BACKWARD.match(s.text)]
    return max(earlier, key=lambda s: s.place, default=None)


def best_one_on(query: frozenset[str], about: Sequence[Sentence]) -> Sentence | None:
    """Only where the sentence or its section has the words that matter: any common word would find something."""
    words = [near(sentence) for sentence in about]
    rare = rarity(query, words)
    needed = TELLING * sum(rare.values())
    found = (s for _, s in _standing_first(query, about) if sum(rare[term] for term in query & near(s)) >= needed)
    return next(found, None) if query else None


def _standing_first(query: frozenset[str], candidates: Sequence[Sentence]) -> list[tuple[float, Sentence]]:
    scored = [(score * standing(sentence), sentence) for score, sentence in ranked(sorted(query), candidates)]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].place))


def _parts(topic: str, fit: Sequence[Sentence]) -> list[Sentence]:
    """Where the question asks for parts that sections are named by (findings, limitations), what opens each."""
    asked, found = list(dict.fromkeys(terms(topic))), dict[str, Sentence]()
    for sentence in sorted(fit, key=lambda sentence: not sentence.leads):
        own = vocabulary(sentence.section)
        own = own - vocabulary(sentence.headings.replace(sentence.section, " ")) or own
        named = [term for term in asked if term in own]
        if named and 2 * len(named) >= len(own):
            found.setdefault(named[0], sentence)
    return [found[term] for term in asked if term in found][:MOST_PARTS]


def _covers(query: frozenset[str], sentence: Sentence) -> int:
    """Words of the query in the sentence and its headings; its page's title alone does not make it an answer."""
    words = near(sentence)
    return len(query & (words | vocabulary(sentence.headings))) if query & words else 0


def near(sentence: Sentence) -> frozenset[str]:
    return vocabulary(sentence.text) | vocabulary(sentence.section)
