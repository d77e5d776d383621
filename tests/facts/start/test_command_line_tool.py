"""Whether an image is a command that people call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.facts.start.command_line_tool import is_command_line_tool
from lightship.lint.examples import build_of
from lightship.repository_facts import RepositoryFacts

TOOL = 'ENTRYPOINT ["shop-check"]'
CALLED = "```\ndocker run --rm -it -v $(pwd):/work shop --strict\n```\n"


def is_tool(body: str, manual: str = "") -> bool:
    return is_command_line_tool(build_of(body, {"README.md": manual}))


@pytest.mark.parametrize(
    "body",
    [
        f'{TOOL}\nCMD ["--help"]',
        'ENTRYPOINT ["python", "-m", "shop"]\nCMD ["-h"]',
        'ENTRYPOINT ["python", "shop.py"]\nCMD ["help"]',
    ],
)
def test_a_program_that_prints_its_help_by_default_is_a_tool(body):
    assert is_tool(body)


@pytest.mark.parametrize(
    "line",
    [
        "docker run --rm shop URL",
        "docker run -it --rm shop -u URL",
        "docker run -v $(pwd):/work shop",
        "docker run -v ${PWD}/words:/words shop",
        "podman run -v $HOME/Downloads:/out shop",
        "docker run --volume ./data:/data \\\n  shop data",
        "docker run -it \\\n  -v ~/shop:/data shop",
    ],
)
def test_a_program_that_the_manual_runs_on_the_files_of_a_person_is_a_tool(line):
    assert is_tool(TOOL, f"Run it:\n\n    {line}\n")
    assert is_tool("CMD shop-check", f"Run it:\n\n    {line}\n")
    assert not is_tool(TOOL)


@pytest.mark.parametrize(
    "line",
    [
        "docker run -d -v $(pwd):/work shop",
        "docker run -itd --rm shop",
        "docker run --rm -p 8000:8000 shop",
        "docker run --restart=always -v $PWD:/work shop",
        "docker run shop",
    ],
)
def test_a_container_that_stays_is_no_tool(line):
    assert not is_tool(TOOL, f"{line}\n")


@pytest.mark.parametrize(
    "body",
    [
        f"EXPOSE 8000\n{TOOL}",
        "CMD gunicorn shop:app",
        'ENTRYPOINT ["/entrypoint.sh"]',
        'ENTRYPOINT ["docker-entrypoint"]\nCMD ["--help"]',
        "RUN true",
    ],
)
def test_a_server_or_a_script_is_no_tool(body):
    assert not is_tool(body, CALLED)


@pytest.mark.parametrize(
    ("image", "expected"),
    [("shop", True), ("ghcr.io/acme/shop:1.2", True), ("squidfunk/mkdocs", False)],
)
def test_the_manual_may_run_the_images_of_others(image, expected):
    build = build_of(TOOL, {"README.md": f"docker run --rm -v $PWD:/work {image}\n"})
    own = RepositoryFacts(images=frozenset({"ghcr.io/acme/shop"}))
    assert is_command_line_tool(replace(build, repository=own)) is expected
