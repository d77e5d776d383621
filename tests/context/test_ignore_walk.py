from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence

import pytest
from amounts import share_of
from context.ignore_lines import LINES, PATHS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lightship.context.ignore import Ignore
from lightship.context.ignore_walk import sent_directories
from lightship.context.path_match import IndexedPath
from lightship.context.patterns import IgnorePattern, as_go_reads, matcher
from lightship.context.segments import row


class PlainWalk:
    """MatchesUsingParentResults and filter.go's Walk as they are written: every pattern, at every path."""

    def __init__(self, patterns: Sequence[IgnorePattern]) -> None:
        self.patterns, self.texts = (
            patterns,
            [as_go_reads(pattern.text) for pattern in patterns],
        )
        negated = [
            text
            for text, pattern in zip(self.texts, patterns, strict=True)
            if pattern.negated
        ]
        self.stems = [text.removesuffix("/**").removesuffix("/*") for text in negated]
        self.only_prefixes = not any(
            char in stem for stem in self.stems for char in "*[]?^\\"
        )

    def decides(self, path: str) -> IgnorePattern | None:
        took = [False] * len(self.patterns)
        for step in prefixes(path):
            took, out = self.step(step, took)
            enters = not self.only_prefixes or any(
                f"{stem}/".startswith(f"{step}/") for stem in self.stems
            )
            if out and not enters:
                break
        return next(
            (
                pattern
                for pattern, hit in zip(self.patterns[::-1], took[::-1], strict=True)
                if hit
            ),
            None,
        )

    def step(self, path: str, above: list[bool]) -> tuple[list[bool], bool]:
        took, out = list(above), False
        for at, pattern in enumerate(self.patterns):
            match = matcher(self.texts[at]) or (
                lambda *_: False
            )  # it is never tried, or there are problems
            if above[at] or (
                pattern.negated == out and match(IndexedPath(path), False)
            ):
                took[at], out = True, not pattern.negated
        return took, out


def prefixes(path: str) -> Iterator[str]:
    yield from (path[:at] for at, char in enumerate(path) if char == "/")
    yield path


@settings(max_examples=share_of(1000))
@given(st.lists(LINES, min_size=1, max_size=5), st.lists(PATHS, min_size=1, max_size=6))
@example(["a", "!a/*/**"], ["a/b/c", "a/b"])
@example(["*", "!**/b", "a/b"], ["a/b/c", "b/a"])
@example(["**/a*b"], ["a\nb", "a\nb/ab", "ab/a\nb"])
def test_law_the_automaton_says_what_every_pattern_at_every_path_says(lines, paths):
    ignore = Ignore.of(lines)
    walk, plain = ignore.walk(), PlainWalk(ignore.patterns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lightship.context.ignore_walk._WIDEST", 2)
        several = ignore.walk()
    for path in paths:
        assert walk.decides(path) is plain.decides(path)
        assert several.decides(path) is plain.decides(path)
        assert walk.leaves_out(path) == (
            plain.decides(path)
            not in (None, *(each for each in ignore.patterns if each.negated))
        )


@given(
    st.lists(LINES, max_size=4),
    st.lists(PATHS, max_size=6).flatmap(
        lambda paths: st.tuples(st.just(paths), st.permutations(paths))
    ),
)
def test_law_the_order_of_paths_changes_nothing(lines, orders):
    ignore = Ignore.of(lines)
    first, second = (ignore.walk() for _ in orders)
    verdicts = [
        {path: walk.leaves_out(path) for path in paths}
        for walk, paths in zip((first, second), orders, strict=True)
    ]
    assert verdicts[0] == verdicts[1]
    assert list(ignore.sent(orders[0])) == [
        path for path in orders[0] if not verdicts[0][path]
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        "a",
        "a/b",
        "*",
        "**",
        "**/a",
        "**a",
        "a**",
        "a/**",
        "a/**/b",
        "**/*.py",
        "a/*b*/c?.[ch]",
        "\\#a",
        "[a-c]",
        "a{2}b*",
        "**/**",
    ],
)
def test_common_patterns_split(pattern):
    assert row(pattern) is not None


