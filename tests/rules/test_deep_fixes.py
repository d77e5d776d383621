"""The three fixes that rebuild a Dockerfile: order of copies, two stages, a user."""

from __future__ import annotations

from pathlib import Path

import laws
import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.fixes import UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.selection import Selection, select

RULES = {rule.id: rule for rule in all_rules()}
ORDER, STAGES, USER = (
    RULES[name]
    for name in (
        "sources-before-dependencies",
        "build-tools-in-final-stage",
        "root-user",
    )
)
IGNORE = {".dockerignore": "Dockerfile\n.dockerignore\n", "Dockerfile": ""}
ORDERS = Path(__file__).parents[2] / "examples" / "orders"


def fixed(rule, text, files=None):
    """What the rule alone makes of the text; the laws hold on the way."""
    build = build_of(text, None if files is None else IGNORE | files)
    return laws.hold(build, [rule], UNSAFE).text


def found(rule, text, files=None):
    return [
        item.finding
        for item in lint(
            build_of(text, None if files is None else IGNORE | files), [rule]
        )
    ]


def lines(*parts):
    return "\n".join(parts)


# Sources before dependencies

PYPROJECT = "[project]\nname = 'x'\nversion = '1'\n"
PACKAGED = PYPROJECT + "[build-system]\nrequires = ['hatchling']\n"
START = ("FROM python:3.13-slim", "WORKDIR /app")

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
    assert fixed(ORDER, text, files | {"main.py": "", "index.js": ""}) == wanted


def test_without_a_context_lock_files_are_patterns():
    text = lines(*START, "COPY . .", "RUN npm ci && npm run build")
    wanted = lines(
        *START, "COPY package*.json ./", "RUN npm ci", "COPY . .", "RUN npm run build"
    )
    assert fixed(ORDER, text) == wanted


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
    assert fixed(ORDER, text, {"requirements.txt": "x", "main.py": ""}) == wanted


def test_the_directory_and_the_rest_of_a_run_are_kept():
    text = lines(*START, "COPY . .", "RUN cd web && npm ci && npm run build")
    wanted = lines(
        *START,
        "COPY web/package.json ./web/",
        "RUN cd web && npm ci",
        "COPY . .",
        "RUN cd web && npm run build",
    )
    assert fixed(ORDER, text, {"web/package.json": "{}", "web/index.js": ""}) == wanted


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
    assert fixed(ORDER, text, {"pyproject.toml": PACKAGED, "main.py": ""}) == wanted


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
        fixed(ORDER, text, {"src/a.py": "", "tests/b.py": "", "requirements.txt": "x"})
        == wanted
    )


def test_backticks_line_ends_and_case_of_the_file_are_kept():
    text = "# escape=`\r\nfrom python:3.13-slim\r\nworkdir /app\r\n"
    text += "copy . .\r\nrun pip install `\r\n  -r requirements.txt\r\n"
    wanted = (
        text.replace("copy . .\r\n", "copy requirements.txt .\r\n") + "copy . .\r\n"
    )
    assert fixed(ORDER, text, {"requirements.txt": "x", "main.py": ""}) == wanted


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
    (finding,) = found(
        ORDER, lines(*START, "COPY . .", f"RUN {command}"), files | {"main.py": ""}
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
        for finding in found(ORDER, text, files)
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
        for finding in found(ORDER, text, {"requirements.txt": "x", "main.py": ""})
    ] == [None]


def test_a_project_that_pip_installs_is_a_note():
    text = lines(*START, "COPY . .", "RUN pip install .")
    asks = PACKAGED.replace("'1'\n", "'1'\ndependencies = ['flask', 'httpx']\n")
    (finding,) = found(ORDER, text, {"pyproject.toml": asks, "a.py": ""})
    assert finding.severity is Severity.INFO
    assert (
        "pip install . needs the sources, so each change of them installs 2 packages again"
        in finding.message
    )
    assert not found(
        ORDER, text, {"pyproject.toml": PACKAGED, "a.py": ""}
    )  # it asks for nothing


# Build tools in the final stage

