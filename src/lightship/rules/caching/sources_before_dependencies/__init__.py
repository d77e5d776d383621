"""The sources are copied before the dependencies are installed

## What it does
Finds copies of the sources above an install of dependencies.

The number of packages in the message comes from the lock file where one is used, and otherwise from
the manifests; then there may be more. The rule is silent in examples, where every build of the
repository has `--no-cache`, for a file that sets a version and nothing else, for settings of
gunicorn and similar files, for a single file, a directory with one file of code, or a package with
a licence of its own, above an install whose sources come after it, for images that are not pushed
whose compose file mounts the sources over the copied ones, and where a program in /usr/bin is a
link into them; for what another stage has installed and COPY has brought; and for `pip install .`
with a cache mount, or over a base image that has an environment, or most of the packages.

## Why is this bad?
Docker keeps the result of an instruction and reuses it as long as nothing that it depends on has
changed. What is installed after `COPY . .` depends on every file that was copied: change one line
of code, and all dependencies are downloaded and installed again. In the histories of 13 public
Python projects (6,495 commits) only 18 of 100 commits touch a file that says what to install; all
others pay for an install that changes nothing. For a small FastAPI application a build after an
edit of its code took 5.4 s in the one order, and 0.2 s in the other.

Copy the files that say what to install, install, and then copy the sources.

`pip install .` has no option for that. If the project has dependencies it gets a note, and no
fix: write them into a requirements file (`pip-compile pyproject.toml`, or `uv export` from a
lock), install from that before the copy, and the project after it with `pip install --no-deps .`.

## Fix safety
The fix copies the manifests of the build context, with the requirements files that they include
and the lock file, to where they went before, and moves the copy of the sources after the install,
together with commands that only change their owners and modes. `uv sync`, `poetry install` and
`pdm install` install the project itself too: they first run without it (`--no-install-project`,
`--no-root`, `--no-self`), and again when the sources are there; for `uv pip install .` that is
first `uv pip install -r pyproject.toml`. In a workspace of uv the manifests of all members are
copied, and the first run has `--no-install-workspace`. The rest of the RUN, from the first command
that may read the sources, becomes a RUN of its own after them. A `node_modules` or `.venv` that
git ignores gets a line in `.dockerignore`: once it lies there, the copy would bring it over the
installed one.

The fix is unsafe, because an install may read any file, and a Dockerfile does not show which. It
is not offered where something is known to prevent it: requirements that name local directories,
workspaces of Node, scripts in package.json that run at install time, a `node_modules` or `.venv` in
the build context that would now overwrite the new one, commands between the two that may need the
sources, links that were made before and lead to them, plugins of Poetry that take the version from
git, scripts of PDM, a workspace of uv whose manifest a mount brings, and a dynamic version that
makes uv build the project.

## When to ignore
Ignore it in an image that is built only once.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.rules.caching.sources_before_dependencies.early_copies import (
    early_copies,
)


def check(build: Build) -> Iterator[Finding]:
    if build.repository.is_example or build.repository.is_uncached:
        return
    early = tuple(early_copies(build))
    if not early:
        return
    # Most Dockerfiles have no such copy
    from lightship.rules.caching.sources_before_dependencies.early_findings import (  # noqa: PLC0415
        early_findings,
    )

    yield from early_findings(early)


_IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n"}
_FLASK = {**_IGNORE, "requirements.txt": "flask==3.1.0\n", "app.py": ""}
_UV = {
    **_IGNORE,
    "pyproject.toml": "[project]\nname = 'x'\n[build-system]\nrequires = []\n",
    "uv.lock": "",
    "app.py": "",
}
_STATED = {
    **_IGNORE,
    "pyproject.toml": "[project]\nname = 'x'\n"
    "dependencies = ['flask==3.1.0', 'redis==6.4.0', 'httpx==0.28.1']\n"
    "optional-dependencies = { web = ['gunicorn==23.0.0'] }\n[build-system]\nrequires = []\n",
    "app.py": "",
}
_MANY_STATED = {
    **_IGNORE,
    "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['flask==3.1.0', "
    "'redis==6.4.0', 'httpx==0.28.1', 'torch==2.9.1', 'rich==14.0.0']\n",
    "src/x/app.py": "",
}
_WORKSPACE = {
    **_IGNORE,
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['core']\n"
    "[tool.uv.workspace]\nmembers = ['packages/*', 'services/api']\n"
    "exclude = ['packages/old']\n[tool.uv.sources]\ncore = { workspace = true }\n",
    "uv.lock": "",
    "packages/core/pyproject.toml": "[project]\nname = 'core'\nversion = '1'\n",
    "packages/core/core.py": "",
    "packages/old/pyproject.toml": "[project]\nname = 'old'\nversion = '1'\n",
    "services/api/pyproject.toml": "[project]\nname = 'api'\nversion = '1'\n"
    "[tool.uv.sources]\ncore = { workspace = true }\n",
    "services/api/main.py": "",
}
_NODE = {**_IGNORE, "package.json": "{}", "package-lock.json": "{}", "index.js": ""}

RULE = Rule(
    id="sources-before-dependencies",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.PERFORMANCE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after all instructions of this one"
        ),
        "argument-in-an-arg argument-in-a-shell-variable in-an-earlier-stage "
        "if-branch function": (
            "where only few files are copied, it is reported only if it can be fixed"
        ),
    },
    examples=(
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt",
            fixed="WORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
            "COPY . .",
            files=_FLASK,
        ),
        Example(
            bad="""FROM python:3.13-slim
