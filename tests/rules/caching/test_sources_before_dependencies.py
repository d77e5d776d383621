"""What the examples of sources-before-dependencies leave out."""

from __future__ import annotations

from dataclasses import replace

import laws
import pytest
from judged import RULES, found, said
from made import findings, fixed, lines

from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.rule_selection import RuleSelection
from lightship.repository_facts import MountedVolume, RepositoryFacts
from lightship.rules.caching.sources_before_dependencies import RULE
from lightship.text import apply_edits, decode

PYPROJECT = "[project]\nname = 'x'\nversion = '1'\n"
PACKAGED = PYPROJECT + "[build-system]\nrequires = ['hatchling']\n"
START = ("FROM python:3.13-slim", "WORKDIR /app")

PIP = "RUN pip install -r requirements.txt"

TOOLS = {
    "pip": (
        "pip install -r requirements.txt",
        {"requirements.txt": "x\n"},
        "requirements.txt .",
        None,
    ),
    "pip includes": (
        "pip install -r requirements.txt -c constraints.txt",
        {
            "requirements.txt": "--requirement=base.txt\n",
            "base.txt": "x\n",
            "constraints.txt": "x<2\n",
        },
        "requirements.txt base.txt constraints.txt ./",
        None,
    ),
    "python -m pip": (
        "python -m pip install -r ./requirements.txt",
        {"requirements.txt": "x"},
        "requirements.txt .",
        None,
    ),
    "uv pip": (
        "uv pip install --system -r requirements.txt",
        {"requirements.txt": "x\n"},
        "requirements.txt .",
        None,
    ),
    "uv": (
        "uv sync --locked",
        {"pyproject.toml": PACKAGED, "uv.lock": ""},
        "pyproject.toml uv.lock ./",
        "--no-install-project",
    ),
    "uv virtual": (
        "uv sync --locked",
        {"pyproject.toml": PYPROJECT, "uv.lock": ""},
        "pyproject.toml uv.lock ./",
        None,
    ),
    "uv without the project": (
        "uv sync --no-install-project",
        {"pyproject.toml": PACKAGED, "uv.lock": "", ".python-version": "3.13"},
        "pyproject.toml uv.lock .python-version ./",
        None,
    ),
    "poetry": (
        "poetry install --only main",
        {"pyproject.toml": PACKAGED, "poetry.lock": ""},
        "pyproject.toml poetry.lock ./",
        "--no-root",
    ),
    "poetry without packages": (
        "poetry install",
        {
            "pyproject.toml": PYPROJECT + "[tool.poetry]\npackage-mode = false\n",
            "poetry.lock": "",
        },
        "pyproject.toml poetry.lock ./",
        None,
    ),
    "pdm": (
        "pdm install --prod",
        {"pyproject.toml": PACKAGED, "pdm.lock": ""},
        "pyproject.toml pdm.lock ./",
        "--no-self",
    ),
    "pdm sync": (
        "pdm sync --no-self",
        {"pyproject.toml": PACKAGED, "pdm.lock": ""},
        "pyproject.toml pdm.lock ./",
        None,
    ),
    "pipenv": (
        "pipenv install --deploy --system",
        {"Pipfile": "", "Pipfile.lock": "{}"},
        "Pipfile Pipfile.lock ./",
        None,
    ),
    "pipenv sync": (
        "pipenv sync",
        {"Pipfile": "", "Pipfile.lock": "{}"},
        "Pipfile Pipfile.lock ./",
        None,
    ),
    "npm": (
        "npm ci",
        {"package.json": "{}", "package-lock.json": "{}"},
        "package.json package-lock.json ./",
        None,
    ),
    "yarn": (
        "yarn --frozen-lockfile",
        {"package.json": "{}", "yarn.lock": ""},
        "package.json yarn.lock ./",
        None,
    ),
    "pnpm": (
        "pnpm install",
        {"package.json": "{}", "pnpm-lock.yaml": ""},
        "package.json pnpm-lock.yaml ./",
        None,
    ),
}


@pytest.mark.parametrize("name", TOOLS)
def test_manifests_come_first(name):
    command, files, copied, option = TOOLS[name]
    text = lines(*START, "COPY . .", f"RUN {command}", 'CMD ["python", "main.py"]')
    again = (
        [f"RUN {command} {option}", "COPY . .", f"RUN {command}"]
        if option
        else [f"RUN {command}", "COPY . ."]
    )
    wanted = lines(*START, f"COPY {copied}", *again, 'CMD ["python", "main.py"]')
    assert fixed(RULE, text, files | {"main.py": "", "index.js": ""}) == wanted


def test_without_a_context_lock_files_are_patterns():
    text = lines(*START, "COPY . .", "RUN npm ci && npm run build")
    wanted = lines(
        *START, "COPY package*.json ./", "RUN npm ci", "COPY . .", "RUN npm run build"
    )
    assert fixed(RULE, text) == wanted


def test_what_is_between_and_needs_no_sources_stays_before():
    text = lines(
        "FROM python:3.13-slim",
        "COPY --chown=1:1 . /app",
        "WORKDIR /app",
        "ENV A=1",
        "RUN apt-get update && apt-get install -y git",
        "RUN pip install -r requirements.txt",
    )
    wanted = lines(
        "FROM python:3.13-slim",
        "WORKDIR /app",
        "ENV A=1",
        "RUN apt-get update && apt-get install -y git",
        "COPY --chown=1:1 requirements.txt /app/",
        "RUN pip install -r requirements.txt",
        "COPY --chown=1:1 . /app",
    )
    assert fixed(RULE, text, {"requirements.txt": "x", "main.py": ""}) == wanted