COMPILED = {
    "psycopg2": (["gcc", "libpq-dev"], "libpq5"),
    "lxml": (["gcc", "libxml2-dev", "libxslt1-dev"], "libxml2 libxslt1.1"),
    "Pillow": (
        ["build-essential", "libjpeg62-turbo-dev", "zlib1g-dev"],
        "libjpeg62-turbo zlib1g",
    ),
    "mysqlclient": (["pkg-config", "gcc", "default-libmysqlclient-dev"], "libmariadb3"),
    "unknown headers": (["gcc", "libunheardof-dev"], "libunheardof-dev"),
    "others": (["gcc", "curl", "libffi-dev=3.*"], "curl libffi8"),
}


def stage_of(packages, base="python:3.13-slim-bookworm"):
    return lines(
        f"FROM {base}",
        "WORKDIR /app",
        f"RUN apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
        " && rm -rf /var/lib/apt/lists/*",
        "COPY requirements.txt .",
        "RUN pip install --no-cache-dir -r requirements.txt",
        "COPY . .",
        "USER 10001:10001",
        'CMD ["gunicorn", "main:app"]',
    )


@pytest.mark.parametrize("name", COMPILED)
def test_what_compiles_stays_in_a_stage_of_its_own(name):
    packages, wanted = COMPILED[name]
    before, _, after = fixed(STAGES, stage_of(packages)).partition("\nFROM base\n")
    assert before == lines(
        "FROM python:3.13-slim-bookworm AS base",
        "WORKDIR /app",
        "",
        "FROM base AS build",
        "RUN python -m venv /opt/venv",
        'ENV PATH="/opt/venv/bin:$PATH"',
        *stage_of(packages).split("\n")[2:5],
        "",
    )
    assert after == lines(
        f"RUN apt-get update && apt-get install -y --no-install-recommends {wanted} && rm -rf /var/lib/apt/lists/*",
        "COPY --from=build /opt/venv /opt/venv",
        'ENV PATH="/opt/venv/bin:$PATH"',
        *stage_of(packages).split("\n")[5:],
    )


def test_nothing_is_installed_where_nothing_is_needed():
    after = fixed(STAGES, stage_of(["gcc", "make"])).partition("\nFROM base\n")[2]
    assert after.startswith("COPY --from=build /opt/venv /opt/venv\n")


def test_what_compilers_bring_for_the_run_time_is_kept():
    after = fixed(
        STAGES, stage_of(["gcc", "gfortran"]), {"requirements.txt": "lightgbm==4.6.0\n"}
    )
    assert "--no-install-recommends libgfortran5 libgomp1 &&" in after


def test_long_lists_get_a_line_each():
    names = [
        "libjpeg-dev",
        "libwebp-dev",
        "libtiff-dev",
        "libfreetype-dev",
        "liblcms2-dev",
    ]
    after = fixed(STAGES, stage_of(["gcc", *names])).partition("\nFROM base\n")[2]
    assert after.startswith(
        "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends \\\n        libjpeg"
    )


def test_python_of_debian_gets_its_venv_from_a_package():
    text = stage_of(["python3", "python3-pip", "gcc"], "debian:trixie-slim").replace(
        "pip install", "pip3 install"
    )
    text = text.replace('"gunicorn", "main:app"', '"python3", "main.py"')
    result = fixed(STAGES, text)
    assert (
        "install -y --no-install-recommends python3 python3-venv python3-pip gcc &&"
        in result
    )
    assert "RUN python3 -m venv /opt/venv\n" in result
    assert "install -y --no-install-recommends python3 && rm" in result


