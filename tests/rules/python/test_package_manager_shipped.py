"""When package-manager-shipped reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.build import RepositoryFacts
from lightship.text import apply_edits

SHIPPED = (
    "FROM python:3.14-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\nWORKDIR /app\n"
    "COPY . .\nRUN uv pip install --system -r requirements.txt\n{}CMD python app.py"
)
SHIPPED_FILES = {"requirements.txt": "flask==3.1.2\n", "app.py": ""}


@pytest.mark.parametrize(
    "files",
    [
        {"justfile": "shell:\n    docker compose run app shell uv lock\n"},
        {"Makefile": "add:\n\tdocker-compose exec -T app uv add flask\n"},
        {"docs/dev.md": "Run `docker exec -it app uv pip list`.\n"},
        {"requirements.txt": "flask==3.1.2\nuv==0.9.0\n"},
    ],
)
def test_a_tool_that_the_repository_uses_in_the_container_stays(files):
    shipped = "package-manager-shipped"
    assert said(shipped, SHIPPED.format(""), SHIPPED_FILES)
    assert said(shipped, SHIPPED.format(""), {**SHIPPED_FILES, **files}) == []
    assert said(
        shipped, SHIPPED.format(""), {**SHIPPED_FILES, "docs/dev.md": "Use uv.\n"}
    )


def test_a_tool_in_an_image_to_develop_in_stays():
    label = (
        'LABEL org.opencontainers.image.description="An image for developing a.py"\n'
    )
    assert said("package-manager-shipped", SHIPPED.format(label), SHIPPED_FILES) == []


def test_an_image_that_the_manual_builds_on_may_keep_its_package_manager():
    page = "# Extend it\n\n```Dockerfile\nFROM acme/shop:<version>-base\n```\n"
    files = {**SHIPPED_FILES, "docs/extend.md": page}
    shipped = "package-manager-shipped"
    assert said(shipped, SHIPPED.format(""), files)
    own = RepositoryFacts(images=frozenset({"acme/shop"}))
    assert said(shipped, SHIPPED.format(""), files, repository=own) == []


@pytest.mark.parametrize(
    ("start", "files"),
    [
        ("npm start", {"package.json": '{"scripts": {"start": "make run"}}',
                       "Makefile": "run:\n\tuv run gunicorn app\n"}),
        ("python app.py", {"app.py": "import subprocess\n"
                                     "subprocess.run(['uv', 'pip', 'install', 'a'])\n"}),
        ("python app.py", {"app.py": "subprocess.run('uv run b.py', shell=True)\n"}),
        ("bun start", {"src/bridge.ts": 'const p = spawn(\n  "uv",\n  ["run"])\n'}),
        ("bun start", {"package.json": '{"scripts": {"start": "uv run b.py"}}'}),
        ("./server", {"main.go": 'exec.Command("/usr/bin/uv", "sync")\n'}),
    ],
)  # fmt: skip
def test_a_tool_that_a_task_or_the_program_calls_stays(start, files):
    text = SHIPPED.format("").replace("python app.py", start)
    shipped = "package-manager-shipped"
    assert said(shipped, text, {**SHIPPED_FILES, **files}) == []
    without = {name: content.replace("uv", "tox") for name, content in files.items()}
    assert said(shipped, text, {**SHIPPED_FILES, **without})


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("jupyter lab --ip=0.0.0.0", 0),
        ("python -m jupyter notebook", 0),
        ("code-server /work", 0),
        ("jupyter nbconvert --execute a.ipynb", 1),
        ("voila a.ipynb", 1),
    ],
)
def test_people_install_more_from_a_notebook(start, count):
    text = SHIPPED.format("").replace("python app.py", start)
    assert len(said("package-manager-shipped", text, SHIPPED_FILES)) == count


@pytest.mark.parametrize(
    ("build", "copy", "advice"),
    [
        ("FROM debian:13 AS deps\n", "COPY --from=deps /app /app\n", "without it"),
        ("", "COPY app.py /app/\n", "in a stage of its own"),
    ],
)
def test_beside_a_build_stage_the_last_one_starts_from_another_image(
    build, copy, advice
):
    text = (
        f"{build}FROM ghcr.io/astral-sh/uv:python3.14-trixie-slim\n{copy}"
        'CMD ["python", "app.py"]\n'
    )
    [message] = said("package-manager-shipped", text)
    assert message.endswith(advice)


BUILT = (
    "FROM python:3.14-slim AS build\nRUN pip install uv\nWORKDIR /app\nCOPY . .\n"
    "RUN uv pip install --target /libs -r requirements.txt\n"
    "FROM python:3.14-slim\n{}WORKDIR /app\nCOPY --from=build /libs /libs\n{}"
    'COPY app.py .\nCMD ["python", "app.py"]\n'
)


@pytest.mark.parametrize(
    ("install", "more", "cure"),
    [
        ("RUN pip install uv\n", "", "remove this RUN"),
        ("RUN pip install uv\n", "RUN uv --version\n", "install in a stage of its own"),
        ("RUN pip install uv && ls\n", "", "install in a stage of its own"),
    ],
)
def test_a_tool_that_a_build_stage_has_already_can_go(install, more, cure):
    text = BUILT.format(install, more)
    (message,) = said("package-manager-shipped", text, SHIPPED_FILES)
    assert message.endswith(cure)


@pytest.mark.parametrize(
    ("comment", "is_kept"),
    [
        ("# Pinned to the uv that wrote uv.lock\n", True),
        ("# Not latest: builds would change\n", True),
        ("# Install uv\n", False),
    ],
)
def test_why_uv_is_pinned_stands_above_the_first_mount(comment, is_kept):
    files = {
        "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n",
        "uv.lock": "",
        "shop.py": "",
    }
    rest = "ENV UV_NO_CACHE=1\nCOPY pyproject.toml uv.lock ./\n"
    sync = "uv sync --locked --no-dev --no-install-project\n"
    end = (
        'COPY shop.py ./\nUSER 10001\nCMD ["/app/.venv/bin/python", "-u", "shop.py"]\n'
    )
    text = (
        "FROM python:3.14-slim\nWORKDIR /app\n\n"
        f"{comment}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n\n"
        f"{rest}\n# What it needs\nRUN {sync}{end}"
    )
    [finding] = findings("package-manager-shipped", text, files)
    after = apply_edits(text, finding.fix.edits)
    assert after.count("--mount=from=ghcr.io/astral-sh/uv:0.12.5") == 1
    kept = comment if is_kept else ""
    assert f"\n\n{kept}# What it needs\nRUN --mount=" in after
    assert (comment in after) is is_kept


@pytest.mark.parametrize(
    "files",
    [
        {"hub.py": "from mcp import StdioServerParameters\n"},
        {"hub.ts": "const link = new StdioClientTransport(settings)\n"},
        {"servers.json": '{"servers": {"time": {"command": "uvx", "args": []}}}\n'},
        {"hub.py": "tool = shutil.which('uvx')\n"},
    ],
)
def test_uv_stays_where_the_program_starts_servers_of_mcp(files):
    shipped = "package-manager-shipped"
    assert said(shipped, SHIPPED.format(""), {**SHIPPED_FILES, **files}) == []
    text = SHIPPED.format("").replace(
        "COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/",
        "RUN pip install poetry==2.2.1",
    )
    text = text.replace("uv pip install --system", "pip install")
    assert said(shipped, text, {**SHIPPED_FILES, **files})


def test_a_server_of_mcp_starts_no_others():
    files = {**SHIPPED_FILES, "tool.py": "from mcp.server.fastmcp import FastMCP\n"}
    assert said("package-manager-shipped", SHIPPED.format(""), files)


@pytest.mark.parametrize(
    ("last", "count"),
    [
        ("RUN pipx install uv", 0),
        ("RUN pipx install uv && uv pip install --system flask", 1),
        ("RUN pipx install uv\nCOPY shop.py .", 1),
    ],
)
def test_a_tool_that_is_installed_last_is_for_who_runs_the_image(last, count):
    text = (
        f"FROM python:3.14-slim\nWORKDIR /app\nCOPY app.py .\n{last}\nCMD python app.py"
    )
    files = {"app.py": "", "shop.py": ""}
    assert len(said("package-manager-shipped", text, files)) == count


@pytest.mark.parametrize(
    ("clone", "count"),
    [
        ("RUN git clone https://example.com/agent.git /opt/agent\n", 0),
        ("RUN git clone https://example.com/a.git && make -C a && rm -r a\n", 1),
        ("RUN git config --global core.editor true\n", 1),
    ],
)
def test_a_program_that_the_build_clones_may_call_the_tool(clone, count):
    text = SHIPPED.format(clone)
    assert len(said("package-manager-shipped", text, SHIPPED_FILES)) == count


@pytest.mark.parametrize(
    ("setting", "files", "count"),
    [
        ("", {}, 0),
        ("RUN poetry config virtualenvs.create false\n", {}, 1),
        ("ENV POETRY_VIRTUALENVS_IN_PROJECT=1\n", {}, 1),
        ("", {"poetry.toml": "[virtualenvs]\nin-project = true\n"}, 1),
    ],
)
def test_an_environment_in_the_cache_is_found_by_poetry_alone(setting, files, count):
    text = (
        "FROM python:3.14-slim\nRUN pip install --no-cache-dir poetry==2.2.1\nWORKDIR /app\n"
        f"{setting}COPY . .\nRUN poetry install --only main\nCMD python app.py"
    )
    assert len(said("package-manager-shipped", text, {"app.py": "", **files})) == count


def test_a_task_of_node_that_is_not_there_may_call_the_tool():
    text = SHIPPED.format("").replace("python app.py", "yarn run serve")
    assert said("package-manager-shipped", text, SHIPPED_FILES) == []
    files = {**SHIPPED_FILES, "package.json": '{"scripts": {"serve": "node a.js"}}'}
    assert said("package-manager-shipped", text, files)
