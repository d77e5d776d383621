"""What removes the index of apt in the same RUN, beside rm."""

from __future__ import annotations

import pytest
from judged import findings
from made import report

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.registry import all_rules
from lightship.lint.same_cause import said_once
from lightship.text import apply_edits

RULES = {rule.id: rule for rule in all_rules()}
RULE = RULES["apt-lists-kept"]
TEXT = (
    "FROM debian:trixie-slim\nCOPY cleanup.sh /usr/bin/cleanup.sh\n"
    "RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg"
    " && /usr/bin/cleanup.sh\nCMD ffmpeg\n"
)


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"cleanup.sh": "#!/bin/sh\nrm -rf /var/lib/apt/lists/*\n"}, 0),
        ({"cleanup.sh": "#!/bin/sh\nfind / -name '*.pyc' -delete\n"}, 1),
        # It comes with the base image
        ({}, 0),
    ],
)
def test_a_script_to_clean_up_with_may_remove_it(files, count):
    build = build_of(TEXT, {"a.py": "", **files})
    assert len(lint(build, [RULE])) == count


def test_a_script_to_clean_up_with_may_come_with_the_base_image():
    text = "FROM acme/workspace:1\nRUN apt-get update && apt-get install -y git && "
    assert not lint(build_of(f"{text}clean-layer.sh"), [RULE])
    assert lint(build_of(f"{text}apt-get clean"), [RULE])


def test_the_index_stays_where_another_dockerfile_installs_from_it():
    text = "FROM debian:13\nRUN apt-get update && apt-get install -y git\n"
    other = "FROM shop-base\nRUN apt-get install -y curl\n"
    (alone,) = lint(build_of(text, {"web.Dockerfile": "FROM debian:13\n"}), [RULE])
    assert alone.finding.fix is not None
    (needed,) = lint(build_of(text, {"web.Dockerfile": other}), [RULE])
    assert needed.finding.fix is None


SPLIT = "FROM debian:13\nRUN apt-get update\nRUN apt-get install -y git\n"
STALE = (
    "FROM debian:13\nRUN apt-get update && apt-get install -y git\n"
    "RUN apt-get install -y jq\n"
)


@pytest.mark.parametrize(
    ("other", "text"), [("update-alone", SPLIT), ("stale-package-index", STALE)]
)
def test_what_is_told_of_an_old_index_asks_for_one_run_as_well(other, text):
    def told(*rules):
        found = lint(build_of(text), rules)
        rows = [(item.rule, item.finding) for item in found]
        return [item.rule.id for item in said_once(report(text, rows)).diagnostics]

    assert told(RULE) == ["apt-lists-kept"]
    assert told(RULE, RULES[other]) == [other]


def test_no_layer_is_tidied_where_the_next_one_fetches_the_index_again():
    first = "FROM debian:13\nRUN apt-get update && apt-get install -y git\n"
    again = "RUN apt-get update && apt-get install -y jq\n"
    apart = (
        "RUN echo deb http://a b c > /etc/apt/sources.list.d/a.list && apt-get update\n"
    )
    clean = "RUN apt-get install -y jq && rm -rf /var/lib/apt/lists/*\n"
    both = lint(build_of(first + again), [RULE])
    assert [item.finding.fix is not None for item in both] == [True, True]
    [kept] = lint(build_of(first + apart + clean), [RULE])
    assert kept.finding.fix is None
    assert kept.finding.message.endswith("update, install and clean up in one RUN")


def test_layers_without_a_fix_for_all_are_told_of_in_the_same_words():
    text = (
        "FROM debian:13\nRUN apt-get update && apt-get install -y git\n"
        "RUN apt-get update && apt-get install -y jq\nRUN ./install.sh\n"
    )
    found = [item.finding for item in lint(build_of(text), [RULE])]
    assert [finding.fix for finding in found] == [None, None]
    assert len({finding.message for finding in found}) == 1


READS = "apt-get update && apt-get install -y git"
REMOVES = " && rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("script", "fixed"),
    [
        (
            f"({READS}) || (apk add --no-cache git)",
            f"({READS}{REMOVES}) || (apk add --no-cache git)",
        ),
        (f"({READS}) || true", f"({READS}{REMOVES}) || true"),
        (f"({READS}) && ls", f"({READS}) && ls{REMOVES}"),
        (f"{READS} ", f"{READS}{REMOVES}"),
    ],
)
def test_the_index_is_removed_by_whom_it_was_read(script, fixed):
    head = "FROM debian:13\nRUN "
    [finding] = findings("apt-lists-kept", f"{head}{script}\n")
    after = apply_edits(f"{head}{script}\n", finding.fix.edits)
    assert after == f"{head}{fixed}\n"
    assert findings("apt-lists-kept", after) == []


@pytest.mark.parametrize(
    ("later", "is_fixed"),
    [
        ("rosdep install --from-paths src -y", False),
        ("sudo mk-build-deps -i -r", False),
        ("rosdep update", True),
        ("mk-build-deps", True),
        # It updates the index itself
        ("npx playwright install-deps", True),
    ],
)
def test_the_index_stays_for_a_tool_that_installs_from_it(later, is_fixed):
    text = f"FROM debian:13\nRUN {READS}\nRUN {later}\n"
    [finding] = findings("apt-lists-kept", text)
    assert (finding.fix is not None) is is_fixed


@pytest.mark.parametrize(
    ("test", "is_said"),
    [
        ('[ "$VERSION" = "" ]', False),
        ('[ -z "$VERSION" ]', False),
        ('[ -n "$VERSION" ]', True),
        ('[ "$VERSION" = 3 ]', True),
        ('[ "$OTHER" = "" ]', True),
    ],
)
def test_a_build_arg_that_a_workflow_computes_is_not_empty(test, is_said):
    text = (
        "FROM debian:13\nARG VERSION\nARG OTHER\n"
        f"RUN if {test}; then apt-get update && apt-get install -y git; fi\n"
    )
    given = frozenset({"VERSION"})
    assert bool(findings("apt-lists-kept", text, given_args=given)) is is_said
