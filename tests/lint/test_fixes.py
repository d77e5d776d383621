from __future__ import annotations

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import build, replaces

from lightship.lint.finding import Finding, Fix, Safety
from lightship.lint.fixes import ROUNDS, SAFE, UNSAFE, UnfixedReason, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.text import Edit, Span, apply_edits


def fixed(text, *rules, allowed=SAFE, files=None):
    return fix(build(text, files), RuleSelection(rules), allowed)


def reasons(result):
    return [item.reason for item in result.left]


def test_a_fix_is_made_and_told():
    result = fixed("FROM a\nRUN b\n", replaces("b", "c"))
    assert result.text == "FROM a\nRUN c\n"
    assert [(item.rule, item.message, item.line) for item in result.applied] == [
        ("made-up", "Replace b", 2)
    ]
    assert not result.left


@pytest.mark.parametrize(
    ("safety", "allowed", "reason"),
    [
        (Safety.UNSAFE, SAFE, UnfixedReason.UNSAFE),
        (Safety.MANUAL, SAFE, UnfixedReason.MANUAL),
        (Safety.MANUAL, UNSAFE, UnfixedReason.MANUAL),
    ],
)
def test_a_fix_that_may_not_run_is_left_with_its_reason(safety, allowed, reason):
    result = fixed(
        "FROM a\nRUN b\n", replaces("b", "c", safety=safety), allowed=allowed
    )
    assert result.text == "FROM a\nRUN b\n"
    assert reasons(result) == [reason]


def test_a_finding_without_a_fix_is_left():
    assert reasons(fixed("FROM a\nRUN b\n", made.finds("b"))) == [UnfixedReason.NO_FIX]


def test_fixes_that_touch_take_turns():
    rules = (
        replaces("bb", "c", "first-rule"),
        replaces("bd", "x", "second-rule"),
        replaces("cd", "e", "third-rule"),
    )
    result = fixed("FROM a\nRUN bbd\n", *rules)
    assert result.text == "FROM a\nRUN e\n"
    assert [item.rule for item in result.applied] == ["first-rule", "third-rule"]


def _relying(word, edited, becomes):
    """A rule whose fix replaces `edited`, and relies on `word`."""

    def check(build):
        text = build.dockerfile.text
        if word in text and edited in text:
            place = Span(text.index(edited), text.index(edited) + len(edited))
            relied = Span(text.index(word), text.index(word) + len(word))
            edits = (Edit.replace(place, becomes),)
            yield Finding(place, "made", Fix("Make", edits, relies_on=(relied,)))

    return made.rule("relying", check)


def test_a_fix_waits_for_an_earlier_one_that_relies_on_what_it_changes():
    text = "FROM a\nRUN b\nRUN relied\n"
    rules = _relying("relied", "RUN b", "RUN c"), replaces("relied", "x", "other")
    order = [item.rule for item in fixed(text, *rules).applied]
    assert order == ["relying", "other"]


def test_a_fix_waits_for_an_earlier_one_that_changes_what_it_relies_on():
    text = "FROM a\nRUN relied\nRUN b\n"
    rules = _relying("relied", "RUN b", "RUN c"), replaces("relied", "x", "other")
    result = fixed(text, *rules)
    assert [item.rule for item in result.applied] == ["other"]
    assert result.text == "FROM a\nRUN x\nRUN b\n"


def test_the_turn_of_a_fix_begins_where_what_it_relies_on_begins():
    text = "FROM a\nRUN relied on\nRUN b\n"
    rules = _relying("relied on", "RUN b", "RUN c"), replaces(" on", "", "other")
    order = [item.rule for item in fixed(text, *rules).applied]
    assert order == ["relying", "other"]


def test_insertions_at_one_place_take_turns():
    def add(word):
        def check(build):
            text = build.dockerfile.text
            if word not in text:
                yield Finding(
                    Span(0, 4),
                    f"no {word}",
                    Fix(f"Add {word}", (Edit.insert(len(text), f"RUN {word}\n"),)),
                )

        return made.rule(f"no-{word}", check)

    assert fixed("FROM a\n", add("x"), add("y")).text == "FROM a\nRUN x\nRUN y\n"


def test_all_edits_of_a_fix_or_none():
    def check(build):
        text = build.dockerfile.text
        if "b1" in text:
            edits = tuple(
                Edit.replace(Span(text.index(word), text.index(word) + 2), "X")
                for word in ("b1", "b2")
            )
            yield Finding(edits[1].span, "both", Fix("Both", edits))

    result = fixed(
        "FROM a\nRUN b1\nRUN c\nRUN b2\n", replaces("b1", "c"), made.rule("both", check)
    )
    assert result.text in (
        "FROM a\nRUN X\nRUN c\nRUN X\n",
        "FROM a\nRUN c\nRUN c\nRUN b2\n",
    )