def test_the_directory_and_the_rest_of_a_run_are_kept():
    text = lines(*START, "COPY . .", "RUN cd web && npm ci && npm run build")
    wanted = lines(
        *START,
        "COPY web/package.json ./web/",
        "RUN cd web && npm ci",
        "COPY . .",
        "RUN cd web && npm run build",
    )
    assert fixed(RULE, text, {"web/package.json": "{}", "web/index.js": ""}) == wanted


def test_what_was_installed_for_the_install_is_not_installed_again():
    text = lines(
        *START, "COPY . .", "RUN pip install poetry \\", "    && poetry install"
    )
    wanted = lines(
        *START,
        "COPY pyproject.toml ./".replace("./", "."),
        "RUN pip install poetry \\",
        "    && poetry install --no-root",
        "COPY . .",
        "RUN poetry install",
    )
    assert fixed(RULE, text, {"pyproject.toml": PACKAGED, "main.py": ""}) == wanted


def test_several_copies_keep_their_order():
    text = lines(
        *START,
        "COPY src src",
        "COPY tests tests",
        "COPY requirements.txt .",
        "RUN pip install -r requirements.txt",
    )
    wanted = lines(
        *START,
        "COPY requirements.txt .",
        "RUN pip install -r requirements.txt",
        "COPY src src",
        "COPY tests tests",
    )
    assert (
        fixed(RULE, text, {"src/a.py": "", "tests/b.py": "", "requirements.txt": "x"})
        == wanted
    )


def test_backticks_line_ends_and_case_of_the_file_are_kept():
    text = "# escape=`\r\nfrom python:3.13-slim\r\nworkdir /app\r\n"
    text += "copy . .\r\nrun pip install `\r\n  -r requirements.txt\r\n"
    wanted = (
        text.replace("copy . .\r\n", "copy requirements.txt .\r\n") + "copy . .\r\n"
    )
    assert fixed(RULE, text, {"requirements.txt": "x", "main.py": ""}) == wanted


NODE = {"package.json": "{}", "index.js": ""}
NOT_MOVED = {
    "local requirement": (
        "pip install -r requirements.txt",
        {"requirements.txt": "./libs/core\n"},
    ),
    "editable": ("pip install -r requirements.txt", {"requirements.txt": "-e .\n"}),
    "included from the sources": (
        "pip install -r requirements.txt",
        {"requirements.txt": "-r more.txt\n"},
    ),
    "wheels": (
        "pip install -r requirements.txt",
        {"requirements.txt": "--find-links wheels\nx\n"},
    ),
    "the project": (
        "pip install .",
        {
            "pyproject.toml": PACKAGED.replace(
                "'1'\n", "'1'\ndependencies = ['a', 'b']\n"
            )
        },
    ),
    "uv workspace": (
        "uv sync",
        {"pyproject.toml": PACKAGED + "[tool.uv.workspace]\nmembers = ['a']\n"},
    ),
    "uv path": (
        "uv sync",
        {"pyproject.toml": PACKAGED + "[tool.uv.sources]\na = {path = './a'}\n"},
    ),
    "dynamic": (
        "uv sync",
        {
            "pyproject.toml": PACKAGED.replace(
                "version = '1'", "dynamic = ['dependencies']"
            )
        },
    ),
    "poetry path": (
        "poetry install",
        {"pyproject.toml": "[tool.poetry.dependencies]\na = {path = '../a'}\n"},
    ),
    "npm workspace": ("npm ci", NODE | {"package.json": '{"workspaces": ["a"]}'}),
    "npm script": ("npm ci", NODE | {"package.json": '{"scripts": {"prepare": "x"}}'}),
    "npm file": (
        "npm ci",
        NODE | {"package.json": '{"dependencies": {"a": "file:./a"}}'},
    ),
    "node_modules": ("npm ci", NODE | {"node_modules/": ""}),
    "yarn berry": ("yarn install", NODE | {".yarnrc.yml": ""}),
    "venv": ("uv sync", {"pyproject.toml": PACKAGED, ".venv/": ""}),
    "broken manifest": ("npm ci", NODE | {"package.json": "{"}),
    "unknown path": ("pip install -r $FILE", {"requirements.txt": ""}),
    "reads more": (
        "./fetch && pip install -r requirements.txt",
        {"requirements.txt": "x"},
    ),
    "or": ("pip install -r requirements.txt || make", {"requirements.txt": "x"}),
    "comment in the way": (
        "pip install -r requirements.txt \\\n  # more\n && make",
        {"requirements.txt": "x"},
    ),
    "background": (
        "pip install -r requirements.txt && make &",
        {"requirements.txt": "x"},
    ),
}


@pytest.mark.parametrize("name", NOT_MOVED)
def test_no_fix_where_the_sources_may_be_needed(name):
    command, files = NOT_MOVED[name]
    (finding,) = findings(
        RULE, lines(*START, "COPY . .", f"RUN {command}"), files | {"main.py": ""}
    )
    assert finding.fix is None


@pytest.mark.parametrize(
    "between",
    [
        "RUN ./configure",
        "RUN python setup.py build",
        "COPY config/prod.py settings.py",
        "COPY --from=other /a /app/a",
        "VOLUME /app",
        "WORKDIR sub",
    ],
)
def test_no_fix_where_something_between_needs_the_sources_or_their_order(between):
    text = lines(
        *START, "COPY . .", between, "RUN pip install -r /app/requirements.txt"
    )
    files = {
        "requirements.txt": "x",
        "main.py": "",
        "settings.py": "",
        "config/prod.py": "",
    }
    assert [
        finding.fix
        for finding in findings(RULE, text, files)
        if finding.span.of(text) == ". ."
    ] == [None]


def test_no_fix_where_a_variable_of_the_copy_changes():
    text = lines(
        "FROM python:3.13-slim",
        "ARG D=/a",
        "COPY . $D",
        "ARG D=/b",
        "RUN pip install -r /a/requirements.txt",
    )
    assert [
        finding.fix
        for finding in findings(RULE, text, {"requirements.txt": "x", "main.py": ""})
    ] == [None]


