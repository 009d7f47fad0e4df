import json
from datetime import UTC, datetime

from drafts import claiming
from run_story import HOSTILE

from bot.outgoing.blocks.proof import PAGE_BLOCKS, paged, sources_form
from bot.outgoing.view.proof import assembled
from bot.simulator.blockkit import view_problems
from orchestration.values.domain import Claim, Draft, Entailment, Source, Support

BEGIN = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def draft(sources: int, claims: int, text: str = "plain words") -> Draft:
    found = tuple(Source(f"d_{n}", f"Page {n} {text}", f"https://x.ex/{n}", BEGIN, f"h{n}") for n in range(sources))
    stated = tuple(
        Claim(f"claim {n} {text}", source.source_id, f"quote {n} {text}", Support.QUOTED)
        for source in found
        for n in range(claims)
    )
    return claiming(stated, found)


def forms(found: Draft) -> list[dict[str, object]]:
    proofs = assembled(found, {})
    first = sources_form("r_1", 1, proofs)
    shown = json.dumps(first)
    pages = int(shown.partition("Page 1 of ")[2].partition('"')[0] or 1) if "Page 1 of " in shown else 1
    return [sources_form("r_1", 1, proofs, page=page) for page in range(1, pages + 1)]


def test_every_page_is_a_form_that_slack_takes_and_nothing_is_left_out() -> None:
    for sources, claims, text in ((1, 1, "a"), (30, 12, "b"), (8, 10, HOSTILE), (12, 10, "long words " * 300)):
        pages = forms(draft(sources, claims, text))
        for page in pages:
            assert [] == view_problems(page)
        wire = json.dumps(pages, ensure_ascii=False)
        assert sources * claims == sum(wire.count(f'"claim {n} ') for n in range(claims))


def test_a_page_that_is_not_there_is_the_nearest_one() -> None:
    proofs = assembled(draft(1, 100), {})
    last = sources_form("r_1", 1, proofs, page=99)
    assert "Page 2 of 2" in json.dumps(last)
    assert sources_form("r_1", 1, proofs, page=-1) == sources_form("r_1", 1, proofs)


def test_pages_have_blocks() -> None:
    assert [[]] == paged([])
    assert [PAGE_BLOCKS, 1] == [len(page) for page in paged([{"type": "divider"}] * (PAGE_BLOCKS + 1))]


def test_reasons_verdicts_and_copies_stand_with_what_they_are_about() -> None:
    one, two = draft(2, 0).sources
    claims = (
        Claim("a", "d_0", "q", Support.UNQUOTED, reason="12 does not stand in the passage quoted"),
        Claim("b", "d_1", "q", Support.QUOTED, entailment=Entailment.CONTRADICTED, entailment_reason="It says so."),
        Claim("c", "d_1", "c", Support.QUOTED, independent_sources=2, place="Limits"),
    )
    same = Source(two.source_id, two.title, two.url, BEGIN, one.content_hash)
    (form,) = forms(claiming(claims, (one, same)))
    wire = json.dumps(form, ensure_ascii=False)
    assert "12 does not stand in the passage quoted" in wire
    assert "a model finds it contradicted: It says so." in wire
    assert "word for word · Limits · 2 independent sources" in wire
    assert "the same text as [1]" in wire and "2 sources (1 independent one)" in wire
