import pytest

from orchestration.evidence.figures import figures_of


def missing_figures(statement: str, passage: str) -> list[str]:
    there = figures_of(passage)
    return [f.text for f in figures_of(statement) if not (f.small or any(map(f.agrees, there)))]


SAME = [
    ("1,000 pages", "1000 pages"),
    ("1k pages", "1000 pages"),
    ("one thousand pages", "1,000 pages"),
    ("a dozen nodes", "12 nodes"),
    ("1.000 Seiten", "1000 Seiten"),
    ("10 000 rows", "10,000 rows"),
    ("1.5M rows", "1.5 million rows"),
    ("five million rows", "5,000,000 rows"),
    ("$1.2bn", "1.2 billion dollars"),
    ("twenty-five percent", "25 %"),
    ("12 %", "a share of 0.12"),
    ("a share of 0.12", "12 percent"),
    ("50 %", "half of them"),
    ("10 %", "a tenth of the time"),
    ("about 81 percent", "80.8 percent"),
    ("over 1,000 users", "1,234 users"),
    ("39 percent", "39 to 70 percent"),
    ("60 seconds", "a minute"),
    ("90 minutes", "1.5 hours"),
    ("6 weeks", "42 days"),
    ("roughly 1 ms", "about a millisecond"),
    ("in July 2010", "version 3.7.0 of July 2010"),
    ("in 2010", "2010-07-21"),
    ("21 July 2010", "2010-07-21"),
    ("July 21, 2010", "21.07.2010"),
    ("7/21/2010", "21 July 2010"),
    ("1 April 2010", "on April 1st, 2010"),
    ("version 3.7", "version 3.7.0"),
    ("Python 3.10", "Python 3.10.2"),
    ("Django 5", "Django 5.0"),
    ("Django 5.1 in August", "Django 5.1 of August 2024"),
    ("two kinds", "there are kinds of it"),
    ("three replicas", "3 replicas"),
    ("one of the methods", "two of the methods"),
    ("port 5000 [d_7x31]", "port 5000"),
    ("see https://x.example/99", "nothing"),
    ("2. port 5000", "port 5000"),
    ("5\u00a0000 entries", "5,000 entries"),
    ("10^6 cells", "10⁶ cells"),
    ("1e6 cells", "one million cells"),
    ("3 × 10⁸ m", "300,000,000 m"),
    ("1.5 cups", "1½ cups"),
    ("half a cup", "½ cup"),
    ("$10 a month", "10 US dollars"),
    ("5 million euros", "€5m"),
    ("10 pounds", "£10"),
    ("10 pounds", "10 lb"),
    ("10 %", "share (%): 10"),
    ("-5 %", "sales fell 5 %"),
    ("28 June 2019", "Friday, June 28 (The Courier, 2019)"),
    ("the 1990s", "in 1994"),
    ("the 2000s", "in 2007"),
    ("the 19th century", "in 1850"),
    ("eighth-generation", "the 8th generation"),
    ("twenty-three million", "23 million"),
    ("for two years", "for a while"),
    ("in January 2024", "first released in Janu-\nary 2024"),
]
OTHER = [
    ("100 pages", "1000 pages", ["100"]),
    ("81 percent", "80.8 percent", ["81%"]),
    ("over 1,000 users", "400 users", ["1,000"]),
    ("July 2011", "July 2010", ["2011"]),
    ("on 3 July 2010", "4 July 2010", ["3 July 2010"]),
    ("version 3.8", "version 3.7.0", ["3.8"]),
    ("Python 3.1", "Python 3.10", ["3.1"]),
    ("4.2.1 is out", "4.2 is out", ["4.2.1"]),
    ("30 minutes", "30 seconds", ["30 minutes"]),
    ("1.5 billion rows", "1.5 million rows", ["1.5 billion"]),
    ("4 workers", "Django 4.2.1", ["4"]),
    ("10 %", "10 points", ["10%"]),
    ("10 percentage points", "10 %", ["10"]),
    ("€10", "$10", ["€10"]),
    ("5 GB", "5 MB", ["5"]),
    ("7 km", "7 miles", ["7"]),
    ("106 cells", "10⁶ cells", ["106"]),
    ("11 cups", "1½ cups", ["11"]),
    ("1e6 entries", "1 entry", ["1000000"]),
    ("²⁰⁰⁰ entries", "1,000 entries", ["2000"]),
    ("⅔ of it", "half of it", ["0.6667"]),
    ("1 retry", "a retry every hour", ["1"]),
    ("it holds [2000] entries", "1,000 entries", ["2000"]),
    ("faster [by 7 times]", "faster", ["7"]),
]


@pytest.mark.parametrize(("statement", "passage"), SAME)
def test_the_same_number_in_another_way_stands(statement: str, passage: str) -> None:
    assert [] == missing_figures(statement, passage)


@pytest.mark.parametrize(("statement", "passage", "missing"), OTHER)
def test_another_number_is_missing_as_the_statement_writes_it(statement: str, passage: str, missing: list[str]) -> None:
    assert missing == missing_figures(statement, passage)


def test_a_date_is_two_figures_and_each_is_missed_for_itself() -> None:
    assert ["2019"] == missing_figures("28 June 2019", "Friday, June 28")
    assert ["28 June 2019"] == missing_figures("28 June 2019", "in 2019")


def test_of_what_is_measured_the_unit_tells_whether_it_is_the_same() -> None:
    (gigabytes,), (megabytes,), (bare,) = (figures_of(text) for text in ("5 GB", "5 MB", "5."))
    assert not gigabytes.agrees(megabytes) and gigabytes.measures(megabytes)
    assert gigabytes.agrees(bare) and not gigabytes.measures(bare)


def test_small_number_words_are_marked_as_how_people_write() -> None:
    assert [True, False] == [figure.small for figure in figures_of("Of two kinds, 12 % are new.")]


@pytest.mark.parametrize(
    "piece", ["9", "9.", "9,", "1,000 ", "one ", "one hundred and ", "about ", "2019-", "12.", "May ", "9s"]
)
def test_no_text_is_too_much(piece: str) -> None:
    text = piece * 20_000
    assert all(figure.agrees(figure) for figure in figures_of(text)[:3])


def test_seconds_with_a_point_are_no_decade() -> None:
    """`0.12s` has as many characters as `1990s`."""
    assert [figure.text for figure in figures_of("2 failed in 0.12s, 9.5s at most")] != []
