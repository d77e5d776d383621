"""What the examples of bytecode-not-written leave out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judged import said
from made import findings, in_context

from lightship.lint.engine import lint
from lightship.repository_facts import RepositoryFacts
from lightship.rules.python.bytecode_not_written import RULE

TEXT = (
    "FROM python:3.13-slim\nRUN pip install uv\nWORKDIR /app\nCOPY . .\n"
    'RUN uv pip install --system -r requirements.txt\n{}CMD ["python", "main.py"]\n'
)
FILES = {"requirements.txt": "flask\n", "main.py": "", "warm.py": ""}


@pytest.mark.parametrize(
    ("run", "count"),
    [
        ("", 1),
        ("RUN python -c 'from warm import up; up()'\n", 0),
        ("RUN python -c 'import flask'\n", 1),
        ("USER 10001\nRUN python -c 'import warm'\n", 1),
    ],
)
def test_code_that_imports_the_project_compiles_what_it_imports(run, count):
    assert len(findings(RULE, TEXT.format(run), FILES)) == count


def test_an_example_need_not_start_fast():
    build = in_context(TEXT.format(""), FILES)
    example = RepositoryFacts(is_example=True)
    assert lint(build, [RULE])
    assert lint(replace(build, repository=example), [RULE]) == []


PYTHON = "FROM python:3.13-slim\n"
SERVER = 'CMD ["python", "app.py"]'


@pytest.mark.parametrize(
    ("later", "count"),
    [
        ("RUN python manage.py collectstatic --noinput", 0),
        ("RUN uv run python manage.py collectstatic", 0),
        ("RUN python install_models.py", 0),
        ("RUN python -m spacy download en_core_web_sm", 1),
        ("ENV PYTHONDONTWRITEBYTECODE=1\nRUN python manage.py collectstatic", 1),
        ("USER 1001\nRUN python manage.py collectstatic", 1),
        ('LABEL description="To develop and test the server"', 0),
        ("RUN pip install debugpy", 0),
    ],
)
def test_bytecode_is_there_once_a_script_has_imported_it(later, count):
    text = f"{PYTHON}RUN uv sync --locked --no-dev\n{later}\n{SERVER}"
    assert len(said("bytecode-not-written", text)) == count


def test_bytecode_that_is_removed_on_purpose_is_not_asked_for():
    removal = "RUN find / -name '*.pyc' -delete\n"
    assert said("bytecode-not-written", TEXT.format(""), FILES)
    assert said("bytecode-not-written", TEXT.format(removal), FILES) == []