def test_a_project_that_pip_installs_is_a_note():
    text = lines(*START, "COPY . .", "RUN pip install .")
    asks = PACKAGED.replace("'1'\n", "'1'\ndependencies = ['flask', 'httpx']\n")
    (finding,) = findings(RULE, text, {"pyproject.toml": asks, "a.py": ""})
    assert finding.severity is Severity.INFO
    assert (
        "every change to the sources makes pip install . reinstall 2 packages"
        in finding.message
    )
    assert not findings(
        RULE, text, {"pyproject.toml": PACKAGED, "a.py": ""}
    )  # it asks for nothing


@pytest.mark.parametrize(
    ("command", "files", "number"),
    [
        (
            "pip install -r a.txt",
            {"a.txt": "-r b.txt\nflask\n", "b.txt": "httpx\nflask\n"},
            2,
        ),
        (
            "npm ci",
            {
                "package.json": "{}",
                "package-lock.json": '{"packages": {"": {}, "node_modules/a": {}}}',
            },
            1,
        ),
        (
            "npm install",
            {
                "package.json": '{"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}'
            },
            2,
        ),
        (
            "pipenv sync",
            {
                "Pipfile": "",
                "Pipfile.lock": '{"default": {"a": {}, "b": {}}, "develop": {"c": {}}}',
            },
            2,
        ),
    ],
)
def test_the_number_of_packages(command, files, number):
    text = f"FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN {command}\n"
    (finding,) = findings(RULE, text, files | {"main.py": "", "index.js": ""})
    assert f"installs {number} package" in finding.message


def test_modes_go_where_the_sources_go_but_not_to_another_user():
    install = "pip install --no-cache-dir -r requirements.txt"
    files = {"requirements.txt": "flask\n", "main.py": ""}
    text = f"FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN chown -R 10001 .\nRUN {install}"
    wanted = f"FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN {install}\nCOPY . .\nRUN chown -R 10001 ."
    assert fixed(RULE, text, files) == wanted
    as_user = text.replace(f"RUN {install}", f"USER 10001\nRUN {install}")
    assert fixed(RULE, as_user, files) == as_user


@pytest.mark.parametrize(
    ("before", "command", "is_fixed"),
    [
        ("ENV PIP_CONFIG_FILE=/app/pip.conf", "pip install -r requirements.txt", False),
        ("ENV PIP_CONFIG_FILE=pip.conf", "pip install -r requirements.txt", False),
        ("", "PIP_CONFIG_FILE=/app/pip.conf pip install -r requirements.txt", False),
        ("ENV PIP_CERT=/app/ca.pem", "pip install -r requirements.txt", False),
        ("ENV PIP_CONFIG_FILE=/etc/pip.conf", "pip install -r requirements.txt", True),
        ("ENV PIP_CONFIG_FILE=/dev/null", "pip install -r requirements.txt", True),
    ],
)
def test_a_file_among_the_sources_that_configures_the_install(
    before, command, is_fixed
):
    text = "\n".join(
        (*START, *filter(None, [before]), "COPY . .", f"RUN {command}", "")
    )
    files = {
        "requirements.txt": "flask\n",
        "pip.conf": "[global]\n",
        "ca.pem": "",
        "app.py": "",
    }
    assert (fixed(RULE, text, files) != text) is is_fixed


def test_a_copy_that_is_a_paragraph_stays_one():
    text = "\n\n".join(("\n".join(START), "COPY . .", f"{PIP}", 'CMD ["x"]\n'))
    expected = "\n\n".join(
        (
            "\n".join(START),
            f"COPY requirements.txt .\n{PIP}",
            "COPY . .",
            'CMD ["x"]\n',
        )
    )
    assert fixed(RULE, text, {"requirements.txt": "x\n", "a.py": ""}) == expected


NODE = {
    "package.json": '{"dependencies": {"a": "1", "b": "1"}}',
    "node.sh": "",
    "index.js": "",
}


@pytest.mark.parametrize(
    ("place", "count"), [("/usr/bin/node", 0), ("/usr/bin", 0), ("/etc/node", 1)]
)
def test_a_program_of_the_sources_that_is_linked_to_may_be_what_installs(place, count):
    text = lines(
        "FROM debian:trixie-slim",
        f"RUN ln -s /app/node.sh {place}",
        "WORKDIR /app",
        "COPY . /app",
        "RUN npm install",
    )
    assert len(findings(RULE, text, NODE)) == count


def test_another_target_is_not_judged():
    text = lines(
        *START,
        "COPY . .",
        "FROM python:3.13-slim AS development",
        "WORKDIR /app",
        "COPY . .",
        "RUN pip install -r requirements.txt",
        "FROM python:3.13-slim AS production",
        'CMD ["python"]',
    )
    files = {"requirements.txt": "flask\n", "app.py": ""}
    assert findings(RULE, text, files) == []
    last = text.replace(" AS production", "").replace(
        "FROM python:3.13-slim\nCMD", "FROM development\nCMD"
    )
    assert len(findings(RULE, last, files)) == 1


PYTHON = "FROM python:3.13-slim\n"
PROJECT = "[project]\nname = 'a'\nversion = '1'\nrequires-python = '>=3.9'\n"


def test_the_packages_of_a_pyproject_are_counted_not_its_lines():
    text = (
        f"{PYTHON}WORKDIR /a\nCOPY . .\nRUN uv pip install --system -r pyproject.toml"
    )
    project = f"{PROJECT}dependencies = [\n'a',\n'b>=1',\n'c',\n]\n[tool.x]\ny = 1\n"
    (message,) = said(
        "sources-before-dependencies", text, {"pyproject.toml": project, "a.py": ""}
    )
    assert message.endswith("reinstalls 3 packages")


