"""A step that several jobs use is judged for each of them, and reported once."""

from __future__ import annotations

from lightship.lint.ci_engine import examine_ci, report_ci
from lightship.lint.examples import CI_PATH, ci_file_of
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.report.ci.formats import rows_of

FILES = {"Dockerfile": "FROM scratch\n"}
HEAD = "on: push\njobs:\n"
JOB = "    runs-on: ubuntu-latest\n    steps:\n"
SETUP = "      - uses: docker/setup-buildx-action@v3\n"
ANCHORED = """\
      - &build
        uses: docker/build-push-action@v6
        with:
          context: .
          push: true
          cache-to: type=gha
"""
ALIASED = "      - *build\n"
SECOND_IS_PLAIN = f"{HEAD}  first:\n{JOB}{SETUP}{ANCHORED}  second:\n{JOB}{ALIASED}"
BOTH_ARE_PLAIN = f"{HEAD}  first:\n{JOB}{ANCHORED}  second:\n{JOB}{ALIASED}"


def selected(name):
    return RuleSelection(tuple(rule for rule in all_rules() if rule.id == name))


def lines(text, name):
    file = ci_file_of(text, FILES)
    found = examine_ci(file, selected(name))[0]
    return [file.lines.line(item.finding.span.start) for item in found]


def test_the_second_job_of_a_step_is_judged_as_the_first():
    line = SECOND_IS_PLAIN[: SECOND_IS_PLAIN.index("cache-to")].count("\n") + 1
    assert lines(SECOND_IS_PLAIN, "cache-export-unsupported") == [line]


def test_what_is_wrong_in_both_jobs_is_said_once():
    assert len(lines(BOTH_ARE_PLAIN, "cache-export-unsupported")) == 1
    assert len(lines(BOTH_ARE_PLAIN, "cache-export-may-fail")) == 1


def test_a_cache_that_one_of_the_jobs_writes_for_others_is_written_for_somebody():
    tags = SECOND_IS_PLAIN.replace(
        "  first:\n", "  first:\n    if: github.ref_type == 'tag'\n"
    )
    assert lines(tags, "cache-written-for-nobody") == []


def test_jobs_with_other_builders_have_rows_of_their_own():
    file = ci_file_of(SECOND_IS_PLAIN, FILES)
    report = report_ci(file, selected("cache-export-unsupported"), CI_PATH)
    (row,) = rows_of(file.builds, [report])
    assert [step.first.step.job for step in row.steps] == ["first", "second"]
    assert [len(step.findings) for step in row.steps] == [0, 1]
