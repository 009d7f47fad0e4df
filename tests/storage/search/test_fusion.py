"""Two rankings become one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.fusion import fuse

SCORES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.floats(-1, 100, width=32), max_size=12)


def test_what_both_find_comes_before_what_one_finds() -> None:
    words = {"both": 9.0, "words": 10.0, "neither": 1.0}
    ranked = fuse(words, {"both": 0.7, "meaning": 0.8, "words": 0.1, "neither": 0.1})
    assert ("both", "neither") == (ranked[0][0], ranked[-1][0])


def test_scores_are_the_convex_sum_of_the_scaled_ones() -> None:
    assert [("a", 1.0), ("b", 0.5), ("c", 0.0)] == fuse({"a": 5.0, "b": 3.0, "c": 1.0}, {"a": 0.9, "b": 0.5, "c": 0.1})


def test_what_has_no_vector_is_judged_by_its_words() -> None:
    ranked = dict(fuse({"new": 10.0, "old": 10.0, "low": 0.0}, {"old": 0.5, "low": 0.9}))
    assert (1.0, 0.5, 0.5) == (ranked["new"], ranked["old"], ranked["low"])


def test_equal_scores_come_in_the_order_of_their_ids() -> None:
    assert ["a", "b", "c"] == [chunk_id for chunk_id, _ in fuse({"c": 1.0, "a": 1.0, "b": 1.0}, {})]


@pytest.mark.parametrize(("words", "cosines"), [({}, {}), ({"a": 1.0}, {}), ({}, {"a": 0.1})])
def test_one_or_no_candidate_needs_no_scale(words: dict[str, float], cosines: dict[str, float]) -> None:
    assert [(chunk_id, 1.0) for chunk_id in {**words, **cosines}] == fuse(words, cosines)


@given(SCORES, SCORES)
def test_every_candidate_is_ranked_once_between_zero_and_one(
    words: dict[str, float], cosines: dict[str, float]
) -> None:
    ranked = fuse(words, cosines)
    assert sorted({**words, **cosines}) == sorted(chunk_id for chunk_id, _ in ranked)
    assert all(0 <= score <= 1 for _, score in ranked)
    assert ranked == fuse(dict(reversed(words.items())), dict(reversed(cosines.items())))
