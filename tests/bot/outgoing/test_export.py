"""An answer on paper says what the thread says, and foreign text in it stays text."""

from typing import Any

from bot.outgoing.export import as_html, as_markdown

EVIL = "<script>alert(1)</script> ![x](http://evil.example/p.png) [here](javascript:alert(1)) # head"


def run(**changes: Any) -> dict[str, Any]:
    return {
        "run_id": "r_1",
        "question": "Which licence?",
        "user_id": "ana",
        "created_at": "2026-11-20T10:00:00Z",
        "answer": "It is BSD. [1]",
        "claims": [
            {"text": "It is BSD.", "source_id": "d_1", "quote": "Flask has the BSD licence.", "support": "quoted"}
            | {"reason": None, "doubt": None, "place": "Licence"}
        ],
        "sources": [
            {"source_id": "d_1", "title": "Flask", "url": "https://flask.example/"}
            | {"retrieved_at": "2026-11-20T10:00:01Z", "content_hash": "abcdef0123456789"}
        ],
        "drafts": [{"version": 1, "at": "2026-11-20T10:00:02Z", "changed": []}],
        "critiques": [{"draft_version": 1, "notes": [{"note_id": "N1", "text": "Name the version."}]}],
        "reviews": [
            {"user_id": "ben", "decision": "approve", "comment": "", "draft_version": 1, "at": "2026-11-20T11:00:00Z"}
        ],
        "steps": [
            {"agent": "single", "operation": "chat", "model": "m", "input_tokens": 1200, "output_tokens": 80}
            | {"cost_usd": "0.001250"}
        ],
        "usage": {"input_tokens": 1200, "output_tokens": 80, "llm_calls": 1},
        "cost_usd": "0.001250",
        "estimated_cost_usd": "0.000000",
        "seconds": 3.2,
    } | changes


def test_claims_quotes_sources_versions_approval_and_bill_are_all_there() -> None:
    for text in (as_markdown(run()), as_html(run())):
        for said in (
            *("It is BSD.", "Flask has the BSD licence.", "source 1, Licence", "https://flask.example/"),
            *("abcdef012345", "N1", "Name the version.", "Approved by ben", "2026-11-20 11:00", "0.001250"),
        ):
            assert said in text.replace("\\", "")


def test_foreign_text_is_never_html_an_image_or_a_script_link() -> None:
    evil = run(question=EVIL, answer=EVIL)
    evil["claims"][0] |= {"text": EVIL, "quote": EVIL}
    evil["sources"][0] |= {"title": EVIL, "url": "javascript:alert(1)"}
    page = as_html(evil)
    assert "<script" not in page and "<img" not in page and 'href="javascript' not in page
    assert page.count("<h1>") == 1


def test_a_page_loads_nothing_and_says_when_nobody_approved() -> None:
    page = as_html(run(reviews=[]))
    assert "default-src 'none'" in page and "src=" not in page and "<link" not in page
    assert "Not approved by a person" in page


def test_a_quote_of_a_table_or_a_rule_stays_a_line_of_text() -> None:
    told = run()
    told["claims"][0]["quote"] = "1. one\n---\n| a | b |\n- two"
    assert "<hr" not in as_html(told)
