"""The demo's pages: each says where its facts come from and when they held."""

import re
from pathlib import Path

import pytest

HANDBOOK = Path(__file__).parents[3] / "bot" / "simulator" / "handbook"
PAGES = sorted(path for path in HANDBOOK.glob("*.md") if path.name != "LICENSE.md")
SOURCE = re.compile(r"^Source: \S.+, https://\S+.*, as of \d{4}-\d{2}-\d{2}$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_a_title_and_a_dated_source_and_is_short(page: Path) -> None:
    text = page.read_text()
    assert text.startswith("# ")
    assert SOURCE.search(text)
    assert 150 <= len(text.split()) <= 450


def test_every_page_has_a_title_of_its_own() -> None:
    titles = [page.read_text().splitlines()[0] for page in PAGES]
    assert len(titles) == len(set(titles)) >= 20


def test_two_pages_of_different_dates_give_different_defaults_for_the_same_setting() -> None:
    older, newer = (HANDBOOK / f"django-{version}-time-zones.md" for version in ("4-2", "5-0"))
    assert "The default value of the `USE_TZ` setting is False." in older.read_text()
    assert "The default value of the `USE_TZ` setting is True." in newer.read_text()


def test_the_licence_of_the_pages_is_named() -> None:
    assert "CC BY 4.0" in (HANDBOOK / "LICENSE.md").read_text()