@pytest.mark.parametrize(
    "pattern", ["a**b", "[^a]", "a|b*", "\\bab", "[+-9]a", "a*b**", "[a-"]
)
def test_what_may_pass_a_slash_does_not_split(pattern):
    assert row(pattern) is None


@given(
    st.lists(
        st.sampled_from("a b x * ? * ab [ab] ba a? ?b".split()), min_size=1, max_size=12
    ),
    PATHS,
)
def test_law_a_form_says_what_the_steps_say(parts, path):
    name, pattern = path.rpartition("/")[2], re.sub(r"\*+", "*", "".join(parts))
    found, match = row(pattern), matcher(pattern)
    assert found is not None
    assert match is not None
    assert Ignore.of([pattern]).walk().leaves_out(name) == match(
        IndexedPath(name), False
    )


def test_a_directory_that_is_left_out_is_not_entered_for_a_line_with_wildcards_at_its_end():
    """fsutil cuts `/**`, then `/*`, and takes what is left for the directory that the line is about."""
    shut = Ignore.of(["a", "!a/*/**"])
    assert shut.walk().leaves_out("a/b/c")
    assert shut.walk().decides("a/b/c").line == 1
    assert not shut.matches("a/b/c")
    assert not shut.walk(enters_all=True).leaves_out("a/b/c")
    assert not Ignore.of(["a", "!a/*/**", "!*.never"]).walk().leaves_out("a/b/c")


def test_a_byte_that_is_not_utf8_reaches_the_client_as_another_character():
    assert not Ignore.of(["x\udcff"]).walk().leaves_out("x\udcff")
    assert Ignore.of(["x\udcff"]).walk().leaves_out("x\ufffd")
    assert Ignore.of(["x[\udcff]"]).walk().leaves_out("x\udcff")


def test_directories_arrive_by_themselves_and_with_what_is_below_them():
    walk = Ignore.of(["a", "!a/b/c", "**/f", "e/*"]).walk()
    directories = ["a", "a/b", "a/b/c", "a/d", "e", "e/x", "g", "g/h"]
    assert list(sent_directories(directories, [], walk)) == [
        "a",
        "a/b",
        "a/b/c",
        "e",
        "g",
        "g/h",
    ]
    assert list(sent_directories(["a", "e", "e/x"], ["a/z", "e/x/y"], walk)) == [
        "a",
        "e",
        "e/x",
    ]


@given(st.lists(LINES, max_size=4), st.lists(PATHS, max_size=6))
def test_law_what_is_sent_has_its_directories(lines, paths):
    ignore = Ignore.of(lines)
    files = list(ignore.sent(paths))
    directories = sorted(
        {above for path in paths for above in prefixes(path) if above != path}
    )
    arrived = set(sent_directories(directories, files, ignore.walk()))
    assert arrived >= {
        above for path in files for above in prefixes(path) if above != path
    }


@pytest.mark.parametrize(
    "line",
    [
        "*a" * 30 + "*b",
        "*" + "?" * 60 + "b",
        "a{0,1000}" * 3 + "*b",
        "*[ab]" * 2000 + "c",
        "?" * 5000 + "*",
    ],
    ids=len,
)
def test_hostile_names_take_no_long_time(line):
    start = time.process_time()
    walk = Ignore.of(["**/" + line, "!" + line]).walk()
    for at in range(20):
        walk.leaves_out("a" * 4000 + "/" + "ab" * 2000 + str(at))
    assert time.process_time() - start < 5


def test_many_patterns_are_judged_in_their_order():
    walk = Ignore.of(
        sign + f"a{number}/**/*b" for number in range(2000) for sign in ("", "!")
    ).walk()
    assert not walk.leaves_out("a7/x/b")
    assert walk.decides("a7/x/b").line == 16
    assert walk.decides("a1999/b").line == 4000


def test_a_long_pattern_is_matched_as_a_whole():
    path = "/".join(f"a{at}" for at in range(5000))
    assert Ignore.of([f"{path}/*"]).walk().leaves_out(f"{path}/b")
    assert row(f"{path}/*") is None
