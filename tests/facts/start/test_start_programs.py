"""Programs that are started by name, and which of them a virtual environment may hold."""

from __future__ import annotations

import pytest

from lightship.facts.start.start_programs import programs, starts_script_of
from lightship.lint.examples import build_of


def test_programs_without_the_shells_around_them():
    build = build_of('ENTRYPOINT ["sh", "-c", "exec tini -- gunicorn shop"]\nCMD $X')
    assert [command.name for command in programs(build)] == ["gunicorn"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ('CMD ["gunicorn", "shop"]', True),
        ('CMD ["/venv/bin/gunicorn", "shop"]', True),
        ('CMD ["/usr/bin/gunicorn", "shop"]', False),
        ('CMD ["uv", "run", "gunicorn", "shop"]', True),
        ('CMD ["python", "-m", "gunicorn", "shop"]', False),
        ('CMD ["uv", "run", "python", "app.py"]', False),
        ('CMD ["/venv/bin/python", "app.py"]', False),
        ('CMD ["./start.sh"]', False),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["python", "app.py"]', False),
        ('ENTRYPOINT ["docker-entrypoint"]', False),
    ],
)
def test_a_script_of_an_environment(start, expected):
    assert starts_script_of(build_of(start), "/venv") == expected