def test_wheels_that_were_built_elsewhere_need_no_sources():
    text = (
        f"{PYTHON}WORKDIR /a\nCOPY . .\n"
        "RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels \\\n"
        "    pip3 install --user /wheels/* && pip3 install --user ."
    )
    files = {"pyproject.toml": f"{PROJECT}dependencies = ['a', 'b']\n", "a.py": ""}
    assert said("sources-before-dependencies", text, files) == []


def test_a_fix_that_moves_one_copy_moves_all_that_bring_sources():
    text = (
        f"{PYTHON}WORKDIR /a\nCOPY app.py requirements.txt ./\nCOPY check.py /\n"
        'RUN pip3 install -r requirements.txt --no-cache-dir\nCMD ["./app.py"]'
    )
    files = {"app.py": "", "check.py": "", "requirements.txt": "a==1\nb==2\n"}
    selection = RuleSelection((RULES["sources-before-dependencies"],))
    fixed = fix(build_of(text, files), selection, UNSAFE)
    before, _, after = fixed.text.partition("RUN pip3")
    assert ".py" not in before
    assert "app.py" in after
    assert "check.py" in after


EARLY = "sources-before-dependencies"
TWO_PACKAGES = {"package.json": '{"dependencies": {"a": "1", "b": "1"}}', "a.js": ""}


@pytest.mark.parametrize(
    ("target", "count"), [("/var/www/node.sh", 0), ("/opt/node", 1)]
)
def test_a_link_into_the_sources_may_be_needed_by_the_install(target, count):
    text = (
        f"FROM debian:13\nRUN ln -s {target} /usr/bin/node\nWORKDIR /var/www\n"
        "COPY . /var/www\nRUN npm install"
    )
    assert len(found(EARLY, text, TWO_PACKAGES)) == count


@pytest.mark.parametrize(
    ("purpose", "target", "from_host", "count"),
    [
        ("development", "/app/src", True, 0),
        ("development", "/app", True, 0),
        ("production", "/app", True, 1),
        ("", "/app", True, 0),
        ("", "/app/src", True, 1),
        ("development", "/data", True, 1),
        ("development", "/app/data", False, 1),
    ],
)
def test_sources_that_compose_mounts_over_are_not_built(
    purpose, target, from_host, count
):
    text = "FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm install"
    volumes = (MountedVolume(target, from_host),)
    messages = said(EARLY, text, TWO_PACKAGES, purpose=purpose, volumes=volumes)
    assert len(messages) == count


def test_paragraphs_stay_where_a_tool_runs_twice():
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\nRUN pip install uv\n\n"
        "# The sources\nCOPY . .\n\n# With all extras\nRUN uv pip install --system .\n"
    )
    files = {
        "pyproject.toml": "[project]\nname = 'a'\ndependencies = ['flask']\n",
        "a.py": "",
    }
    made = fix(build_of(text, files), RuleSelection((RULE,)), UNSAFE).text
    assert made.endswith(
        "RUN uv pip install --system -r pyproject.toml\n\n"
        "# The sources\nCOPY . .\n\n# With all extras\nRUN uv pip install --system .\n"
    )


def test_an_environment_of_another_stage_leaves_only_the_project():
    files = {"pyproject.toml": PACKAGED, "uv.lock": "", "app.py": ""}
    build = (
        "FROM python:3.13-slim AS build\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\n"
        "RUN uv sync --locked --no-install-project\n"
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"
    )
    sync = "RUN uv sync --locked\n"
    rule = "sources-before-dependencies"
    copied = "COPY --from=build /app/.venv /app/.venv\n"
    assert said(rule, f"{build}{copied}{sync}", files) == []
    copied = "COPY --from=build /app/assets /app/assets\n"
    assert said(rule, f"{build}{copied}{sync}", files)


def test_a_source_that_a_build_arg_names_is_not_the_whole_context():
    files = {"requirements.txt": "flask\nredis\n", "app.py": ""}
    text = (
        "FROM python:3.13-slim\nARG tarball\nENV TARBALL=$tarball\nWORKDIR /app\n"
        "COPY $TARBALL /opt/\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    )
    rule = "sources-before-dependencies"
    assert said(rule, text, files) == []
    assert said(rule, text.replace("COPY $TARBALL /opt/\n", "COPY . .\n"), files)


def test_requirements_without_packages_are_nothing_to_install():
    files = {"requirements.txt": "# none yet\n", "app.py": ""}
    text = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt"
    assert said("sources-before-dependencies", text, files) == []


def test_packages_for_development_that_are_left_out_are_not_counted():
    lock = '{"packages": {"": {}, "a": {}, "b": {"dev": true}, "c": {}}}'
    files = {"package.json": '{"name": "x"}', "package-lock.json": lock, "i.js": ""}
    text = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci"
    (message,) = said("sources-before-dependencies", text, files)
    assert message.endswith("reinstalls 3 packages")
    (message,) = said("sources-before-dependencies", f"{text} --omit=dev", files)
    assert message.endswith("reinstalls 2 packages")


def test_an_example_is_built_once():
    text = (
        "FROM python:3.13-slim\nCOPY . /app\nRUN pip install -r /app/requirements.txt"
    )
    files = {"requirements.txt": "flask\n", "app.py": ""}
    rule = "sources-before-dependencies"
    assert said(rule, text, files)
    assert said(rule, text, files, repository=RepositoryFacts(is_example=True)) == []


SETUP = "from setuptools import setup\nsetup(name='shop', install_requires=[{}])\n"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("'pandas', 'Flask>=3'", 0),
        ("'pandas', 'gunicorn'", 1),
        ("'pandas==2.3.0'", 0),
        ("'pandas==1.5.3'", 1),
    ],
)
def test_what_was_installed_by_name_before_is_not_installed_again(asked, count):
    text = (
        "FROM python:3.13-slim\nWORKDIR /app\nRUN pip install pandas==2.3.0 flask\n"
        "RUN curl -O https://example.org/a\nCOPY . .\nRUN pip3 install -e ."
    )
    files = {"setup.py": SETUP.format(asked), "shop/a.py": ""}
    assert len(said("sources-before-dependencies", text, files)) == count


