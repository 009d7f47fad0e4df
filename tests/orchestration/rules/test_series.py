"""The parser finds what a question lists, whole, in whatever way people list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.rules import names_for, things
from orchestration.rules.asked import asked_in
from orchestration.rules.series import MOST_ITEMS, series
from orchestration.rules.tokens import tokens
from orchestration.values.domain import Strategy


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Compare tar, zip and zstd for nightly archives", "tar|zip|zstd"),
        ("Compare hooks in mercurial with hooks in Git.", "mercurial|Git"),
        ("Compare what we offer in Lyon with what Acme offers.", "we offer in Lyon|Acme offers"),
        ("how do visa, amex and klarna handle disputes?", "visa|amex|klarna"),
        ("how do Oslo, Malmö and Turku collect glass?", "Oslo|Malmö|Turku"),
        ("Is Lake Inari deeper than Lake Saimaa?", "Lake Inari|Lake Saimaa"),
        ("does uwsgi use more memory than gunicorn", "uwsgi|gunicorn"),
        ("Did Anna Ek have the same teacher as Nils Dahl?", "Anna Ek|Nils Dahl"),
        ("Was Momo published before Krabat?", "Momo|Krabat"),
        ("Bolt versus Uber: airport pickup, invoices, refunds", "Bolt|Uber"),
        ("Sendgrid, Mandrill or Sparkmail for receipts? 5k a day", "Sendgrid|Mandrill|Sparkmail"),
        ("is hono or fastify the better choice? compare cold start and middleware", "hono|fastify"),
        ("rents: vienna / prague / warsaw", "vienna|prague|warsaw"),
        ("IMAP IDLE/NOTIFY, webhooks or polling for inbound mail?", "IMAP IDLE/NOTIFY|webhooks|polling"),
        ("whats cheaper for 50k mails, ses or postmark?", "ses|postmark"),
        ("how does billing work at twilio compared to vonage", "twilio|vonage"),
        ("Which weekly was founded first, The Oregonian or News for Sailors?", "The Oregonian|News for Sailors"),
        ("Which singer is Danish, Mark King or Ann Hex?", "Mark King|Ann Hex"),
        ("Are For Today and House of Owls both bands?", "For Today|House of Owls"),
        ("Are both Alder and Kings of Mercia English bands?", "Alder|Kings of Mercia"),
        ("Do the director of film Brig (1964 film) and the director of film Odd (1971 film) share a birthplace?",
         "Brig (1964 film)|Odd (1971 film)"),
        ("what do the MIT, Apache 2.0 and MPL licences say about patents?", "MIT|Apache 2.0|MPL"),
        ("unterschied zwischen Teilzeit und Jobsharing", "Teilzeit|Jobsharing"),
        ("qué diferencias hay entre Wise y Qonto para pagar", "Wise|Qonto"),
        ("Quelle est la différence entre Kubernetes et Nomad ?", "Kubernetes|Nomad"),
    ],
)  # fmt: skip
def test_each_thing_compared_is_a_part_with_its_whole_name(question: str, names: str) -> None:
    assert names.split("|") == list(things(question))


@pytest.mark.parametrize(
    "question",
    [
        "How do I turn off read receipts and typing indicators?",
        "Is the trial 14 or 30 days?",
        "can you explain what webhooks are and why we need them",
        "Compare the two options",
        "Compare A",
        "and or vs",
        "",
    ],
)
def test_what_merely_stands_side_by_side_is_not_compared(question: str) -> None:
    assert () == things(question)


@pytest.mark.parametrize(
    ("strategy", "question", "names"),
    [
        (Strategy.FANOUT, "Give me a legal, a technical and a cost view of this plan", ["legal", "technical", "cost"]),
        (Strategy.SEQUENTIAL, "What language is spoken in the town our printer sits in?", ["town our printer sits in"]),
        (Strategy.SUPERVISOR, "two things: 1) who runs Ava 2) what is Bex", ["who runs Ava", "what is Bex"]),
        (
            Strategy.SUPERVISOR,
            "prices, size, players and rules of e-bike leasing",
            [f"{aspect} of e-bike leasing" for aspect in ("prices", "size", "players", "rules")],
        ),
    ],
)
def test_each_strategy_gets_the_names_of_its_own_parts(strategy: Strategy, question: str, names: list[str]) -> None:
    assert names == list(names_for(strategy, asked_in(question)))


@given(st.text(alphabet="aB ,/or&.?:()\"-1'", max_size=200))
def test_any_text_has_lists_of_two_or_more_within_it(text: str) -> None:
    words = tokens(text)
    for found in series(text, words):
        assert 2 <= len(found.items) <= MOST_ITEMS + 2
        assert 0 <= found.first < found.last <= len(words)