ARG HOME_DIR=/app
# The application
ADD --chown=10001:10001 . $HOME_DIR
WORKDIR $HOME_DIR

# What it needs
RUN --mount=type=cache,target=/root/.cache/pip \\
    # of production only
    pip install -r requirements/production.txt
CMD ["python", "app.py"]""",
            fixed="""FROM python:3.13-slim
ARG HOME_DIR=/app
WORKDIR $HOME_DIR

# What it needs
COPY --chown=10001:10001 requirements/production.txt requirements/base.txt $HOME_DIR/requirements/
RUN --mount=type=cache,target=/root/.cache/pip \\
    # of production only
    pip install -r requirements/production.txt

# The application
ADD --chown=10001:10001 . $HOME_DIR
CMD ["python", "app.py"]""",
            files={
                **_IGNORE,
                "requirements/production.txt": "-r base.txt\n",
                "requirements/base.txt": "flask\n",
                "app.py": "",
            },
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev",
            fixed="WORKDIR /app\nCOPY pyproject.toml uv.lock ./\n"
            "RUN uv sync --locked --no-dev --no-install-project\n"
            "COPY . .\nRUN uv sync --locked --no-dev",
            files=_UV,
        ),
        Example(
            bad="FROM node:24-slim AS build\nWORKDIR /app\nCOPY . /app\n"
            "RUN npm ci && npm run build\nFROM scratch\n"
            "COPY --from=build /app/dist /",
            fixed="FROM node:24-slim AS build\nWORKDIR /app\n"
            "COPY package.json package-lock.json /app/\nRUN npm ci\n"
            "COPY . /app\nRUN npm run build\nFROM scratch\nCOPY --from=build /app/dist /",
            files=_NODE,
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN <<EOF\nset -e\npip install -r requirements.txt\nEOF",
            fixed="WORKDIR /app\nCOPY requirements.txt .\nRUN <<EOF\nset -e\n"
            "pip install -r requirements.txt\nEOF\n"
            "COPY . .",
            files=_FLASK,
        ),
        Example(
            bad="COPY . /app\nRUN sh -c 'pip install -r /app/requirements.txt'",
            fixed="COPY requirements.txt /app/\nRUN sh -c 'pip install -r /app/requirements.txt'\n"
            "COPY . /app",
            files=_FLASK,
        ),
        Example(
            bad="WORKDIR /app\nCOPY src src\nCOPY requirements.txt .\n"
            "RUN pip install -r requirements.txt",
            fixed="WORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
            "COPY src src",
            files={**_IGNORE, "src/app.py": "", "requirements.txt": "flask"},
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev --package api",
            fixed="WORKDIR /app\nCOPY pyproject.toml uv.lock ./\n"
            "COPY packages/core/pyproject.toml ./packages/core/\n"
            "COPY services/api/pyproject.toml ./services/api/\n"
            "RUN uv sync --locked --no-dev --package api --no-install-workspace\n"
            "COPY . .\nRUN uv sync --locked --no-dev --package api",
            files=_WORKSPACE,
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev --no-install-project",
            fixed="WORKDIR /app\nCOPY pyproject.toml uv.lock ./\n"
            "COPY packages/core/pyproject.toml ./packages/core/\n"
            "COPY services/api/pyproject.toml ./services/api/\n"
            "RUN uv sync --locked --no-dev --no-install-project --no-install-workspace\n"
            "COPY . .\nRUN uv sync --locked --no-dev --no-install-project",
            files=_WORKSPACE,
        ),
        # A member that is not sent
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN uv sync --locked --no-dev --all-packages",
            files={**_WORKSPACE, ".dockerignore": "packages\n"},
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN uv pip install --system '.[web]'",
            fixed="WORKDIR /app\nCOPY pyproject.toml .\n"
            "RUN uv pip install --system -r pyproject.toml --extra web\n"
            "COPY . .\nRUN uv pip install --system '.[web]'",
            files=_STATED,
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\n"
            "RUN <<EOF\nset -e\npip install --no-cache-dir poetry==2.2.1\npoetry install\nEOF",
            fixed="WORKDIR /app\nCOPY pyproject.toml poetry.lock ./\n"
            "RUN <<EOF\nset -e\npip install --no-cache-dir poetry==2.2.1\n"
            "poetry install --no-root\nEOF\nCOPY . .\n"
            "RUN <<EOF\nset -e\npip install --no-cache-dir poetry==2.2.1\npoetry install\nEOF",
            files={**_STATED, "poetry.lock": ""},
        ),
        Example(
            bad="COPY . /app\nRUN chmod +x /app/run.sh\n"
            "RUN pip install --no-cache-dir -r /app/requirements.txt",
            fixed="COPY requirements.txt /app/\n"
            "RUN pip install --no-cache-dir -r /app/requirements.txt\n"
            "COPY . /app\nRUN chmod +x /app/run.sh",
            files={**_FLASK, "run.sh": ""},
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN npm install",
            files={
                **_NODE,
                "package.json": '{"scripts": {"postinstall": "node index.js"}}',
            },
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN npm install",
            files={**_NODE, "node_modules/": ""},
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt",
            files={**_IGNORE, "requirements.txt": "-e ./libs/core\n", "app.py": ""},
        ),
        Example(
            bad="WORKDIR /app\nCOPY . .\nRUN ./configure\nRUN pip install -r requirements.txt",
            files=_FLASK,
        ),
        Example(bad="WORKDIR /app\nCOPY . .\nRUN pip install .", files=_STATED),
        Example(
            bad="WORKDIR /app\nCOPY pyproject.toml ./\nCOPY src src\nRUN pip install -e '.[web]'",
            files=_MANY_STATED,
        ),
        Example(  # its dependencies are not installed
            good="WORKDIR /app\nCOPY pyproject.toml ./\nCOPY src src\n"
            "RUN pip install --no-cache-dir --no-deps .",
            files=_MANY_STATED,
        ),
        Example(
            good="WORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir .", files=_UV
        ),  # it asks for nothing
        Example(
            good="WORKDIR /app\nCOPY requirements.txt .\n"
            "RUN pip install --no-cache-dir -r requirements.txt\nCOPY . .",
            files=_FLASK,
        ),
        Example(
            good="WORKDIR /app\nENV UV_NO_CACHE=1\nCOPY pyproject.toml uv.lock ./\n"
            "RUN uv sync --locked --no-dev --no-install-project\n"
            "COPY . .\nRUN uv sync --locked --no-dev",
            files=_UV,
        ),
        Example(
            good="FROM python:3.13-slim AS deps\nWORKDIR /app\nCOPY requirements.txt .\n"
            "RUN pip install --no-cache-dir -r requirements.txt\n"
            "FROM deps\nCOPY . .\nRUN pip install --no-cache-dir --no-deps .",
            files=_FLASK,
        ),
        Example(
            good="COPY requirements/ /tmp/\nRUN pip install --no-cache-dir -r /tmp/dev.txt",
            files={**_IGNORE, "requirements/dev.txt": ""},
        ),
        Example(
            good="WORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir -r requirements.txt",
            files={**_IGNORE, "requirements.txt": "ansible==13.2.0"},
        ),
        Example(
            good="WORKDIR /app\nCOPY bin/fetch.py bin/\nRUN bin/fetch.py\nCOPY requirements.txt .\n"
            "RUN pip install --no-cache-dir -r requirements.txt"
        ),
        Example(
            good="WORKDIR /app\nCOPY . .\n"
            "RUN pip install --no-cache-dir gunicorn==23.0.0 && npm install -g yarn && npm "
            "cache clean --force"
        ),
        Example(  # one package, and no simple cure
            good="WORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir .",
            files={
                **_STATED,
                "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['packaging==26.0']\n",
            },
        ),
        Example(  # the install looks for packages there
            good="COPY helpers/* /tmp/\nCOPY requirements.txt /app/\n"
            "RUN pip install --no-cache-dir --no-index --find-links /tmp/ ta-lib==0.6.8 && "
            "pip install --no-cache-dir -r /app/requirements.txt",
            files={
                **_IGNORE,
                "helpers/build.py": "",
                "helpers/a.whl": "",
                "requirements.txt": "flask==3.1.2\n",
            },
        ),
    ),
)
