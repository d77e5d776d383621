"""What is laid upon `COPY --link`, which itself does not depend on what is below it."""

from __future__ import annotations

from cache.made_trees import tree_of
from cache.pasts import build_of, plain

from lightship.cache.builders import read_builder
from lightship.cache.keys.moment import Moment


def keys(text):
    files = plain(app="1")
    moment = Moment(
        build_of(text, files), tree_of(files), read_builder("buildkit-containerd")
    )
    return [keyed.key for keyed in moment.keyed]


def test_a_step_upon_a_linked_copy_depends_on_what_both_are_laid_upon():
    text = "FROM a\nRUN one\nCOPY --link app /app\nRUN two\n"
    before, after = keys(text), keys(text.replace("one", "other"))
    assert [old == new for old, new in zip(before, after, strict=True)] == [
        False,
        True,
        False,
    ]


def test_so_does_one_upon_several_of_them():
    text = "FROM a\nCOPY --link app /app\nCOPY --link app /bin/\nRUN two\n"
    before, after = keys(text), keys(text.replace("FROM a", "FROM b"))
    assert [old == new for old, new in zip(before, after, strict=True)] == [
        True,
        True,
        False,
    ]


def test_files_of_a_stage_with_a_linked_copy_depend_on_its_base():
    text = """\
FROM a AS build
RUN make one
COPY --link app /app
RUN make two
FROM a
COPY --from=build /out /out
"""
    before, after = keys(text), keys(text.replace("make one", "make other"))
    assert before[-1] != after[-1]