NOT_SPLIT = {
    "another stage": (
        "FROM python:3.13-slim-bookworm",
        "FROM debian AS a\nFROM python:3.13-slim-bookworm",
    ),
    "a full image": ("slim-bookworm", "bookworm"),
    "alpine": ("python:3.13-slim-bookworm", "python:3.13-alpine"),
    "an unknown release": ("slim-bookworm", "slim-sid"),
    "an unknown base": ("python:3.13-slim-bookworm", "example.com/python:3.13-slim"),
    "user before": ("WORKDIR /app", "WORKDIR /app\nUSER app"),
    "another shell": ("WORKDIR /app", 'SHELL ["/bin/bash", "-c"]\nWORKDIR /app'),
    "onbuild": ("COPY . .", "COPY . .\nONBUILD COPY a b"),
    "sources before": ("COPY requirements.txt .", "COPY . ."),
    "installs itself": ("-r requirements.txt", "-r requirements.txt ."),
    "elsewhere": ("pip install", "pip install --target /deps"),
    "for a user": ("pip install", "pip install --user"),
    "compiles more": ("COPY . .", "COPY . .\nRUN make"),
    "imports more": ("COPY . .", "COPY . .\nRUN python -m spacy download en"),
    "an own path": ('"gunicorn"', '"/usr/local/bin/gunicorn"'),
    "packages by path": (
        "COPY . .",
        "COPY . /usr/local/lib/python3.13/site-packages/x",
    ),
    "path replaced": ("COPY . .", "ENV PATH=/bin\nCOPY . ."),
    "system first in path": ("COPY . .", 'ENV PATH="/usr/local/bin:$PATH"\nCOPY . .'),
    "other python": ("gcc", "gcc python3-numpy"),
    "cron": ("gcc", "gcc cron"),
    "from a list": ("gcc", "gcc $MORE"),
    "from a release": ("apt-get install", "apt-get install -t testing"),
    "a tool behind": (
        "COPY . .",
        "COPY . .\nRUN apt-get update && apt-get install -y g++",
    ),
    "a download": (
        "apt-get update &&",
        "curl -O https://example.com/a && apt-get update &&",
    ),
    "a volume between": (
        "COPY requirements.txt .",
        "VOLUME /data\nCOPY requirements.txt .",
    ),
    "cmd before": ("COPY requirements.txt .", 'CMD ["a"]\nCOPY requirements.txt .'),
    "pip before": ("WORKDIR /app", "WORKDIR /app\nRUN pip install gunicorn"),
}


@pytest.mark.parametrize("name", NOT_SPLIT)
def test_no_fix_for_another_shape(name):
    old, new = NOT_SPLIT[name]
    text = stage_of(["gcc", "libpq-dev"])
    assert old in text
    findings = found(STAGES, text.replace(old, new))
    assert findings
    assert not [finding for finding in findings if finding.fix]


@pytest.mark.parametrize(
    "end",
    [
        'CMD ["make", "test"]',
        'CMD ["bash"]',
        "",
        'ENTRYPOINT ["cargo", "run"]',
        "CMD sh -c 'make && ./a'",
    ],
)
def test_an_image_that_builds_may_have_build_tools(end):
    assert not found(
        STAGES, f"RUN apt-get update && apt-get install -y build-essential\n{end}\n"
    )


def test_headers_alone_are_a_note():
    (finding,) = found(
        STAGES, 'FROM python:3.13\nRUN apt-get install -y libpq-dev\nCMD ["a"]\n'
    )
    assert finding.severity is Severity.INFO


# Root

SHADOW = (
    "RUN groupadd --gid 10001 app && useradd --uid 10001 --gid app --create-home app"
)
BUSYBOX = "RUN addgroup -g 10001 app && adduser -D -u 10001 -G app app"
BASES = {
    "debian:trixie-slim": [SHADOW, "USER 10001:10001"],
    "python:3.13": [SHADOW, "USER 10001:10001"],
    "node:24-slim": [SHADOW, "USER 10001:10001"],
    "ubuntu:24.04": [SHADOW, "USER 10001:10001"],
    "registry.access.redhat.com/ubi9/ubi:9.6": [SHADOW, "USER 10001:10001"],
    "almalinux:10": [SHADOW, "USER 10001:10001"],
    "alpine:3.22": [BUSYBOX, "USER 10001:10001"],
    "python:3.13-alpine": [BUSYBOX, "USER 10001:10001"],
    "scratch": ["USER 10001:10001"],
    "gcr.io/distroless/python3-debian12": ["USER 65532:65532"],
    "registry.access.redhat.com/ubi9/ubi-minimal": [],
    "amazonlinux:2023": [],
}