@pytest.mark.parametrize(
    ("base", "end"),
    [
        ("docker.io/lmsysorg/sglang:v1", "reinstalls what the base lacks"),
        ("nvcr.io/nvidia/vllm:26.05-py3", "reinstalls what the base lacks"),
        ("nvcr.io/nvidia/cuda:13.0.0-base-ubuntu24.04", "reinstalls 6 packages"),
        ("python:3.13-slim", "reinstalls 6 packages"),
    ],
)
def test_no_number_over_an_image_that_has_most_of_it(base, end):
    text = f"FROM {base}\nWORKDIR /app\nCOPY . .\n{PIP}"
    files = {"requirements.txt": "a\nb\nc\nd\ne\nf\n", "shop/a.py": ""}
    (message,) = said("sources-before-dependencies", text, files)
    assert end in message
    assert len(message) <= 100


@pytest.mark.parametrize(
    ("base", "count"), [("nvcr.io/nvidia/vllm:26.05-py3", 0), ("python:3.13-slim", 1)]
)
def test_no_note_over_an_image_that_has_most_of_it(base, count):
    asked = f"{PROJECT}dependencies = ['a', 'b', 'c', 'd', 'e', 'f']\n"
    text = f"FROM {base}\nWORKDIR /app\nCOPY . .\nRUN pip install -e ."
    assert len(said(EARLY, text, {"pyproject.toml": asked, "shop/a.py": ""})) == count


@pytest.mark.parametrize(
    ("install", "copied", "count"),
    [
        ("pip install --user -r requirements.txt", "/root/.local", 0),
        ("pip install -r requirements.txt", "/usr/local", 0),
        ("make", "/usr/local", 1),
        ("pip install --user -r requirements.txt", "/root/.cache", 1),
    ],
)
def test_what_another_stage_installed_is_not_installed_again(install, copied, count):
    text = (
        f"FROM python:3.13-slim AS deps\nCOPY requirements.txt .\nRUN {install}\n"
        f"FROM python:3.13-slim\nCOPY --from=deps {copied} {copied}\nWORKDIR /a\n"
        "COPY . .\nRUN pip install -e ."
    )
    asked = f"{PROJECT}dependencies = ['a', 'b', 'c']\n"
    files = {"pyproject.toml": asked, "a.py": "", "requirements.txt": "a\nb\nc\n"}
    assert len(said(EARLY, text, files)) == count


@pytest.mark.parametrize(
    ("base", "run", "count"),
    [
        ("example.com/stack:1", "source load.bash && pip install -e .", 0),
        ("example.com/stack:1", "conda run -n a pip install -e .", 0),
        ("example.com/stack:1", "pip install -e .", 1),
        ("python:3.13", ". ./load.sh && pip install -e .", 1),
        (
            "example.com/stack:1",
            "python -m venv v && . v/bin/activate && pip install .",
            1,
        ),
    ],
)
def test_an_environment_of_the_base_image_may_have_the_packages(base, run, count):
    text = f"FROM {base}\nWORKDIR /a\nCOPY . .\nRUN {run}"
    asked = f"{PROJECT}dependencies = ['a', 'b', 'c']\n"
    assert len(said(EARLY, text, {"pyproject.toml": asked, "a.py": ""})) == count


def test_no_number_where_the_run_installs_more_than_is_counted():
    text = "FROM debian:13\nWORKDIR /a\nCOPY . .\nRUN {}pip install -r requirements.txt"
    files = {"requirements.txt": "a\nb\n", "a.py": ""}
    (alone,) = said(EARLY, text.format(""), files)
    assert alone.endswith("reinstalls 2 packages")
    for more in ("apt-get install -y git && ", "pip-sync a.txt && "):
        (message,) = said(EARLY, text.format(more), files)
        assert message.endswith("reinstalls everything")


def test_a_base_image_of_the_repository_may_have_the_packages():
    text = "FROM acme/base:1\nWORKDIR /a\nCOPY . .\nRUN pip install -r requirements.txt"
    own = RepositoryFacts(frozenset({"acme/base"}))
    files = {"requirements.txt": "a\nb\n", "a.py": ""}
    (message,) = said(EARLY, text, files, repository=own)
    assert message.endswith("what the base lacks")
    text = text.replace("pip install -r requirements.txt", "npm install")
    (message,) = said(EARLY, text, TWO_PACKAGES, repository=own)
    assert message.endswith("reinstalls 2 packages")