def test_a_fix_that_would_break_the_text_is_left_and_the_others_are_made():
    rules = [
        replaces(r"RUN (\w)\n", r"RUN \1\1\n", "double"),
        replaces("COPY", "CPY", "breaks"),
    ]
    result = fixed("FROM a\nRUN b\nCOPY c d\nRUN e\n", *rules)
    assert result.text == "FROM a\nRUN bb\nCOPY c d\nRUN ee\n"
    assert reasons(result) == [UnfixedReason.WOULD_NOT_PARSE]


def test_what_waited_for_a_broken_fix_is_made_all_the_same():
    rules = [replaces("COPY c", "CPY c", "breaks"), replaces("c d", "e f", "waits")]
    result = fixed("FROM a\nCOPY c d\n", *rules)
    assert result.text == "FROM a\nCOPY e f\n"


@pytest.mark.parametrize("span", [Span(0, 999), Span(5, 2)])
def test_an_impossible_edit_is_left(span):
    finding = Finding(Span(0, 4), "m", Fix("Impossible", (Edit.replace(span, "x"),)))
    assert reasons(fixed("FROM a\n", made.rule(check=lambda _: [finding]))) == [
        UnfixedReason.WOULD_NOT_PARSE
    ]


def test_fixes_that_undo_each_other_end():
    result = fixed(
        "FROM a\nRUN b\n", replaces("b", "c", "to-c"), replaces("c", "b", "to-b")
    )
    assert UnfixedReason.CIRCULAR in reasons(result)
    assert len(result.applied) == 1


def test_a_fix_that_never_ends_ends():
    result = fixed("FROM a\nRUN b\n", replaces("b", "bb"))
    assert UnfixedReason.ROUNDS in reasons(result)
    assert result.text.count("b") > ROUNDS


def test_a_fix_that_changes_nothing_is_left():
    assert reasons(fixed("FROM a\nRUN b\n", replaces("b", "b"))) == [
        UnfixedReason.CIRCULAR
    ]


def ignoring(word):
    def check(build):
        text = build.context.read(".dockerignore") or "" if build.context else ""
        if word not in text:
            edit = Edit(Span(len(text), len(text)), f"{word}\n", ".dockerignore")
            yield Finding(Span(0, 4), f"{word} is sent", Fix(f"Ignore {word}", (edit,)))

    return made.rule(f"sends-{word}", check)


def test_a_fix_writes_another_file_and_later_ones_see_it():
    result = fixed("FROM a\n", ignoring("git"), ignoring("env"), files={})
    assert result.files == {".dockerignore": "env\ngit\n"}
    assert len(result.applied) == 2
    result = fixed("FROM a\n", ignoring("git"), files={".dockerignore": "x\n"})
    assert result.files == {".dockerignore": "x\ngit\n"}


def test_without_a_context_no_other_file_is_written():
    assert reasons(fixed("FROM a\n", ignoring("git"))) == [UnfixedReason.NO_CONTEXT]


def test_what_comments_hide_is_not_fixed():
    result = fixed(
        "FROM a\n# lightship: ignore=made-up\nRUN b\n", replaces(r"(?<=RUN )b", "c")
    )
    assert not result.applied
    assert not result.left


def test_a_text_that_does_not_parse_is_left_alone():
    result = fixed("FROM a\nRNU b\n", replaces("b", "c"))
    assert result.text == "FROM a\nRNU b\n"
    assert [item.diagnostic.rule.id for item in result.left] == ["syntax-error"]


def test_thousands_of_fixes_one_of_them_broken():
    text = "FROM a\n" + "RUN b\n" * 1_000 + "COPY c d\n" + "RUN b\n" * 1_000
    result = fixed(text, replaces("RUN b", "RUN e"), replaces("COPY", "CPY", "breaks"))
    assert result.text == text.replace("b", "e")
    assert len(result.applied) == 2_000


@given(st.text(max_size=40), st.data())
def test_law_characters_outside_the_edits_stay(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = [
        Edit(Span(a, b), data.draw(st.text(max_size=3)))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    after = apply_edits(
        text,
        data.draw(st.permutations(edits))
        if len({edit.span for edit in edits}) == len(edits)
        else edits,
    )
    kept, at = [], 0
    for edit in edits:
        kept.append(text[at : edit.span.start])
        at = edit.span.end
    kept.append(text[at:])
    rest = after
    for piece, edit in zip(kept, [*edits, None], strict=True):
        assert rest.startswith(piece)
        rest = rest[len(piece) :]
        if edit is not None:
            assert rest.startswith(edit.text)
            rest = rest[len(edit.text) :]
    assert rest == ""
