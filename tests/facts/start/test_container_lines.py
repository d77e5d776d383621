"""Which lines of a repository run something in a container."""

from __future__ import annotations

import pytest

from lightship.facts.start.container_lines import container_lines, is_told_to_run
from lightship.lint.examples import build_of


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "t:\n\tdocker run --rm shop \\\n\t  mypy shop\n"),
        ("Makefile", "t:\n\tpodman exec shop /app/.venv/bin/mypy\n"),
        ("Makefile", "DC := docker compose run web\nt:\n\t@$(DC) mypy\n"),
        ("justfile", 'dc := "docker compose run web"\nt:\n    {{dc}} mypy\n'),
        ("run.sh", "in_web() {\n  docker exec web $@\n}\nlint() { in_web mypy; }\n"),
        ("compose.yml", "services:\n  lint:\n    command:\n      - mypy\n"),
        ("k8s.md", "`kubectl exec deploy/shop -- mypy`\n"),
        (".gitlab-ci.yml", "lint:\n  image: $IMAGE_NAME\n  script: [mypy]\n"),
        # What is typed into a shell that was opened there
        ("README.md", "Open `docker exec -it web bash`, and in it\n\n    mypy\n"),
        ("README.md", "```sh\ndocker compose exec web /bin/sh\n```\nThen:\nmypy\n"),
    ],
)
def test_it_runs_a_program(path, text):
    build = build_of("FROM debian:13\n", {path: text})
    assert is_told_to_run(build, ["mypy"])
    assert not is_told_to_run(build, ["pytest"])
    assert not is_told_to_run(build, [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "t:\n\tmypy\nup:\n\tdocker run shop\n"),
        ("Makefile", "t:\n\tdocker run shop cat mypy.ini\n"),
        ("Makefile", "t:\n\t# docker run shop mypy\n\tls\n"),
        ("compose.yml", "services:\n  a:\n    volumes:\n      - ./mypy:/mypy\n"),
        (".gitlab-ci.yml", "lint:\n  image: python:3.14\n  script: [mypy]\n"),
        ("README.md", "mypy\n"),
        ("README.md", "docker exec -it web sh\n\n## Without a container\n\nmypy\n"),
        ("README.md", "docker exec -it web ls\n\nmypy\n"),
    ],
)
def test_it_runs_none(path, text):
    build = build_of("FROM debian:13\n", {path: text})
    assert not is_told_to_run(build, ["mypy"])


def test_without_a_context_nothing_is_known_to_run():
    assert container_lines(build_of("FROM debian:13\n")) == ()
