"""Condensing keeps cited lines as they stand, in the same room however many reports come."""

from collections.abc import Callable
from typing import Any

from orchestration.llm.offline.digesting import DIGEST_BYTES

Search = Callable[[str], list[Any]]


async def test_the_first_cited_lines_are_kept_and_added_to_the_digest(
    converse: Callable[..., Any], handbook: Search
) -> None:
    report = {"title": "Flask", "summary": "- One. [d_1]\n- Uncited.\n- Two. [d_2]\n- Three. [d_3]\n- Four. [d_4]"}
    output = await converse("worker", handbook).ask({"digest": "- Zero. [d_0]", "report": report})
    assert "- Zero. [d_0]\n- One. [d_1]\n- Two. [d_2]\n- Three. [d_3]" == output["digest"]


async def test_a_digest_of_many_reports_stays_the_same_size(converse: Callable[..., Any], handbook: Search) -> None:
    digest = ""
    for n in range(12):
        report = {"title": "T", "summary": f"- {f'word{n} ' * 30} [d_{n}]"}
        digest = (await converse("worker", handbook).ask({"digest": digest, "report": report}))["digest"]
    assert len(digest.encode()) <= DIGEST_BYTES and "[d_11]" in digest and "[d_0]" not in digest


async def test_nothing_to_keep_is_said(converse: Callable[..., Any], handbook: Search) -> None:
    output = await converse("worker", handbook).ask({"digest": "", "report": {"title": "T", "summary": "Nothing."}})
    assert "Nothing was found." == output["digest"]
