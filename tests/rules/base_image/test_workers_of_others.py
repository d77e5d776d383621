"""full-base-image, for workers whose users add the code that they run."""

from __future__ import annotations

import pytest
from judged import findings

from lightship.build import RepositoryFacts

TEXT = "FROM python:3.13\nCOPY . /src\nRUN pip install /src\nENTRYPOINT {}\n"
FILES = {"pyproject.toml": "[project]\nname = 'rq'\nversion = '2'\n", "rq/cli.py": ""}


@pytest.mark.parametrize(
    ("start", "project", "is_published", "has_fix"),
    [
        ('["rq", "worker"]', "rq", True, False),
        ("rq worker", "rq", True, False),
        # Nobody pulls it, the jobs are its own, or it is another program of the project
        ('["rq", "worker"]', "rq", False, True),
        ('["rq", "worker"]', "shop", True, True),
        ('["rq-dashboard"]', "rq", True, True),
    ],
)
def test_a_worker_for_the_code_of_others_is_a_choice(
    start, project, is_published, has_fix
):
    [finding] = findings(
        "full-base-image",
        TEXT.format(start),
        FILES,
        repository=RepositoryFacts(projects=frozenset({project})),
        is_published=is_published,
    )
    assert (finding.fix is not None) == has_fix
    assert bool(finding.choices) != has_fix


def test_a_push_in_a_workflow_tells_that_users_pull_it():
    steps = (
        "docker build . -t worker\ndocker tag worker a/worker\ndocker push a/worker\n"
    )
    [finding] = findings(
        "full-base-image",
        TEXT.format('["rq", "worker"]'),
        {**FILES, ".github/workflows/release.yml": steps},
        repository=RepositoryFacts(projects=frozenset({"rq"})),
    )
    assert finding.fix is None
    assert finding.choices
