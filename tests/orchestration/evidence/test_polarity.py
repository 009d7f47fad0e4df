import pytest

from orchestration.evidence.polarity import LEFT_BEHIND, left_behind
from orchestration.evidence.quotes import Page
from orchestration.values.domain import Span


def left(statement: str, quote: str, text: str) -> str:
    page = Page(text)
    span = page.find(quote)
    assert isinstance(span, Span)
    return left_behind(statement, page.text, span)


@pytest.mark.parametrize(
    ("quote", "text", "word"),
    [
        ("the cache survives a restart", "It is not true that the cache survives a restart.", "not"),
        ("supports the old syntax", "The parser no longer supports the old syntax.", "no"),
        ("keep the data after a crash", "The disk does not always keep the data after a crash.", "not"),
        ("the filter removes spam", "Nobody has shown that the filter removes spam.", "Nobody"),
        ("keep the data safe", "It failed to keep the data safe.", "failed to"),
        ("birds live on Mars", "It is a myth that birds live on Mars.", "myth that"),
        ("delete the records", "It isn't guaranteed to delete the records.", "isn't"),
        ("Der Cache überlebt", "Der Cache überlebt einen Neustart nicht.", "nicht"),
        ("The queue drains by itself", "The queue drains by itself is a myth.", "is a myth"),
    ],
)
def test_a_quote_from_behind_a_denial_says_the_opposite(quote: str, text: str, word: str) -> None:
    assert LEFT_BEHIND.format(word=word) == left(quote, quote, text)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("The cache is fast and survives a restart", "The cache is fast and survives a restart."),
        ("the cache survives a restart", "It is not fast, but the cache survives a restart."),
        ("it slows all the queries", "Do not use it because it slows all the queries."),
        ("the cache survives a restart", "Nothing else does. Still the cache survives a restart."),
        ("a cache and a restart", "It is not only a cache and a restart."),
        ("It keeps all of the data", "It keeps all of the data, not the index."),
        ("and change what is read", "They cannot be seen and change what is read."),
    ],
)
def test_a_denial_of_something_else_turns_nothing_round(quote: str, text: str) -> None:
    assert "" == left(quote, quote, text)


def test_a_statement_that_denies_too_may_quote_what_is_denied() -> None:
    text = "It is not true that the cache survives a restart."
    assert "" == left("The cache does not survive it.", "the cache survives a restart", text)
    assert "" == left("The cache is lost on a restart.", "the cache survives a restart", text)
