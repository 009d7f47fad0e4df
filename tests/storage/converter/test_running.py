"""Running heads, page numbers and tables of contents are no part of a printed text."""

from storage.converter.running import printed, without_contents


def body(page: int) -> list[str]:
    return [f"Sentence {letter} of page {page} says something." for letter in "abcdef"]


def test_heads_and_numbers_go_wherever_they_stand_at_an_edge() -> None:
    pages = [[f"{n + 7} Pump Manual", *body(n), "ACME confidential"] for n in range(4)]
    assert [body(n) for n in range(4)] == printed(pages)
    pages = [["Pump Manual", *body(n), f"Page {n + 1} of 4"] for n in range(4)]
    assert [body(n) for n in range(4)] == printed(pages)
    pages = [["Pump Manual", "Internal use only", *body(n), f"- {n + 1} -"] for n in range(4)]
    assert [body(n) for n in range(4)] == printed(pages)


def test_heads_that_change_with_the_chapter_go_by_their_page_number() -> None:
    heads = ["Valves", "Tanks", "Hoses", "Filters", "Seals"]
    pages = [[f"{head} {n + 11}", *body(n)] for n, head in enumerate(heads)]
    assert [body(n) for n in range(5)] == printed(pages)


def test_left_and_right_pages_have_heads_of_their_own() -> None:
    pages = [["Pump Manual" if n % 2 else "Chapter Two", *body(n)] for n in range(8)]
    assert [body(n) for n in range(8)] == printed(pages)


def test_what_is_at_an_edge_by_chance_stays() -> None:
    pages = [["Example", *body(n)] if n in (0, 9, 18) else body(n) for n in range(20)]
    assert pages == printed(pages)
    pages = [body(0), [*body(1), "17"], body(2), body(3)]
    assert pages == printed(pages)
    pages = [[*body(n), f"Total: {n * 37} EUR", f"Due on day {n * n}"] for n in range(6)]
    assert pages == printed(pages)


def test_what_is_said_again_and_again_stays() -> None:
    filler = "The pump fills the tank in ten minutes."
    pages = [["Pump Manual", filler, *body(n)[:2], filler, filler, *body(n)[2:], filler] for n in range(5)]
    assert [page[1:] for page in pages] == printed(pages)


def test_pages_of_nothing_else_are_kept() -> None:
    assert [["Hello"]] * 4 == printed([["Hello"]] * 4)


def test_contents_go_and_lists_of_prices_stay() -> None:
    contents = "Contents\n1 Valves ........ 3\n1.1 Ball valves . . . . 4\n2 Tanks ....... 9\n\nText."
    assert "Contents\n\nText." == without_contents(contents)
    prices = "Espresso ..... 3\nTea ..... 2\nCake ..... 4\nCoffee ..... 3"
    assert prices == without_contents(prices)
    assert "Ports ..... 4\nFans ..... 6" == without_contents("Ports ..... 4\nFans ..... 6")


def test_an_index_goes_whose_pages_the_document_has() -> None:
    index = ["anchor . . . . . . 3, 9", "bolt . . . . . . 2", "cable . . . . . . 7", "drum . . . . . . 1, 4"]
    pages = [*(body(n) for n in range(9)), index]
    assert [*(body(n) for n in range(9)), []] == printed(pages)