@pytest.mark.parametrize("base", BASES)
def test_a_user_is_made_with_what_the_base_has(base):
    text = lines(
        f"FROM {base}", "COPY main.py /", "", "EXPOSE 8000", 'CMD ["/main.py"]'
    )
    wanted = lines(
        f"FROM {base}",
        "COPY main.py /",
        "",
        *BASES[base],
        "EXPOSE 8000",
        'CMD ["/main.py"]',
    )
    assert fixed(USER, text) == wanted
    assert found(USER, text)


@pytest.mark.parametrize(
    "base",
    [
        "gcr.io/distroless/static:nonroot",
        "cgr.dev/chainguard/python",
        "bitnami/python:3.13",
        "nginxinc/nginx-unprivileged",
        "quay.io/jupyter/scipy-notebook",
        "postgres:18",
        "redis:8",
        "elasticsearch:9.1.0",
    ],
)
def test_bases_that_are_not_root_or_give_it_up(base):
    assert not found(USER, f'FROM {base}\nCOPY main.py /\nCMD ["/main.py"]\n')


def test_an_unknown_base_is_a_note_without_a_fix():
    (finding,) = found(
        USER, 'FROM example.com/base\nCOPY main.py /\nCMD ["/main.py"]\n'
    )
    assert (finding.severity, finding.fix) == (Severity.INFO, None)


@pytest.mark.parametrize(
    "line",
    [
        "VOLUME /data",
        "RUN pip install --user flask",
        "RUN poetry install",
        "WORKDIR /root/app",
        "RUN curl -sSL https://example.com/x -o /root/bin/x",
        'SHELL ["/bin/bash", "-c"]',
        "RUN useradd a && useradd b",
        "RUN groupadd app",
    ],
)
def test_no_fix_where_it_would_break(line):
    (finding,) = found(
        USER, f'FROM python:3.13-slim\n{line}\nCMD ["python", "main.py"]\n'
    )
    assert finding.fix is None


@pytest.mark.parametrize(
    ("script", "fixes"),
    [
        ("exec gunicorn main:app\n", True),
        ("chown app /data\nexec gunicorn main:app\n", False),
        ("apt-get install x\n", False),
    ],
)
def test_start_scripts_are_read(script, fixes):
    text = 'FROM python:3.13-slim\nCOPY docker/start.sh /start.sh\nCMD ["/start.sh"]\n'
    (finding,) = found(USER, text, {"docker/start.sh": script})
    assert (finding.fix is not None) == fixes


def test_no_fix_where_the_start_script_cannot_be_read():
    (finding,) = found(
        USER, 'FROM python:3.13-slim\nCOPY start.sh /\nCMD ["/start.sh"]\n'
    )
    assert finding.fix is None


def test_a_start_script_that_changes_the_user_is_right():
    text = 'FROM python:3.13-slim\nCOPY start.sh /\nENTRYPOINT ["/start.sh"]\n'
    assert not found(USER, text, {"start.sh": 'exec gosu app "$@"\n'})


def test_the_last_instruction_may_lack_its_line_end():
    assert fixed(USER, 'FROM scratch\nCMD ["/a"]\nCOPY a /a').endswith(
        "COPY a /a\nUSER 10001:10001"
    )


# All of them


def context_of(directory):
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_orders_project_is_put_right():
    files = context_of(ORDERS)
    build = build_of(files["Dockerfile"], files)
    default = Selection(select(all_rules(), ()))
    result = fix(build, default, UNSAFE)
    deep = {ORDER.id, STAGES.id, USER.id}
    assert deep <= {item.rule for item in result.applied}
    assert not {item.diagnostic.rule.id for item in result.left} & deep
    text = result.text
    parts = [
        "FROM base AS build",
        "COPY requirements.txt .",
        "RUN pip install",
        "FROM base\n",
        "libpq5",
    ]
    parts += [
        "COPY --from=build /opt/venv /opt/venv",
        "COPY . .",
        "USER 10001:10001",
        "CMD [",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert not fix(result.build, default, UNSAFE).applied
