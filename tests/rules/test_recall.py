"""The same mistake, written in other ways: each rule still finds it, or leaves it for a reason that stands here.

The seeds are the bad examples of all rules. In each, every instruction that has a part in the mistake (a finding points
at it, or without it there is none) is rewritten in every way of `ways.py` that fits it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
import ways

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.lint.rule import Example, Rule

RULES = {rule.id: rule for rule in all_rules()}
ENOUGH = 10

# Rules about how a text is written: another way of writing it is no longer that mistake.
FORM = {
    "empty-continuation": "an empty line within an instruction is the mistake: on one line there is none",
    "syntax-error": "a text that cannot be read has no instructions to rewrite",
}
# Rules for which there are fewer than ten ways.
FEW = {
    "ignore-pattern-refused": "the mistake is in the ignore file, whatever the Dockerfile says",
    "rule-crashed": "no text shows it: it is a fault of lightship",
    "unreadable-file": "no text shows it",
}


class Written(NamedTuple):
    way: str
    text: str
    found: bool


def _left(rules: str, names: str, reason: str) -> dict[tuple[str, str], str]:
    return {(rule, way): reason for rule in rules.split() for way in names.split()}


VARIABLE = "argument-in-an-arg argument-in-a-shell-variable"
INNER = "sh-c bash-c-in-double-quotes exec-form-with-a-shell heredoc-given-to-bash"
HEREDOCS = "heredoc heredoc-with-set-e heredoc-with-tabs heredoc-for-bash"
LATER = "a trigger runs in another build"

LEFT: dict[tuple[str, str], str] = {
    # Triggers of ONBUILD
    **_left(
        "build-refused copy-from-own-stage debian-release-unpinned"
        " end-of-life-image filesystem-copied-onto-another image-without-digest"
        " latest-image unknown-stage unpinned-build-tool untagged-image",
        "in-onbuild",
        f"{LATER}: its stages are those that --from may name",
    ),
    **_left(
        "add-instead-of-copy destination-without-slash variable-of-base-image world-writable",
        "in-onbuild",
        f"{LATER}: the variable may hold something else there",
    ),
    **_left(
        "copied-file-ignored",
        "in-onbuild",
        f"{LATER}: the files are those of its context",
    ),
    **_left(
        "relative-destination", "in-onbuild", f"{LATER}, behind all WORKDIR of this one"
    ),
    **_left(
        "cache-mount-elsewhere cache-mount-emptied cache-mount-missing cache-mount-unused",
        "in-onbuild",
        f"{LATER}: its user, home and settings say where the cache is",
    ),
    **_left(
        "archive-copied-to-unpack consecutive-runs copied-files-not-writable install-without-update"
        " sources-before-dependencies sources-touched",
        "in-onbuild",
        f"{LATER}: there it stands behind all the other instructions, not where it is written",
    ),
    **_left(
        "copied-path-never-made package-manager-shipped user-install-unreachable user-name-in-scratch"
        " venv-and-code-in-one-copy venv-moved venv-of-another-python",
        "in-onbuild",
        f"{LATER}: what it makes or takes is not in this image",
    ),
    # Variables: another build may give an ARG another value, and those of the shell are not followed
    **_left(
        "unlocked-requirements unpinned-apk-package unpinned-apt-package unpinned-build-tool unpinned-gem-package"
        " unpinned-go-package unpinned-npm-package unpinned-pip-package",
        VARIABLE,
        "the version may be in the variable",
    ),
    **_left(
        "alpine-without-wheels build-tools-in-final-stage distribution-python python-output-buffered torch-with-cuda",
        VARIABLE,
        "which packages it installs is the mistake, and not known",
    ),
    **_left(
        "full-base-image",
        VARIABLE,
        "a package that is not known may bring what only the full image has",
    ),
    **_left(
        "consecutive-runs",
        VARIABLE,
        "an ARG or a command of another kind stands between the two",
    ),
    **_left(
        "sources-before-dependencies",
        VARIABLE,
        "of a few files it is said where the fix can be made",
    ),
    **_left(
        "archive-copied-to-unpack dev-dependencies-installed lock-not-checked service-started-in-run setup-py-install"
        " sh-relinked tls-check-off unused-user cache-mount-emptied editable-install",
        VARIABLE,
        "the operand is the mistake, and not known",
    ),
    **_left(
        "removed-poetry-option",
        VARIABLE,
        "which version of Poetry runs is the mistake, and not known",
    ),
    **_left(
        "cache-mount-missing ownership-changed-after-copy trusted-host user-drops-groups"
        " user-install-unreachable venv-and-code-in-one-copy venv-moved venv-of-another-python",
        "argument-in-a-shell-variable",
        "the operand is the mistake, and variables of the shell are not followed",
    ),
    # FROM by ARG
    **_left(
        "debian-release-unpinned image-without-digest unpinned-build-tool",
        "words-in-args",
        "an image that is a variable as a whole is chosen by those who build",
    ),
    **_left(
        "build-refused",
        "words-in-args",
        "another value builds: invalid-default-base-image speaks of this one",
    ),
    # Another stage
    **_left(
        "overridden-instruction",
        "in-an-earlier-stage",
        "a stage may replace what its base starts",
    ),
    **_left("consecutive-runs", "in-an-earlier-stage", "a FROM stands between the two"),
    **_left(
        "early-changing-variable", "in-an-earlier-stage", "an ARG ends with its stage"
    ),
    **_left(
        "sources-before-dependencies",
        "in-an-earlier-stage",
        "of a few files it is said where the fix can be made",
    ),
    **_left("cd-in-run", "in-an-earlier-stage", "it is one RUN in each of two stages"),
    **_left(
        "copy-from-own-stage",
        "in-an-earlier-stage",
        "it is no longer the stage of that name",
    ),
    **_left(
        "archive-copied-to-unpack",
        "in-an-earlier-stage",
        "other stages that start there may want the archive",
    ),
    # Commands whose place or surroundings are the point
    **_left(
        "consecutive-runs",
        f"{HEREDOCS} {INNER} exec-form",
        "only what `&&` can join is sure to do the same as one RUN",
    ),
    **_left(
        "consecutive-runs",
        "behind-set-e behind-set-eux-and",
        "the options would hold for both",
    ),
    **_left("consecutive-runs", "before-or-exit", "the `||` would stand for both"),
    **_left(
        "consecutive-runs",
        "mount shell-set-before",
        "the two do not run in the same surroundings",
    ),
    **_left(
        "consecutive-runs",
        "before-another behind-another-with-and behind-another-with-semicolon if-branch function",
        "the two belong together where both do one thing, and nothing else",
    ),
    **_left(
        "cd-in-run",
        "group subshell if-branch loop function output-thrown-away",
        "that is how a part of a script works elsewhere",
    ),
    **_left(
        "cd-in-run",
        "before-another before-or-exit behind-another-with-and behind-another-with-semicolon",
        "in the midst of a script it serves what follows it there",
    ),
    **_left(
        "cd-in-run",
        "heredoc-given-to-bash bash-c-in-double-quotes exec-form-with-a-shell",
        "a shell in a shell: nobody begins a RUN so",
    ),
    **_left(
        "copied-path-never-made early-changing-variable pipe-without-pipefail update-alone cache-mount-elsewhere"
        " service-started-in-run",
        "function",
        "what the call of a function does is not followed",
    ),
    **_left(
        "command-needs-root copied-files-not-writable",
        "if-branch function",
        "it may be meant for the user who can, and run only then",
    ),
    **_left(
        "command-needs-root copied-files-not-writable", "sudo", "sudo makes it root's"
    ),
    **_left(
        "cache-mount-elsewhere cache-mount-emptied cache-mount-missing cache-mount-unused user-install-unreachable"
        " uv-link-mode-unset",
        "sudo",
        "sudo may give it another home and another environment",
    ),
    **_left(
        "dev-dependencies-installed removed-in-later-layer",
        "if-branch",
        "it may be meant for another build",
    ),
    **_left(
        "ownership-changed-after-copy",
        "if-branch loop function",
        "a `cd` in there may not have been made",
    ),
    **_left(
        "sources-before-dependencies",
        "if-branch function",
        "of a few files it is said where the fix can be made",
    ),
    **_left("secret-mount-leaked", "output-thrown-away", "nothing is shown then"),
    **_left(
        "venv-of-another-python",
        "absolute-path",
        "in one seed that path is another Python than the one there",
    ),
    # Ways that are the cure
    **_left(
        "from-as-casing-differs keyword-casing-mixed",
        "lower-case-keywords",
        "in lower case they agree",
    ),
}


def written(rule: Rule) -> tuple[Written, ...]:
    """Every bad example of the rule in every way, and whether the rule finds it."""
    found = (
        item
        for example in rule.examples
        if example.bad
        for item in _written(rule, example)
    )
    return tuple(dict.fromkeys(found))


def _written(rule: Rule, example: Example) -> Iterator[Written]:
    number = _number(rule, example, example.bad)
    for place, is_spot in _parts(rule, example):
        fitting = (
            ways.TEXT_WAYS if rule.id in FORM else ways.fitting(place, is_spot=is_spot)
        )
        for name, text in ways.texts(place, fitting):
            assert (
                rule.id == "syntax-error"
                or not _build(example, text).dockerfile.problems
            ), text
            yield Written(name, text, _number(rule, example, text) >= number)


def _parts(rule: Rule, example: Example) -> Iterator[tuple[ways.Place, bool]]:
    """The instructions that have a part in the mistake, and whether a finding points at them."""
    build = _build(example, example.bad)
    text, instructions = build.dockerfile.text, build.dockerfile.instructions
    found = [item.finding for item in lint(build, [rule])]
    spots = {
        _at(instructions, finding.span.start)
        for finding in found
        if finding.path is None
    }
    for instruction in instructions:
        span = instruction.span
        without = text[: span.start] + text[span.end + 1 :]
        if instruction in spots:
            yield ways.Place(build, instruction), True
        elif instruction.keyword != "FROM" and not _number(rule, example, without):
            yield ways.Place(build, instruction), False


def _at(instructions: tuple[Instruction, ...], place: int) -> Instruction:
    """The instruction that stands there, or behind a comment that does."""
    return next(
        (each for each in instructions if place <= each.span.end), instructions[-1]
    )


def _build(example: Example, text: str) -> Build:
    return build_of(text, example.files, example.modes)


def _number(rule: Rule, example: Example, text: str) -> int:
    return sum(item.rule is rule for item in lint(_build(example, text), [rule]))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_it_is_found_in_ten_ways_and_in_all_but_those_that_are_left(rule):
    rows = written(rule)
    missed = [
        item for item in rows if not item.found and (rule.id, item.way) not in LEFT
    ]
    assert not missed, "\n\n".join(f"{item.way}:\n{item.text}" for item in missed)

    left = {way for name, way in LEFT if name == rule.id}
    not_found = {item.way for item in rows if not item.found}
    assert left == left & not_found, "these ways are found after all"

    examples = sum(bool(example.bad) for example in rule.examples)
    number = examples + len({item.way for item in rows if item.found})
    assert (number >= ENOUGH) == (rule.id not in FEW), number


def test_the_tables_name_rules_and_ways():
    assert FORM.keys() | FEW.keys() | {rule for rule, _ in LEFT} <= RULES.keys()
    assert {way for _, way in LEFT} <= ways.WAYS.keys()
