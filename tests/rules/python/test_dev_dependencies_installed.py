"""When dev-dependencies-installed reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.repository_facts import MountedVolume

APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"
UV = (
    "FROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
    "ENV UV_NO_CACHE=1\nWORKDIR /app\n"
)
ROOT = "[project]\nname = 'shop'\nversion = '1'\ndependencies = []\n"
GROUPS = {
    "pyproject.toml": f"{ROOT}[dependency-groups]\ndev = ['pytest']\n",
    "uv.lock": "",
}
MANIFESTS = "COPY pyproject.toml uv.lock ./\n"


def test_a_stage_for_tests_may_install_what_is_for_development():
    text = (
        f"{PYTHON[:-1]} AS release\nCOPY requirements-dev.txt .\n"
        "RUN pip install --no-cache-dir -r requirements-dev.txt\n"
        f"{APP}\nFROM release AS django-unittests\n"
    )
    assert said("dev-dependencies-installed", text) == []
    assert said("dev-dependencies-installed", text.replace("django-unittests", "web"))


@pytest.mark.parametrize("option", ["--all-groups", "--group dev"])
def test_groups_that_a_sync_names_are_wanted_by_uv_run_too(option):
    end = 'CMD ["python", "-m", "shop"]'
    text = f"{UV}{MANIFESTS}RUN uv sync --locked {option}\nRUN uv run build_data\n{end}"
    assert said("dev-dependencies-installed", text, GROUPS) == []
    text = text.replace(option, "--no-dev")
    assert said("dev-dependencies-installed", text, GROUPS)


def test_groups_are_not_guessed_of_a_project_that_is_not_known():
    end = 'CMD ["python", "-m", "shop"]'
    text = f"{UV}RUN git clone https://example.com/shop . && uv sync --locked\n{end}"
    assert said("dev-dependencies-installed", text) == []


def test_a_group_whose_program_the_image_starts_is_needed():
    groups = {
        **GROUPS,
        "pyproject.toml": f"{ROOT}[dependency-groups]\ndev = ['poethepoet']\n",
    }
    text = f"{UV}{MANIFESTS}RUN uv sync --locked\n"
    rule = "dev-dependencies-installed"
    assert said(rule, f'{text}CMD ["poe", "serve"]\n', groups) == []
    start = 'CMD poetry run bash -c "cd src && poe migrate && python main.py"'
    assert said(rule, f"{text}{start}\n", groups) == []
    assert said(rule, f"{text}{APP}\n", groups)


def test_no_fix_where_a_start_script_would_install_them_again():
    text = (
        f"{UV}{MANIFESTS}COPY start.sh /\nRUN uv sync --locked\n"
        'ENTRYPOINT ["/start.sh"]\n'
    )
    rule = "dev-dependencies-installed"
    script = {"start.sh": "#!/bin/sh\nexec python -m shop\n"}
    assert findings(rule, text, {**GROUPS, **script})[0].fix is not None
    script = {"start.sh": "#!/bin/sh\nexec uv run python -m shop\n"}
    assert findings(rule, text, {**GROUPS, **script})[0].fix is None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("Makefile", "test:\n\tdocker compose run --rm app pytest -q\n"),
        ("README.md", "Run `docker exec -it shop pytest`.\n"),
        (".github/workflows/ci.yml", "- run: docker run shop:test python -m pytest\n"),
    ],
)
def test_a_group_whose_program_the_repository_runs_in_the_image_is_needed(
    path, content
):
    text = f"{UV}{MANIFESTS}RUN uv sync --locked\n{APP}\n"
    rule = "dev-dependencies-installed"
    assert said(rule, text, {**GROUPS, path: content}) == []
    assert said(rule, text, {**GROUPS, path: content.replace("pytest", "shop")})
    other = f"{PYTHON[:-1]} AS dev\n{text.replace('13-slim', '13-slim AS app')}"
    groups = {**GROUPS, path: content}
    groups["pyproject.toml"] = groups["pyproject.toml"].replace("pytest", "ruff")
    assert said(rule, other, groups), "tests are run in the stage for development"


def test_a_build_arg_may_make_an_image_for_tests():
    text = f"{UV}{MANIFESTS}ARG TEST_IMAGE=false\nRUN uv sync --locked\n{APP}\n"
    rule = "dev-dependencies-installed"
    assert said(rule, text, GROUPS) == []
    assert said(rule, text.replace("TEST", "LATEST"), GROUPS)


def test_a_file_that_is_copied_from_a_stage_for_development_brings_no_group():
    files = {**GROUPS, "poetry.lock": ""}
    stages = (
        f"{PYTHON[:-1]} AS work\nRUN pip install --no-cache-dir poetry==2.2.1\n"
        "WORKDIR /app\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --no-root\n"
        f"{PYTHON}"
    )
    rule = "dev-dependencies-installed"
    copied = f"COPY --from=work /app/settings.py /app/\n{APP}\n"
    assert said(rule, f"{stages}{copied}", files) == []
    copied = f"COPY --from=work /usr/local/lib/python3.13 /usr/local/lib/\n{APP}\n"
    assert said(rule, f"{stages}{copied}", files)


SHOP = 'CMD ["python", "-m", "shop"]\n'
POETRY = (
    "FROM python:3.13-slim AS deps\nRUN pip install --no-cache-dir poetry==2.2.1\n"
    "WORKDIR /app\nCOPY pyproject.toml ./\nRUN poetry install --no-root\n"
)
POETRY_GROUPS = {
    "pyproject.toml": f"{ROOT}[tool.poetry.group.dev.dependencies]\n"
    "mkdocs-material = '*'\npoethepoet = '*'\nalembic = '*'\npytest = '*'\nfactory-boy = '*'\n"
}


def fixed(text, files=None):
    """Whether there is a fix: a finding without one has a choice."""
    found = findings("dev-dependencies-installed", text, files)
    assert all((finding.fix is None) == bool(finding.choices) for finding in found)
    return any(finding.fix is not None for finding in found)


def test_groups_that_nothing_uses_are_left_out():
    assert fixed(f"{POETRY}{SHOP}", POETRY_GROUPS)


@pytest.mark.parametrize(
    "rest",
    [
        "RUN mkdocs build\n",
        "RUN poetry run mkdocs build\n",
        "RUN ./.venv/bin/mkdocs build\n",
        "RUN bash -c 'set -e; poe build'\n",
        "FROM deps AS pages\nRUN mkdocs build\nFROM deps\nCOPY --from=pages /app/site /s\n",
        "FROM deps AS dev\nFROM deps AS release\n",
        "COPY pytest.ini ./\n",
        "COPY tests/ tests/\n",
        "# The unit tests run in this image, too\n",
    ],
)
def test_groups_that_a_later_step_uses_are_left_out_by_choice(rest):
    assert not fixed(f"{POETRY}{rest}{SHOP}", POETRY_GROUPS)


@pytest.mark.parametrize(
    "end",
    [
        "CMD bash -c 'poe serve'\n",
        'CMD ["bash", "-c", "alembic upgrade head && exec python -m shop"]\n',
    ],
)
def test_groups_that_the_start_uses_are_no_fix(end):
    found = findings("dev-dependencies-installed", f"{POETRY}{end}", POETRY_GROUPS)
    assert [item.fix for item in found] in ([], [None])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yml", "services:\n  t:\n    build: .\n    command: pytest -q\n"),
        ("Makefile", "test:\n\tdocker run --rm shop pytest\n"),
        ("Makefile", "up:\n\tdocker compose run --rm web make check\n"),
        (
            "Makefile",
            "RUN = docker compose run --rm web\nmigrate:\n\t$(RUN) alembic upgrade head\n",
        ),
        ("README.md", "`docker compose exec web poetry run pytest` tests it.\n"),
        (
            ".gitlab-ci.yml",
            "test:\n  image: $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA\n  script:\n    - pytest\n",
        ),
        ("ci/test.sh", "#!/bin/sh\nin_web() { docker exec web $@; }\nin_web pytest\n"),
        ("shop/seed.py", "from factory import Factory\n"),
    ],
)
def test_groups_that_a_container_or_the_program_uses_are_left_out_by_choice(path, text):
    assert not fixed(f"{POETRY}{SHOP}", {**POETRY_GROUPS, path: text})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "test:\n\tpytest\nup:\n\tdocker compose up\n"),
        ("README.md", "Run `pytest`. Then `docker run shop`.\n"),
        ("tests/test_shop.py", "import pytest, factory\n"),
    ],
)
def test_tools_that_run_on_the_host_are_not_used_in_the_image(path, text):
    assert fixed(f"{POETRY}{SHOP}", {**POETRY_GROUPS, path: text})


def test_a_script_with_uv_run_would_install_the_groups_again():
    text = f"{UV}{MANIFESTS}COPY bin /opt/bin\nRUN uv sync --locked\n{SHOP}"
    assert fixed(text, GROUPS)
    script = "#!/bin/sh\nexec uv run alembic upgrade head\n"
    assert not fixed(text, GROUPS | {"bin/migrate.sh": script})
    copied = text.replace(
        "COPY bin /opt/bin", "COPY . .\nRUN cp docker/migrate /usr/bin"
    )
    assert not fixed(copied, GROUPS | {"docker/migrate": script})


def test_groups_that_a_script_of_the_image_uses_are_left_out_by_choice():
    text = f"{POETRY}COPY docker/start /start\n"
    script = {"docker/start": "#!/bin/sh\nalembic upgrade head\nexec python -m shop\n"}
    assert not fixed(f'{text}CMD ["/start"]\n', {**POETRY_GROUPS, **script})
    assert not fixed(f"{text}{SHOP}", {**POETRY_GROUPS, **script})


def test_an_extra_for_tests_that_are_run_in_a_container_is_removed_by_choice():
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir .[test]\n{SHOP}"
    assert fixed(text, {"setup.py": ""})
    assert not fixed(text, {"setup.py": "", "run.sh": "docker run shop pytest\n"})


def test_a_group_that_the_command_names_is_meant():
    files = {**GROUPS, "poetry.lock": ""}
    text = (
        f"{PYTHON}RUN pip install --no-cache-dir poetry==2.2.1\nWORKDIR /app\n"
        f"COPY pyproject.toml poetry.lock ./\nRUN poetry install --no-root\n{APP}\n"
    )
    rule = "dev-dependencies-installed"
    assert said(rule, text, files)
    assert said(rule, text.replace("--no-root", "--no-root --with dev"), files) == []
    assert said(rule, text.replace("--no-root", "--no-root --with docs"), files)


@pytest.mark.parametrize(
    ("option", "cure"), [("", "set UV_NO_DEV=1"), ("--no-dev ", "add --no-dev")]
)
def test_a_variable_reaches_uv_run_in_a_script_of_a_script(option, cure):
    files = {
        **GROUPS,
        "start.sh": '#!/bin/sh\n"${HOME}"/shop "$@"\n',
        "shop": f"#!/bin/sh\nexec uv run {option}python -m shop\n",
    }
    text = f'{UV}COPY . .\nRUN uv run build_data\nCMD ["/app/start.sh"]\n'
    (message,) = said("dev-dependencies-installed", text, files)
    assert message.endswith(cure)


def test_an_image_that_runs_setup_py_test_is_for_tests():
    text = f"{PYTHON}COPY . /a\nWORKDIR /a\nRUN pip install -e .[develop]\n"
    rule = "dev-dependencies-installed"
    assert said(rule, f'{text}CMD ["python", "setup.py", "test"]') == []
    assert said(rule, f'{text}CMD ["python", "setup.py", "runserver"]')


def test_fastapi_is_a_program_of_fastapi_cli():
    groups = {
        **GROUPS,
        "pyproject.toml": f"{ROOT}[dependency-groups]\ndev = ['fastapi-cli']\n",
    }
    text = f"{UV}{MANIFESTS}RUN uv sync --locked\n"
    rule = "dev-dependencies-installed"
    assert said(rule, f'{text}CMD ["fastapi", "run", "a.py"]', groups) == []
    assert said(rule, f'{text}CMD ["uvicorn", "a:app"]', groups)


def test_a_uv_run_at_the_start_installs_them_again():
    text = f"{UV}{MANIFESTS}RUN uv sync --locked\n"
    rule = "dev-dependencies-installed"
    (message,) = said(rule, f'{text}CMD ["uv", "run", "shop"]', GROUPS)
    assert message.endswith("add --no-dev and --no-sync")
    (message,) = said(rule, f'{text}CMD ["uv", "run", "--no-sync", "shop"]', GROUPS)
    assert message.endswith(": add --no-dev")


def test_a_script_that_a_command_puts_in_its_place_runs_uv_again():
    files = {**GROUPS, "deploy/start.sh": "#!/bin/sh\nexec uv run python -m shop\n"}
    text = f'{UV}ADD . /app\nRUN cp deploy/start.sh /start.sh\nRUN uv sync\nCMD ["/start.sh"]\n'
    (message,) = said("dev-dependencies-installed", text, files)
    assert message.endswith("set UV_NO_DEV=1")


@pytest.mark.parametrize(
    ("line", "is_said"),
    [
        ("test) flake8 shop && nosetests shop ;;", False),
        ("test) python -m pytest ;;", False),
        ("# pytest is run elsewhere", True),
        ("server) exec gunicorn shop ;;", True),
    ],
)
def test_a_start_script_may_run_the_tests(line, is_said):
    text = (
        "FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\n"
        "RUN pip install -r dev-requirements.txt\n"
        'ENTRYPOINT ["/app/entrypoint.sh"]\n'
    )
    script = f'#!/bin/sh\ncase "$1" in\n  {line}\n  *) exec python -m shop ;;\nesac\n'
    files = {"entrypoint.sh": script, "dev-requirements.txt": "flake8\n", "shop.py": ""}
    assert bool(said("dev-dependencies-installed", text, files)) is is_said


@pytest.mark.parametrize(
    ("version", "option"), [("1.1.4", "--no-dev"), ("1.8.3", "--only main")]
)
def test_a_poetry_without_groups_is_told_no_dev(version, option):
    text = (
        f"{PYTHON}ENV POETRY_VERSION={version}\n"
        "RUN pip install --no-cache-dir poetry==$POETRY_VERSION\nWORKDIR /app\n"
        f"COPY pyproject.toml poetry.lock ./\nRUN poetry install --no-root\n{APP}\n"
    )
    files = {
        "pyproject.toml": f"{ROOT}[tool.poetry.dev-dependencies]\npytest = '*'\n",
        "poetry.lock": "",
    }
    [finding] = findings("dev-dependencies-installed", text, files)
    assert finding.message.endswith(f": add {option}")
    assert finding.fix.message == f"Add {option}"


@pytest.mark.parametrize(("beside", "count"), [("Dockerfile.prod", 0), ("Makefile", 1)])
def test_a_dockerfile_beside_that_for_production_is_for_work(beside, count):
    text = f"{UV}{MANIFESTS}RUN uv sync --locked\n{APP}\n"
    volumes = (MountedVolume("/app", from_host=True),)
    files = {**GROUPS, beside: ""}
    rule = "dev-dependencies-installed"
    given = {"volumes": volumes, "path": "Dockerfile"}
    assert len(said(rule, text, files, **given)) == count
    assert said(rule, text, files, path="Dockerfile")


@pytest.mark.parametrize(
    ("script", "is_told"),
    [
        ("start_shop_development.sh", False),
        ("run-dev.sh", False),
        ("start_shop.sh", True),
        ("devices.sh", True),
    ],
)
@pytest.mark.parametrize("content", [None, "#!/bin/sh\nexec shop\n"])
def test_an_image_that_starts_a_script_for_development_is_for_that(
    script, is_told, content
):
    text = (
        f"{PYTHON}COPY requirements-dev.txt {script} /srv/\n"
        f'RUN pip install -r /srv/requirements-dev.txt\nCMD ["/srv/{script}"]\n'
    )
    files = {"requirements-dev.txt": "pytest==8.0.0\n"}
    if content is not None:
        files[script] = content
    assert bool(said("dev-dependencies-installed", text, files)) is is_told


def test_uv_installs_the_group_without_being_asked_too():
    text = 'FROM python:3.13-slim\nCOPY . .\nRUN {}\nCMD ["python", "app.py"]\n'
    files = {
        "app.py": "",
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n',
        "uv.lock": "",
    }
    rule = "dev-dependencies-installed"
    (uv,) = said(rule, text.format("uv sync --dev"), files)
    assert uv.endswith("into the image: use --no-dev")
    (pipenv,) = said(
        rule, text.format("pipenv install --dev"), {"app.py": "", "Pipfile": ""}
    )
    assert pipenv.endswith("into the image: remove it")
