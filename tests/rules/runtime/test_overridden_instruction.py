"""overridden-instruction, where the instruction that stays cannot start."""

from __future__ import annotations

import pytest
from judged import findings

TEXT = (
    'FROM python:3.13-slim\nWORKDIR /app\nCOPY app.py .\nCMD ["python", "app.py"]\n{}'
)
FILES = {"app.py": ""}
MOUNT = "services:\n  app:\n    build: .\n    volumes:\n      - ./run.sh:/run.sh\n"


def _found(rest: str, **more: str) -> tuple[str, bool]:
    (finding,) = findings(
        "overridden-instruction", TEXT.format(rest), {**FILES, **more}
    )
    return finding.message, finding.fix is not None


@pytest.mark.parametrize("command", ['["/run.sh"]', "/run.sh"])
def test_the_later_one_may_be_the_mistake(command):
    message, has_fix = _found(f"CMD {command}")
    assert message.endswith("but nothing here brings its /run.sh: delete one of them")
    assert not has_fix


@pytest.mark.parametrize(
    ("rest", "more"),
    [
        ('CMD ["python", "app.py", "-v"]', {}),
        ('COPY run.sh /run.sh\nCMD ["/run.sh"]', {"run.sh": ""}),
        ('RUN curl -fo /run.sh https://example.com\nCMD ["/run.sh"]', {}),
        ('CMD ["/run.sh"]', {"compose.yaml": MOUNT}),
        ('CMD ["gunicorn", "app:app"]', {}),
    ],
)
def test_the_later_one_counts_where_it_may_start(rest, more):
    message, has_fix = _found(rest, **more)
    assert message.endswith("overrides this one: delete this one")
    assert has_fix


SERVED = (
    "FROM python:3.13-slim\nWORKDIR /app\n"
    'CMD ["gunicorn", "app:server", "-b", "0.0.0.0:80"]\n\n'
    'COPY app.py .\n\nCMD ["python", "app.py"]\n'
)
COMPOSE = "services:\n  app:\n    build: .\n    command: {}\n"
SERVES = "server = Flask(__name__)\nif __name__ == '__main__':\n    server.run()\n"
DEFINES = "server = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("app", "command", "reason"),
    [
        (SERVES, "gunicorn app:server -w 2", "compose starts this one"),
        (SERVES, '["gunicorn", "app:server"]', "compose starts this one"),
        (DEFINES, "python app.py", "app.py starts no server"),
    ],
)
def test_a_person_chooses_where_the_overridden_one_serves(app, command, reason):
    files = {"app.py": app, "compose.yaml": COMPOSE.format(command)}
    (finding,) = findings("overridden-instruction", SERVED, files)
    assert finding.fix is None
    assert finding.message.endswith(f"but {reason}: delete one of them")
    titles = [choice.message for choice in finding.choices]
    assert titles == ["Delete the CMD on line 7", "Delete the CMD on line 3"]


@pytest.mark.parametrize(
    ("app", "command"),
    [
        (SERVES, "python app.py"),
        (SERVES, "gunicorn api:server"),
        ("import site_run\nsite_run.start_all()\n", "python app.py"),
    ],
)
def test_the_later_one_counts_where_it_serves_too(app, command):
    files = {"app.py": app, "compose.yaml": COMPOSE.format(command)}
    (finding,) = findings("overridden-instruction", SERVED, files)
    assert finding.fix is not None
