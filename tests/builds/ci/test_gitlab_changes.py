"""Which paths have to change before GitLab starts a job."""

from __future__ import annotations

import pytest

from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.workspace import Workspace

JOB = "build:\n  script: [docker build -t app .]\n"
FILES = {"Dockerfile": "FROM debian\n"}


def changes(text: str, **files: str) -> tuple[str, ...]:
    """The paths of the one build of a pipeline."""
    workspace = Workspace.of({**FILES, ".gitlab-ci.yml": text, **files})
    (build,) = ci_builds(workspace)
    return build.changes


@pytest.mark.parametrize(
    ("keys", "paths"),
    [
        ("", ()),
        ("  rules: [{changes: [Dockerfile, docker/*]}]\n", ("Dockerfile", "docker/*")),
        ("  rules: [{changes: {paths: [Dockerfile]}}]\n", ("Dockerfile",)),
        ("  only: {changes: [Dockerfile], refs: [main]}\n", ("Dockerfile",)),
        ("  only: [main]\n", ()),
        ("  rules: [{changes: [a]}, {changes: [b, a]}]\n", ("a", "b")),
        ("  rules: [{changes: [a]}, {if: $CI_COMMIT_BRANCH}]\n", ()),
        ("  rules: [{changes: [a]}, {when: manual}]\n", ("a",)),
        ("  rules: [{when: never}, {changes: [a]}]\n", ("a",)),
        ("  rules: [{changes: [a]}, {if: $CI_COMMIT_TAG}]\n", ("a",)),
        ("  rules: [{changes: [a]}, {if: $CI_COMMIT_TAG == null}]\n", ()),
        (
            "  rules: [{changes: [a]}, {if: '$CI_PIPELINE_SOURCE == \"schedule\"'}]\n",
            ("a",),
        ),
        (
            "  rules: [{changes: [a]}, {if: '$CI_PIPELINE_SOURCE != \"schedule\"'}]\n",
            (),
        ),
        ("  rules: [{changes: [a]}, {if: $CI_COMMIT_TAG || $CI_OPEN}]\n", ()),
        ("  rules: []\n", ()),
        ("  rules: {changes: [a]}\n", ()),
        ("  rules: [a, 1, [b], null]\n", ()),
        ("  only: {changes: a}\n", ()),
    ],
)
def test_a_job_starts_where_each_rule_names_paths(keys, paths):
    assert changes(f"{JOB}{keys}") == paths


def test_rules_are_those_of_the_job_that_it_extends():
    base = ".base:\n  rules: [{changes: [Dockerfile]}]\n"
    assert changes(f"{base}{JOB}  extends: .base\n") == ("Dockerfile",)
    over = f"{base}{JOB}  extends: .base\n  rules: [{{when: always}}]\n"
    assert changes(over) == ()


def test_jobs_with_one_name_in_two_pipelines_have_no_paths_for_sure():
    workspace = Workspace.of(
        {
            **FILES,
            ".gitlab-ci.yml": f"{JOB}  rules: [{{changes: [a]}}]\n",
            "other.gitlab-ci.yml": JOB,
        }
    )
    found = ci_builds(workspace)
    assert [build.path for build in found] == [".gitlab-ci.yml", "other.gitlab-ci.yml"]
    assert [build.changes for build in found] == [(), ()]


@pytest.mark.parametrize(
    ("keys", "is_seldom"),
    [
        ("", False),
        ("  rules: [{if: $CI_COMMIT_TAG}]\n", True),
        ("  rules: [{if: $CI_COMMIT_TAG}, {when: always}]\n", False),
        ("  rules: []\n", False),
        ("  when: manual\n", True),
        ("  when: [manual]\n", False),
        ("  only: [tags, schedules]\n", True),
        ("  only: {refs: [tags], changes: [a]}\n", True),
        ("  only: {changes: [a]}\n", False),
        ("  only: [tags, [main]]\n", False),
        ("  only: [/^v/]\n", False),
    ],
)
def test_a_job_that_no_commit_of_a_branch_starts(keys, is_seldom):
    workspace = Workspace.of({**FILES, ".gitlab-ci.yml": f"{JOB}{keys}"})
    (build,) = ci_builds(workspace)
    assert build.is_seldom is is_seldom


def test_one_of_two_pipelines_starts_a_job_of_that_name_for_commits():
    other = f"{JOB}  when: manual\n"
    files = {**FILES, ".gitlab-ci.yml": JOB, "ci/.gitlab-ci.yml": other}
    builds = ci_builds(Workspace.of(files))
    assert {build.is_seldom for build in builds} == {False}
