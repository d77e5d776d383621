"""Things found by the path of a directory above them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lightship.evaluation.paths import below
from lightship.facts.files.placed import Placed

names = st.text("ab0/-. ", max_size=4).map(
    lambda text: f"/{text.strip('/')}".replace("//", "/x/")
)


def test_what_stands_at_a_path_or_below_it_in_the_order_given():
    placed = Placed([("/b/c", 1), ("/a", 2), ("/b", 3), ("/bc", 4), ("/b/a", 5)])
    assert placed.below("/b") == [1, 3, 5]
    assert placed.below("/") == [1, 2, 3, 4, 5]
    assert placed.below("/x") == []


@given(st.lists(names), names)
def test_it_is_what_a_look_at_each_would_find(paths, directory):
    expected = [path for path in paths if below(path, directory) is not None]
    assert Placed((path, path) for path in paths).below(directory) == expected