POETRY = "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nflask = '*'\n"
OPEN = (
    "[project]\nname = 'x'\ndynamic = ['version']\ndependencies = ['flask']\n"
    "[build-system]\nrequires = ['hatchling', 'hatch-vcs']\n"
)
LOCK = "version = 1\n[[package]]\nname = 'x'\n"
READS_MORE = {
    "a plugin that asks git": (
        "poetry install",
        {
            "pyproject.toml": f"{POETRY}[tool.poetry-dynamic-versioning]\nenable = true\n"
        },
    ),
    "a plugin that asks git, without the project": (
        "poetry install --no-root",
        {
            "pyproject.toml": f"{POETRY}[tool.poetry-dynamic-versioning]\nenable = true\n"
        },
    ),
    "an unknown plugin": (
        "poetry install",
        {"pyproject.toml": f"{POETRY}[tool.poetry.requires-plugins]\nmine = '*'\n"},
    ),
    "a package file of Poetry": (
        "poetry install",
        {"pyproject.toml": f"{POETRY}own = {{file = 'wheels/own.whl'}}\n"},
    ),
    "a version that uv builds for": ("uv sync", {"pyproject.toml": OPEN}),
    "a version in an older lock file": (
        "uv sync --locked",
        {"pyproject.toml": OPEN, "uv.lock": f"{LOCK}version = '1'\n"},
    ),
    "an index that is a directory": (
        "uv sync",
        {"pyproject.toml": f"{PACKAGED}[[tool.uv.index]]\nurl = './wheels'\n"},
    ),
    "wheels in uv.toml": (
        "uv sync",
        {"pyproject.toml": PACKAGED, "uv.toml": "find-links = ['wheels']\n"},
    ),
    "wheels for uv pip": (
        "uv pip install --system -r requirements.txt",
        {"requirements.txt": "x\n", "uv.toml": "find-links = ['wheels']\n"},
    ),
    "a script of PDM": (
        "pdm install",
        {"pyproject.toml": f"{PACKAGED}[tool.pdm.scripts]\npost_install = './after'\n"},
    ),
    "a script of npm after changes": (
        "npm ci",
        NODE | {"package.json": '{"scripts": {"dependencies": "node index.js"}}'},
    ),
    "code that a dependency generates": (
        "npm ci",
        NODE | {"package.json": '{"dependencies": {"@prisma/client": "5"}}'},
    ),
    "a program of Yarn": (
        "yarn install",
        NODE | {".yarnrc": 'yarn-path "tools/yarn.js"\n', "tools/yarn.js": ""},
    ),
    "constraints of one command": (
        "PIP_CONSTRAINT=c.txt pip install -r requirements.txt",
        {"requirements.txt": "x\n", "c.txt": ""},
    ),
    "a script": ("uv sync --script main.py", {"pyproject.toml": PACKAGED}),
    "an option that names a file": (
        "uv pip install --system --overrides=o.txt -r requirements.txt",
        {"requirements.txt": "x\n", "o.txt": ""},
    ),
    "a redirect": (
        "pip install -r requirements.txt < answers",
        {"requirements.txt": "x\n", "answers": ""},
    ),
    "an addon": ("npm ci", NODE | {"binding.gyp": ""}),
    "a patch": (
        "yarn install",
        NODE | {"package.json": '{"resolutions": {"a": "patch:a@1#./a.patch"}}'},
    ),
    "an archive": (
        "npm ci",
        NODE | {"package.json": '{"dependencies": {"a": "vendor/a.tgz"}}'},
    ),
    "a directory without a dot": (
        "pip install -r requirements.txt",
        {"requirements.txt": "libs/core[web] ; python_version > '3'\n"},
    ),
    "a repository beside": (
        "pip install -r requirements.txt",
        {"requirements.txt": "git+file:///app/lib\n"},
    ),
    "an index beside": (
        "pip install -r requirements.txt",
        {"requirements.txt": "--index-url file:///app/simple\nx\n"},
    ),
}


@pytest.mark.parametrize("name", READS_MORE)
def test_no_fix_where_the_install_reads_more_than_manifests(name):
    command, files = READS_MORE[name]
    text = lines(*START, "COPY . .", f"RUN {command}")
    for finding in findings(RULE, text, files | {"main.py": ""}):
        assert finding.fix is None


QUIET = {
    "a plugin that is off": (
        "poetry install",
        {
            "pyproject.toml": f"{POETRY}[tool.poetry-dynamic-versioning]\nenable = false\n"
        },
        "pyproject.toml",
    ),
    "a plugin that only adds a command": (
        "poetry install",
        {
            "pyproject.toml": f"{POETRY}[tool.poetry.requires-plugins]\n"
            "poetry-plugin-export = '*'\n"
        },
        "pyproject.toml",
    ),
    "files of a distribution": (
        "poetry install",
        {
            "pyproject.toml": "[tool.poetry]\nname = 'x'\ninclude = [{path = 'a'}]\n"
            "[tool.poetry.dependencies]\nflask = '*'\n"
        },
        "pyproject.toml",
    ),
    "a licence that Poetry reads": (
        "poetry install",
        {
            "pyproject.toml": PACKAGED.replace(
                "[build", "license = {file = 'LICENSE'}\n[build"
            ),
            "LICENSE": "",
        },
        "pyproject.toml LICENSE ./",
    ),
    "a version that the lock file leaves open": (
        "uv sync --locked",
        {"pyproject.toml": OPEN, "uv.lock": LOCK},
        "pyproject.toml uv.lock ./",
    ),
    "a dynamic version of PDM": (
        "pdm install",
        {"pyproject.toml": OPEN},
        "pyproject.toml",
    ),
    "the indexes of uv": (
        "uv pip install --system -r requirements.txt",
        {
            "requirements.txt": "x\n",
            "pyproject.toml": "[[tool.uv.index]]\nurl = 'https://example.org'\n",
        },
        "requirements.txt pyproject.toml ./",
    ),
}


