"""Where any version of a build tool does."""

from __future__ import annotations

import pytest
from judged import said

from lightship.repository_facts import RepositoryFacts

HEAD = "FROM python:3.14-slim\nWORKDIR /app\n"


def count(text: str, **fields) -> int:
    return len(said("unpinned-build-tool", f"{HEAD}{text}", **fields))


@pytest.mark.parametrize("purpose", ["development", "test", "ci"])
def test_nobody_pins_the_tools_of_an_image_to_work_in(purpose):
    text = "RUN pip install poetry && poetry install"
    assert count(text, purpose=purpose) == 0
    assert count(text, purpose="production") == 1
    assert count(text) == 1


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ("pip install hatch && hatch build", 0),
        ("pip install uv && uv build --wheel", 0),
        ("pip install poetry && poetry config a b && poetry build", 0),
        ("pip install uv && uv pip install --system flask", 0),
        ("pip install uv && uv venv && uv pip sync a.txt", 0),
        # What a lock file says is read by each version in its way
        ("pip install poetry && poetry install && poetry build", 1),
        ("pip install uv && uv pip install flask && uv sync", 1),
        ("pip install poetry && poetry export -o a.txt", 1),
        ("pip install poetry && poetry pip", 1),
    ],
)
def test_building_and_taking_the_place_of_pip_need_no_version(calls, expected):
    assert count(f"RUN {calls}") == expected


def test_what_the_container_starts_counts_too():
    text = "RUN pip install hatch && hatch build\n"
    assert count(f'{text}CMD ["hatch", "run", "serve"]') == 1
    started = f'{text}COPY start.sh /\nCMD ["/start.sh"]'
    files = {"start.sh": "exec hatch run serve\n"}
    assert count(started, files=files) == 1
    assert count(started, files={"start.sh": "exec python -m app\n"}) == 0


def test_the_tools_of_one_line_are_one_finding():
    text = "FROM python:3.14-slim\nRUN pip install poetry uv\nRUN uv sync && poetry install"
    assert said("unpinned-build-tool", text) == [
        "every build installs the latest Poetry and uv: pin their versions"
    ]


@pytest.mark.parametrize(
    ("export", "expected"),
    [
        ("uv export --frozen --no-dev -o /r.txt", 0),
        ("uv export --locked -o /r.txt", 0),
        ("uv export -o /r.txt", 1),
        ("uv export --frozen -o /r.txt && uv sync", 1),
        ("uv export --frozen -o /r.txt && uv build --wheel && uv pip list", 0),
    ],
)
def test_any_uv_writes_down_what_a_lock_file_says(export, expected):
    stage = f"RUN pip install uv\nCOPY pyproject.toml uv.lock ./\nRUN {export}\n"
    final = "FROM python:3.14-slim\nCOPY --from=0 /r.txt /\nRUN pip install -r /r.txt"
    assert count(f"{stage}{final}") == expected


def test_an_installer_that_is_gone_is_no_question_of_versions():
    address = (
        "https://raw.githubusercontent.com/python-poetry/poetry/master/get-poetry.py"
    )
    messages = said(
        "unpinned-build-tool",
        f"{HEAD}RUN curl -sSL {address} | python3 -\nRUN poetry install\n",
    )
    assert messages == [
        "get-poetry.py is gone, so the build fails: use https://install.python-poetry.org"
    ]


@pytest.mark.parametrize(
    ("rule", "install"),
    [
        ("unpinned-build-tool", "pip install poetry && poetry install"),
        ("unlocked-requirements", "pip install numpy"),
    ],
)
def test_nothing_newer_comes_for_a_python_that_was_left_behind(rule, install):
    text = "FROM python:{}\nWORKDIR /app\nRUN " + install
    assert said(rule, text.format("3.6")) == []
    assert said(rule, text.format("3.7")) == []
    assert said(rule, text.format("3.11"))
    # Some tools do not say that they have left out Python 2; libraries are at their last release
    assert bool(said(rule, text.format("2.7"))) is (rule != "unlocked-requirements")


