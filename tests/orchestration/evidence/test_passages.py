from orchestration.evidence.passages import PASSAGE_CHARACTERS, around, trail
from orchestration.evidence.quotes import Page
from orchestration.values.domain import Span


def span_of(page: Page, quote: str) -> Span:
    found = page.find(quote)
    assert isinstance(found, Span)
    return found


def test_the_passage_is_the_section_and_the_trail_its_headings() -> None:
    page = Page(
        "# Book\n\nFirst.\n\n## One\n\nAlpha is a thing.\n\n### Deep\n\nBeta is another thing.\n\n## Two\n\nEnd."
    )
    span = span_of(page, "Beta is another thing")
    assert "Beta is another thing." == around(page.text, span).strip()
    assert ("Book", "One", "Deep") == trail(page.text, span.start)
    assert ("Book", "One") == trail(page.text, span_of(page, "Alpha is a thing").start)


def test_a_long_section_is_cut_at_paragraphs_around_the_quote() -> None:
    paragraphs = [
        f"Paragraph {n} says that thing number {n} is so, at some length and in many words." for n in range(80)
    ]
    page = Page("\n\n".join(paragraphs))
    passage = around(page.text, span_of(page, paragraphs[40]))
    assert paragraphs[40] in passage and paragraphs[39] in passage and paragraphs[1] not in passage
    assert len(passage) <= PASSAGE_CHARACTERS
    assert passage.strip().split("\n\n") == [p for p in paragraphs if p in passage]


def test_what_looks_like_a_heading_in_code_is_none() -> None:
    page = Page("# Book\n\n```\n# a comment in code\n```\n\nThe end of the book.")
    assert ("Book",) == trail(page.text, span_of(page, "The end of the book").start)


def test_pages_and_slides_are_counted_where_the_text_counts_them() -> None:
    slides = Page(
        "<!-- Slide number: 1 -->\n# Start\n\nHello to all.\n\n<!-- Slide number: 2 -->\n# Next\n\nGood bye to all."
    )
    assert ("Next", "slide 2") == trail(slides.text, span_of(slides, "Good bye to all").start)
    printed = Page("Some words on page one.\fSome words on page two.")
    assert ("page 2",) == trail(printed.text, span_of(printed, "words on page two").start)