@pytest.mark.parametrize("name", QUIET)
def test_what_an_install_reads_early_is_copied_with_the_manifests(name):
    command, files, copied = QUIET[name]
    text = lines(*START, "COPY . .", f"RUN {command}")
    assert f"\nCOPY {copied}" in fixed(RULE, text, files | {"main.py": ""})


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (
            "uv sync",
            {
                "pyproject.toml": "[tool.uv.workspace]\nmembers = ['a']\n",
                "uv.lock": "",
                "a/pyproject.toml": PACKAGED,
            },
        ),
        (
            "npm ci",
            {
                "package.json": '{"workspaces": ["a"]}',
                "package-lock.json": "{}",
                "a/package.json": '{"dependencies": {"b": "1"}}',
            },
        ),
    ],
)
def test_a_member_of_a_workspace_needs_its_root(command, files):
    text = lines(
        START[0], "WORKDIR /app/a", "COPY . /app", f"RUN {command}", "CMD ['x']"
    )
    for finding in findings(RULE, text, files | {"a/main.py": ""}):
        assert finding.fix is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_requirements_are_decoded_by_their_mark_as_pip_does(encoding):
    text = lines(*START, "COPY . .", PIP, "CMD ['x']")
    for line, has_fix in (("-e ./", False), ("uvicorn", True)):
        wanted = f"flask==3.1.2\r\n{line}\r\n".encode(encoding)
        files = {"main.py": "", "setup.py": "", "requirements.txt": decode(wanted)}
        [finding] = findings(RULE, text, files)
        assert (finding.fix is not None) is has_fix
        assert finding.message.endswith("2 packages")


def test_one_file_above_an_install_that_the_sources_follow_is_not_the_sources():
    files = {"check.py": "", "main.py": "", "requirements.txt": "flask\n"}
    head = ("FROM python:3.13-slim", "WORKDIR /app", "COPY check.py ./")
    text = (*head, "COPY requirements.txt ./", PIP)
    assert said(RULE.id, lines(*text, "COPY . .", "CMD ['x']"), files) == []
    assert said(RULE.id, lines(*text, "CMD ['x']"), files)


@pytest.mark.parametrize(
    ("init", "count"),
    [
        ('__version__: str = "2.4.56"\n', 0),
        ('# of the release\n"""The shop."""\n\n__version__ = \'1.2\'  # keep\n', 0),
        ("__version__ = version_info = (1, 2)\n", 1),
        ('__version__ = "1"\nfrom shop.main import start\n', 1),
        ('NAME = "shop"\n', 1),
        ("", 1),
    ],
)
def test_a_file_that_sets_a_version_and_nothing_else_is_not_the_sources(init, count):
    asked = PACKAGED.replace("'1'\n", "'1'\ndependencies = ['a', 'b', 'c', 'd', 'e']\n")
    files = {"pyproject.toml": asked, "shop/__init__.py": init, "shop/main.py": ""}
    text = lines(
        *START,
        "COPY pyproject.toml ./",
        "COPY shop/__init__.py shop/",
        "RUN pip install .",
        "CMD ['x']",
    )
    assert len(said(RULE.id, text, files)) == count


@pytest.mark.parametrize(
    ("beside", "count"),
    [
        (("LICENSE.TXT", "setup.py"), 0),
        (("LICENSE",), 1),
        (("setup.py",), 1),
        ((), 1),
    ],
)
def test_a_package_with_a_licence_of_its_own_is_not_the_sources(beside, count):
    code = ("sonar.py", "echo.py")
    files = {f"drivers/sonar/{name}": "" for name in (*code, *beside)}
    files |= {"requirements.txt": "flask\n", "main.py": ""}
    early = ("COPY drivers/sonar sonar", "COPY requirements.txt ./", PIP)
    text = lines(*START, *early, "COPY . .", "CMD ['x']")
    assert len(said(RULE.id, text, files)) == count
    sources_first = lines(*START, *early, "CMD ['x']")
    assert said(RULE.id, sources_first, files)


@pytest.mark.parametrize(
    ("beside", "count"),
    [
        (("requirements.txt", "README.md"), 0),
        (("requirements.txt", "routes.py"), 1),
    ],
)
def test_a_directory_with_one_file_of_code_is_not_the_sources(beside, count):
    files = {f"health/{name}": "" for name in ("check.py", *beside)}
    files |= {"requirements.txt": "flask\n", "main.py": ""}
    early = ("COPY health health", "COPY requirements.txt ./", PIP)
    text = lines(*START, *early, "COPY . .", "CMD ['x']")
    assert len(said(RULE.id, text, files)) == count
    assert said(RULE.id, lines(*START, *early, "CMD ['x']"), files)


@pytest.mark.parametrize(
    ("name", "count"),
    [("gunicorn.conf.py", 0), ("gunicorn_conf.py", 0), ("conf.py", 1)],
)
def test_settings_of_a_server_are_no_sources(name, count):
    files = {name: "", "shop/main.py": "", "requirements.txt": "flask\n"}
    text = lines(*START, f"COPY requirements.txt {name} ./", PIP, "COPY shop shop")
    assert len(said(RULE.id, text, files)) == count


def test_without_a_cache_the_order_of_layers_changes_nothing():
    text = lines(*START, "COPY . .", PIP, "CMD ['x']")
    files = {"main.py": "", "requirements.txt": "flask\n"}
    assert said(RULE.id, text, files)
    uncached = RepositoryFacts(is_uncached=True)
    assert said(RULE.id, text, files, repository=uncached) == []


BASE = (
    "FROM python:3.13\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
)


@pytest.mark.parametrize(
    ("name", "text", "pushed", "is_told"),
    [
        ("Dockerfile-base", BASE, "tags: acme/core-base:1", False),
        ("Dockerfile-base", BASE, "tags: acme/other:1", True),
        ("Dockerfile-base", "FROM python:3.13\n", "tags: acme/core-base:1", True),
        ("Dockerfile-docs", BASE, "tags: acme/core-base:1", True),
        ("docker/base/Dockerfile", BASE, "docker push acme/core-base", False),
    ],
)
def test_what_the_own_base_has_is_not_installed_again(name, text, pushed, is_told):
    own = f"FROM acme/core-base:7\nWORKDIR /app\nADD . .\n{PIP}\n"
    files = {"requirements.txt": "flask==3.1.0\n", "app.py": "", name: text}
    context = build_of(own, files).context
    given = replace(context, run_texts=lambda: (pushed,))
    assert bool(said(RULE.id, own, context=given)) is is_told