@pytest.mark.parametrize(
    ("image", "advice"), [("python:2.7", "poetry<1.2"), ("python:3.13", "https://")]
)
def test_what_takes_the_place_of_the_removed_installer_runs_there(image, advice):
    text = (
        f"FROM {image}\nRUN curl -sSL https://raw.githubusercontent.com/python-poetry/"
        "poetry/master/get-poetry.py | python\nRUN poetry install"
    )
    (message,) = said("unpinned-build-tool", text)
    assert advice in message
    assert len(message) <= 100


@pytest.mark.parametrize(
    ("minor", "tool", "is_silent"),
    [
        ("3.8", "poetry", True),
        ("3.9", "pdm", True),
        ("3.10", "poetry", False),
        # A program of its own, which moves on
        ("3.8", "uv", False),
    ],
)
def test_the_newest_tool_stays_the_same_for_a_python_that_ended(minor, tool, is_silent):
    text = f"FROM python:{minor}\nWORKDIR /app\nRUN pip install {tool} && {tool} sync"
    assert (said("unpinned-build-tool", text) == []) is is_silent


@pytest.mark.parametrize(
    ("run", "files", "is_silent"),
    [
        ("uv venv && uv pip install flask", {"app.py": ""}, True),
        ("uv venv && uv pip install flask", {"pyproject.toml": ""}, False),
        ("uv venv && uv sync", {"app.py": ""}, False),
    ],
)
def test_an_image_of_uv_may_only_take_the_place_of_pip(run, files, is_silent):
    text = (
        "FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim\nWORKDIR /app\nCOPY . .\n"
        f'RUN {run}\nCMD ["uv", "run", "flask", "--app", "app", "run"]'
    )
    assert (said("unpinned-build-tool", text, files) == []) is is_silent


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# Install the latest version of uv", 0),
        ("# the newest uv", 0),
        ("# not the latest uv", 1),
        ("# the latest plugins", 1),
        ("# Install uv", 1),
    ],
)
def test_a_comment_may_ask_for_the_latest(comment, expected):
    assert count(f"{comment}\nRUN pip install uv\nRUN uv sync") == expected


def test_a_source_that_nothing_of_the_build_starts_decides_no_install():
    text = "COPY . .\nRUN pip install uv && uv pip install -e .\n"
    server = {
        "shop/peer.py": 'import subprocess\nsubprocess.run(["uv", "run", "peer"])\n'
    }
    assert count(f'{text}CMD ["python", "-m", "shop"]', files=server) == 0
    start = {"start.py": 'import subprocess\nsubprocess.run(["uv", "run", "shop"])\n'}
    assert count(f'{text}CMD ["python", "start.py"]', files=start) == 1


@pytest.mark.parametrize(
    ("copied", "expected"), [("pyproject.toml", 0), ("pyproject.toml uv.lock", 1)]
)
def test_a_uv_without_a_lock_file_settles_nothing(copied, expected):
    files = {"pyproject.toml": "[project]\nname = 'a'\n", "uv.lock": ""}
    text = f"COPY {copied} ./\nRUN pip install uv && uv sync --no-dev"
    assert count(text, files=files) == expected


def test_a_link_elsewhere_brings_no_lock_file():
    files = {"pyproject.toml": "[project]\nname = 'a'\n", "uv.lock": ""}
    rest = "COPY pyproject.toml ./\nRUN pip install uv && uv sync --no-dev"
    assert (
        count(f"RUN ln -s /usr/bin/python3 /usr/bin/python\n{rest}", files=files) == 0
    )
    assert count(f"RUN ln -s /srv/locks/* .\n{rest}", files=files) == 1


def test_the_options_of_poetry_change_with_or_without_a_lock_file():
    files = {"pyproject.toml": "[project]\nname = 'a'\n", "poetry.lock": ""}
    text = "COPY pyproject.toml ./\nRUN pip install poetry && poetry install"
    assert count(text, files=files) == 1


def test_nobody_pins_the_tools_of_an_example():
    text = "RUN pip install poetry && poetry install"
    assert count(text, repository=RepositoryFacts(is_example=True)) == 0
