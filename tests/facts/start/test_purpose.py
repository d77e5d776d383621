"""What ENTRYPOINT and CMD are in force, and whether they start a program of the image's own."""

from __future__ import annotations

import pytest

from lightship.facts.start.purpose import runs_program, start_commands, start_steps
from lightship.lint.examples import build_of

BASE = "FROM debian:13 AS base\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("RUN true", []),
        ("CMD a\nCMD b", ["CMD b"]),
        ("CMD a\nENTRYPOINT b", ["ENTRYPOINT b", "CMD a"]),
        (f"{BASE}CMD a\nFROM base\nENTRYPOINT b", ["ENTRYPOINT b"]),
        (f"{BASE}ENTRYPOINT a\nFROM base\nCMD b", ["ENTRYPOINT a", "CMD b"]),
        (f"{BASE}CMD a\nFROM debian:13\nENTRYPOINT b", ["ENTRYPOINT b"]),
        (f"{BASE}CMD a\nFROM debian:13\nRUN true", []),
    ],
)
def test_steps_in_force(body, expected):
    steps = start_steps(build_of(body))
    assert [step.instruction.line.text.strip() for step in steps] == expected


def test_commands_inside_a_shell_count_too():
    build = build_of('ENTRYPOINT ["sh", "-c", "migrate && exec gunicorn shop"]\nCMD x')
    names = [command.name for command in start_commands(build)]
    assert names == ["sh", "migrate", "gunicorn", "x"]


@pytest.mark.parametrize(
    "body",
    [
        "RUN true",
        "CMD bash",
        'CMD ["true"]',
        'CMD ["bash", "-l"]',
        'CMD ["python3.13"]',
        'CMD ["python3", "-i"]',
        'CMD ["uv", "run", "python"]',
        'CMD ["poetry", "run", "ipython"]',
        'ENTRYPOINT ["tini", "--"]\nCMD ["bash"]',
        'ENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["bash"]',
    ],
)
def test_an_image_for_a_person_or_a_build(body):
    assert not runs_program(build_of(body))


@pytest.mark.parametrize(
    "body",
    [
        'CMD ["gunicorn", "shop"]',
        'CMD ["bash", "start.sh"]',
        'CMD ["python", "app.py"]',
        'CMD ["python", "-m", "shop"]',
        "CMD bash -c 'exec nginx'",
        'CMD ["python", "-c", "import shop"]',
        'ENTRYPOINT ["tini", "--", "nginx"]\nCMD ["bash"]',
        'ENTRYPOINT ["/app/start"]\nCMD ["bash"]',
        'SHELL ["pwsh", "-c"]\nCMD Start-Shop',
    ],
)
def test_an_image_of_a_program(body):
    assert runs_program(build_of(body))