def test_all_sources_that_the_next_copy_brings_again_are_copied_once():
    text = f"FROM python:3.13-slim\nCOPY . /app\nWORKDIR /app\n{PIP}\n\nCOPY . .\n"
    files = {"requirements.txt": "flask==3.1.0\n", "app.py": ""}
    [finding] = findings(RULE, text, files)
    changed = apply_edits(text, finding.fix.edits)
    assert changed.count("COPY . ") == 1
    assert changed.endswith("\nCOPY . .\n")

    elsewhere = text.replace("COPY . .", "COPY . /srv")
    [finding] = findings(RULE, elsewhere, files)
    assert apply_edits(elsewhere, finding.fix.edits).count("COPY . ") == 2


WORKSPACE = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['rich==14.0.0']\n"
    "[tool.uv]\npackage = false\n[tool.uv.workspace]\nmembers = ['libs/*', 'apps/*']\n",
    "uv.lock": "",
    "libs/money/pyproject.toml": "[project]\nname = 'money'\nversion = '1'\n",
    "libs/money/money.py": "",
    "apps/web/pyproject.toml": "[project]\nname = 'web'\nversion = '1'\n",
    "apps/web/web.py": "",
}
MOUNTS = (
    "--mount=type=bind,source=uv.lock,target=uv.lock "
    "--mount=type=bind,source=pyproject.toml,target=pyproject.toml"
)


@pytest.mark.parametrize("member", ["libs/money", "$LIBRARY"])
def test_a_sync_with_a_mounted_manifest_installs_the_members_that_a_copy_brings(member):
    sync = "uv sync --frozen --no-install-project --package=web"
    text = lines(
        "FROM python:3.13-slim",
        "ARG LIBRARY=libs/money",
        "WORKDIR /app",
        f"COPY {member} /app/{member}",
        f"RUN {MOUNTS} {sync}",
        "COPY apps/web /app/apps/web",
        f"RUN {MOUNTS} uv sync --frozen --package=web",
        "CMD ['x']",
    )
    for finding in findings(RULE, text, WORKSPACE):
        assert finding.fix is None


NODE_FILES = {"package.json": "{}", "package-lock.json": "{}", "index.js": ""}
UV_FILES = {"pyproject.toml": PACKAGED, "uv.lock": "", "main.py": ""}


@pytest.mark.parametrize(
    ("install", "copy", "files", "ignored", "added"),
    [
        ("npm ci", "COPY . .", NODE_FILES, "node_modules", "node_modules\n"),
        ("uv sync --locked", "COPY . .", UV_FILES, ".venv", ".venv\n"),
        (
            "npm ci",
            "COPY web/ .",
            {f"web/{name}": text for name, text in NODE_FILES.items()},
            "web/node_modules",
            "web/node_modules\n",
        ),
        # git may have it, and what pip installs stands elsewhere
        ("npm ci", "COPY . .", NODE_FILES, "dist", ""),
        (
            "pip install -r requirements.txt",
            "COPY . .",
            {"requirements.txt": "x", "main.py": ""},
            ".venv",
            "",
        ),
        (
            "npm ci",
            "COPY . .",
            {**NODE_FILES, ".dockerignore": "**/node_modules\n"},
            "node_modules",
            "",
        ),
    ],
)
def test_what_a_later_copy_would_bring_over_the_install_is_left_out(
    install, copy, files, ignored, added
):
    text = lines("FROM node:24-slim", "WORKDIR /app", copy, f"RUN {install}")
    ignore = {".dockerignore": "Dockerfile\n.dockerignore\n"}
    build = build_of(text, {**ignore, **files})
    is_ignored = replace(build.context, git_ignores=lambda path: path == ignored)
    found = laws.hold(replace(build, context=is_ignored), [RULE], UNSAFE)
    before, after = (
        item.context.read(".dockerignore") for item in (build, found.build)
    )
    assert after.removeprefix(before) == added
    assert found.text != text


def test_an_ignore_file_that_a_script_writes_gets_no_line_for_the_install():
    text = lines("FROM node:24-slim", "WORKDIR /app", "COPY . .", "RUN npm ci")
    files = {**NODE_FILES, "build.sh": "echo dist > .dockerignore\n"}
    build = build_of(text, files)
    context = replace(build.context, git_ignores=lambda path: path == "node_modules")
    (finding,) = RULE.check(replace(build, context=context))
    assert finding.fix is None


MOUNT = "--mount=type=cache,target=/root/.cache/{} "
STATED = {
    "pyproject.toml": PYPROJECT
    + "dependencies = ['flask', 'redis', 'httpx', 'rich', 'torch']\n",
    "src/x/app.py": "",
    ".dockerignore": "Dockerfile\n.dockerignore\n",
}


@pytest.mark.parametrize(
    ("mounted", "installer", "count"),
    [
        ("", "pip install .", 1),
        (MOUNT.format("pip"), "pip install .", 0),
        (MOUNT.format("apt"), "pip install .", 1),
        (MOUNT.format("uv"), "pip install .", 1),
    ],
)
def test_a_cache_mount_leaves_little_of_what_pip_installs_again(
    mounted, installer, count
):
    text = lines(
        *START, "COPY pyproject.toml .", "COPY src src", f"RUN {mounted}{installer}"
    )
    assert len(said(RULE.id, text, STATED)) == count


def test_with_a_cache_mount_requirements_are_still_installed_first():
    install = f"RUN {MOUNT.format('pip')}pip install -r requirements.txt"
    files = {"requirements.txt": "flask==3.1.0\n", "app.py": "", ".dockerignore": "x"}
    assert said(RULE.id, lines(*START, "COPY . .", install), files)
