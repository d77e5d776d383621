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
