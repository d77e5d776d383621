"""What the examples of build-tools-in-final-stage leave out."""

from __future__ import annotations

import judged
import pytest
from made import findings, fixed, lines

from lightship.lint.finding import Severity
from lightship.repository_facts import RepositoryFacts
from lightship.rules.stages.build_tools_in_final_stage import RULE

COMPILED = {
    "psycopg2": (["gcc", "libpq-dev"], "libpq5"),
    "lxml": (["gcc", "libxml2-dev", "libxslt1-dev"], "libxml2 libxslt1.1"),
    "Pillow": (
        ["build-essential", "libjpeg62-turbo-dev", "zlib1g-dev"],
        "libjpeg62-turbo zlib1g",
    ),
    "mysqlclient": (["pkg-config", "gcc", "default-libmysqlclient-dev"], "libmariadb3"),
}
# What both stages need is installed once
SHARED = {
    "unknown headers": (["gcc", "libunheardof-dev"], "libunheardof-dev", ["gcc"]),
    "others": (
        ["gcc", "curl", "libffi-dev=3.*"],
        "curl libffi8",
        ["gcc", "libffi-dev=3.*"],
    ),
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
    before, _, after = fixed(RULE, stage_of(packages)).partition("\nFROM base\n")
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


@pytest.mark.parametrize("name", SHARED)
def test_what_both_stages_need_is_installed_once(name):
    packages, shared, compiled_with = SHARED[name]
    before, _, after = fixed(RULE, stage_of(packages)).partition("\nFROM base\n")
    install = "RUN apt-get update && apt-get install -y --no-install-recommends"
    assert before == lines(
        "FROM python:3.13-slim-bookworm AS base",
        "WORKDIR /app",
        "",
        f"{install} {shared} && rm -rf /var/lib/apt/lists/*",
        "",
        "FROM base AS build",
        "RUN python -m venv /opt/venv",
        'ENV PATH="/opt/venv/bin:$PATH"',
        *stage_of(compiled_with).split("\n")[2:5],
        "",
    )
    assert after.startswith("COPY --from=build /opt/venv /opt/venv\n")


def test_an_install_of_nothing_but_what_both_need_goes_too():
    curl = (
        "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*"
    )
    text = stage_of(["gcc"]).replace("COPY req", f"{curl}\nCOPY req")
    result = fixed(RULE, text)
    assert result.count("curl") == 1
    assert "install -y curl && rm" in result


@pytest.mark.parametrize(
    ("option", "kept"),
    [
        ("", "apt-get install -y libpq5 chromium"),
        (
            " --no-install-recommends",
            "apt-get install -y --no-install-recommends libpq5 chromium",
        ),
    ],
)
def test_what_stays_keeps_what_it_recommends(option, kept):
    text = (
        "FROM python:3.13-slim-bookworm\nWORKDIR /app\n"
        f"RUN apt-get update && apt-get install -y{option} gcc libpq-dev chromium "
        "&& rm -rf /var/lib/apt/lists/*\nCOPY requirements.txt .\n"
        'RUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD ["python", "a.py"]\n'
    )
    assert kept in fixed(RULE, text)


def test_nothing_is_installed_where_nothing_is_needed():
    after = fixed(RULE, stage_of(["gcc", "make"])).partition("\nFROM base\n")[2]
    assert after.startswith("COPY --from=build /opt/venv /opt/venv\n")


def test_what_compilers_bring_for_the_run_time_is_kept():
    after = fixed(
        RULE, stage_of(["gcc", "gfortran"]), {"requirements.txt": "lightgbm==4.6.0\n"}
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
    after = fixed(RULE, stage_of(["gcc", *names])).partition("\nFROM base\n")[2]
    assert after.startswith(
        "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends \\\n        libjpeg"
    )


def test_python_of_debian_gets_its_venv_from_a_package():
    text = stage_of(["python3", "python3-pip", "gcc"], "debian:trixie-slim").replace(
        "pip install", "pip3 install"
    )
    text = text.replace('"gunicorn", "main:app"', '"python3", "main.py"')
    result = fixed(RULE, text)
    assert (
        "install -y --no-install-recommends python3 python3-venv python3-pip gcc &&"
        in result
    )
    assert "RUN python3 -m venv /opt/venv\n" in result
    assert "install -y --no-install-recommends python3 && rm" in result


POETRY = {
    "by ENV": ("ENV POETRY_VIRTUALENVS_CREATE=false", "RUN pip install poetry==2.1.2"),
    "by a setting": (
        "RUN pip install poetry==2.1.2 && poetry config virtualenvs.create false",
    ),
}


def stage_of_poetry(lines_before):
    text = stage_of(["gcc", "libpq-dev"])
    text = text.replace("requirements.txt", "pyproject.toml poetry.lock", 1)
    install = "RUN pip install --no-cache-dir -r requirements.txt"
    assert install in text
    return text.replace(
        install, lines(*lines_before, "RUN poetry install --only main --no-root")
    )


@pytest.mark.parametrize("name", POETRY)
def test_poetry_installs_into_the_environment_that_is_copied(name):
    result = fixed(RULE, stage_of_poetry(POETRY[name]))
    before, _, after = result.partition("\nFROM base\n")
    # Poetry takes the environment that this variable names; seen with 1.8.5 and 2.1.2
    assert 'ENV VIRTUAL_ENV=/opt/venv PATH="/opt/venv/bin:$PATH"\n' in before
    assert "RUN poetry install --only main --no-root\n" in before
    assert "poetry install" not in after
    assert "--no-install-recommends libpq5 &&" in after


@pytest.mark.parametrize(
    "lines_before",
    [
        ("RUN pip install poetry==2.1.2",),
        ("ENV POETRY_VIRTUALENVS_CREATE=true", "RUN pip install poetry==2.1.2"),
        (
            "ENV POETRY_VIRTUALENVS_CREATE=false",
            "RUN pip install poetry && poetry config virtualenvs.path /venvs",
        ),
        (
            "ENV POETRY_VIRTUALENVS_CREATE=false",
            "RUN pip install poetry && poetry env use 3.12",
        ),
        (
            "ENV POETRY_VIRTUALENVS_CREATE=false",
            "RUN pip install poetry && poetry build",
        ),
        ("ENV POETRY_VIRTUALENVS_CREATE=false", "RUN curl https://x.org | python -"),
    ],
)
def test_poetry_with_an_environment_of_its_own_stays(lines_before):
    text = stage_of_poetry(lines_before)
    assert fixed(RULE, text) == text


NOT_SPLIT = {
    "another stage": (
        "FROM python:3.13-slim-bookworm",
        "FROM debian AS a\nFROM python:3.13-slim-bookworm",
    ),
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
    unfixed = findings(RULE, text.replace(old, new))
    assert unfixed
    assert not [finding for finding in unfixed if finding.fix]


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
    assert not findings(
        RULE, f"RUN apt-get update && apt-get install -y build-essential\n{end}\n"
    )


def test_headers_alone_are_a_note():
    (finding,) = findings(
        RULE, 'FROM python:3.13-slim\nRUN apt-get install -y libpq-dev\nCMD ["a"]\n'
    )
    assert finding.severity is Severity.INFO


# Alpine


def alpine(install, *between, pip="RUN pip install --no-cache-dir -r requirements.txt"):
    return lines(
        "FROM python:3.13-alpine",
        install,
        *between,
        pip,
        "COPY . .",
        "USER 10001:10001",
        'CMD ["gunicorn", "main:app"]',
    )


APK = "RUN apk add --no-cache"
COPY = "COPY requirements.txt ."
PIP = "pip install --no-cache-dir -r requirements.txt"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Of what is installed by itself the libraries stay
        (
            alpine(f"{APK} gcc musl-dev libffi-dev curl", COPY),
            alpine(
                f"{APK} libffi curl",
                COPY,
                pip=f"{APK} --virtual .build-deps gcc musl-dev libffi-dev \\\n"
                f"    && {PIP} \\\n    && apk del .build-deps",
            ),
        ),
        (
            alpine(f"{APK} gcc musl-dev", COPY),
            alpine(
                COPY,
                pip=f"{APK} --virtual .build-deps gcc musl-dev \\\n"
                f"    && {PIP} \\\n    && apk del .build-deps",
            ),
        ),
        # One RUN, on one line and on several
        (
            alpine(COPY, pip=f"{APK} curl build-base postgresql-dev && {PIP}"),
            alpine(
                COPY,
                pip=f"{APK} curl libstdc++ libpq \\\n"
                "    && apk add --no-cache --virtual .build-deps build-base postgresql-dev \\\n"
                f"    && {PIP} \\\n    && apk del .build-deps",
            ),
        ),
        (
            alpine(COPY, pip=f"{APK} \\\n      gcc \\\n      musl-dev && \\\n  {PIP}"),
            alpine(
                COPY,
                pip=f"{APK} --virtual .build-deps \\\n      gcc \\\n      musl-dev && \\\n"
                f"  {PIP} && \\\n  apk del .build-deps",
            ),
        ),
    ],
)
def test_on_alpine_the_tools_go_in_the_layer_in_which_they_came(text, expected):
    assert fixed(RULE, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        # Which library belongs to the headers is not known
        alpine(f"{APK} gcc musl-dev geos-dev", COPY),
        # Something else compiles, or needs the tools
        alpine(f"{APK} gcc musl-dev", COPY, "RUN pip install --no-cache-dir cython"),
        alpine(f"{APK} gcc musl-dev", "RUN make -C /src", COPY),
        alpine(f"{APK} gcc musl-dev", COPY).replace("USER", "RUN make\nUSER"),
        # Scripts that cannot be taken apart
        alpine(f"{APK} gcc musl-dev", COPY, pip=f"RUN {PIP} || true"),
        alpine(f"{APK} gcc musl-dev", COPY, pip=f"RUN <<EOF\n{PIP}\nEOF"),
        alpine(f"{APK} gcc musl-dev; ls", COPY),
        alpine(f"# hadolint ignore=DL3018\n{APK} gcc musl-dev", COPY),
        alpine(f"# What it compiles with\n{APK} gcc musl-dev", COPY),
        # Other ways to install
        alpine("RUN apk add gcc musl-dev", COPY),
        alpine(f"{APK} --repository=http://x.org/edge gcc musl-dev", COPY),
        alpine(f"{APK} gcc musl-dev $MORE", COPY),
        alpine(f"{APK} gcc musl-dev", COPY).replace("python:", "acme/python:"),
        alpine(f"{APK} gcc musl-dev", f"{APK} g++", COPY),
    ],
)
def test_on_alpine_nothing_is_removed_where_it_may_be_needed(text):
    assert fixed(RULE, text) == text


COMPILED_HERE = (
    'RUN pip install -r requirements.txt\nCOPY . .\nCMD ["python", "a.py"]\n'
)


def apt(*packages: str) -> str:
    return f"RUN apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}\n"


def said(text: str, files=None) -> list[str]:
    return [finding.message for finding in findings(RULE, text, files)]


@pytest.mark.parametrize("wanted", ["torch==2.9.1", "vllm", "xformers>=0.0.30"])
def test_what_compiles_at_run_time_may_come_from_a_file(wanted):
    text = f"FROM python:3.13-slim\nWORKDIR /app\n{apt('gcc')}COPY requirements.txt .\n{COMPILED_HERE}"
    assert said(text, {"requirements.txt": "psycopg2\n"})
    assert said(text, {"requirements.txt": f"psycopg2\n{wanted}\n"}) == []


@pytest.mark.parametrize(
    "base",
    [
        "nvidia/cuda:12.6.3-devel-ubuntu24.04",
        "rocm/dev-ubuntu-24.04:6.3",
        "pytorch/pytorch:2.9.1-cuda12.6-cudnn9-devel",
        "quay.io/jupyter/scipy-notebook:2026-01-05",
        "jupyter/r-notebook:2023-10-20",
    ],
)
def test_a_base_image_to_compile_with_has_compilers_already(base):
    text = f"{{}}{apt('build-essential')}{COMPILED_HERE}"
    assert said(text.format("FROM ubuntu:24.04\n"))
    assert said(text.format(f"FROM {base}\n")) == []


@pytest.mark.parametrize(
    ("base", "packages", "count"),
    [
        ("python:3.13-slim", ("libpq-dev",), 1),
        ("python:3.13-slim", ("libmagic-dev", "libffi-dev"), 0),
        ("python:3.13-slim", ("libgoogle-perftools-dev",), 0),
        ("python:3.13-slim", ("libsodium-dev", "libldap2-dev"), 0),
        ("python:3.13-slim", ("libsasl2-dev",), 1),
        ("python:3.13-slim", ("libffi-dev", "libpq-dev"), 1),
        ("nvidia/cuda:12.6.3-base-ubuntu24.04", ("libssl-dev",), 0),
        ("rocker/r-base:4.5.1", ("libssl-dev",), 0),
        # of Jupyter's images some have gcc, for what people compile in their notebooks
        ("quay.io/jupyter/r-notebook:2026-01-05", ("libkrb5-dev",), 0),
        ("quay.io/jupyter/minimal-notebook:2026-01-05", ("libkrb5-dev",), 1),
        # the full image is made with them
        ("python:3.13", ("default-libmysqlclient-dev", "libpq-dev"), 0),
        ("python:3.13", ("libsnappy-dev",), 0),
        ("ubuntu:24.04", ("libssl-dev",), 1),
    ],
)
def test_headers_that_weigh_little_are_not_worth_a_word(base, packages, count):
    assert len(said(f"FROM {base}\n{apt(*packages)}{COMPILED_HERE}")) == count


def test_what_makes_packages_of_debian_holds_no_headers():
    start = 'COPY publish.sh /\nCMD ["/publish.sh"]\n'
    text = f"FROM ubuntu:24.04\n{apt('dpkg-dev', 'gzip')}{start}"
    assert said(text) == []
    [message] = said(
        text.replace("dpkg-dev", "dpkg-dev g++").replace("COPY", "RUN make\nCOPY")
    )
    assert message == "g++ stays in the final image: build in a stage of its own"


def test_the_headers_of_python_come_with_pip_where_recommended_packages_do():
    text = f"FROM ubuntu:24.04\n{apt('python3-dev', 'python3-pip')}{COMPILED_HERE}"
    assert said(text)
    assert said(text.replace("--no-install-recommends ", "")) == []


def test_a_script_of_bash_that_installs_at_the_start_needs_compilers():
    text = (
        f"FROM ubuntu:24.04\n{apt('build-essential')}RUN make -C /src\n"
        'COPY init.bash /app/init.bash\nCMD ["/app/init.bash"]\n'
    )
    assert said(text, {"init.bash": "exec app\n"})
    assert said(text, {"init.bash": "pip install -r nodes.txt\nexec app\n"}) == []


def test_a_start_script_that_the_build_runs_too_installs_at_the_start():
    text = f"FROM ubuntu:24.04\n{apt('build-essential')}RUN ./start.sh --install\n"
    assert said(f'{text}CMD ["/app/server"]\n')
    assert said(f'{text}CMD ["./start.sh"]\n') == []


APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"
BUILD_TOOLS = "build-tools-in-final-stage"


def test_removing_gcc_removes_build_essential_too():
    install = "RUN apt-get update && apt-get install -y build-essential gcc curl"
    removal = "apt-get remove --purge -y gcc && apt-get autoremove -y"
    pip = "pip install --no-cache-dir uwsgi==2.0.31"
    in_one = f"{PYTHON}{install} && {pip} && {removal}\n{APP}"
    later = f"{PYTHON}{install}\nRUN {pip}\nRUN {removal}\n{APP}"
    assert judged.said("build-tools-in-final-stage", in_one) == []
    assert judged.said("build-tools-in-final-stage", later) == []
    kept = f"{PYTHON}{install}\nRUN {pip}\n{APP}"
    assert judged.said("build-tools-in-final-stage", kept)


def test_an_image_beside_a_slim_one_has_its_build_tools_on_purpose():
    text = (
        f"{PYTHON}RUN apt-get update && apt-get install -y build-essential\n"
        f"RUN pip install --no-cache-dir uwsgi==2.0.31\n{APP}"
    )
    assert (
        judged.said("build-tools-in-final-stage", text, {"Dockerfile.slim": ""}) == []
    )
    assert judged.said("build-tools-in-final-stage", text, {"Dockerfile.full": ""})


def test_a_compiler_after_which_nothing_is_built_is_for_the_program():
    gcc = "RUN apt-get update && apt-get install -y gcc g++\n"
    pip = "RUN pip install -r requirements.txt\n"
    assert judged.said(BUILD_TOOLS, f"{PYTHON}{gcc}{pip}{APP}")
    libraries = "RUN apt-get install -y make libssl-dev\n"
    [message] = judged.said(BUILD_TOOLS, f"{PYTHON}{libraries}{pip}{gcc}{APP}")
    assert "gcc" not in message


def test_a_compiler_for_extensions_is_for_those_who_use_the_image():
    text = (
        f"{PYTHON}RUN apt-get install -y \\\n  # extensions need those\n  build-essential\n"
        f"RUN pip install .\n{APP}"
    )
    assert judged.said(BUILD_TOOLS, text) == []


def test_a_full_image_has_its_compilers_already():
    text = "RUN apt-get install -y build-essential\nRUN pip install .\n"
    assert judged.said(BUILD_TOOLS, f"FROM python:3.13\n{text}{APP}") == []
    assert judged.said(BUILD_TOOLS, f"{PYTHON}{text}{APP}")


@pytest.mark.parametrize(
    ("package", "is_needed"),
    [
        ("hnswlib", True),
        ("llama-cpp-python", True),
        ("pycaret", True),
        ("flask", False),
    ],
)
def test_the_library_of_openmp_stays_where_a_package_loads_it(package, is_needed):
    text = (
        "FROM python:3.13-slim-bookworm\nWORKDIR /app\n"
        "RUN apt-get update && apt-get install -y build-essential && rm -rf /var/lib/apt/lists/*\n"
        f'RUN pip install --no-cache-dir {package}==1.0.0\nCOPY . .\nCMD ["python", "a.py"]\n'
    )
    assert ("libgomp1" in fixed(RULE, text)) is is_needed


@pytest.mark.parametrize(
    "path",
    [
        "docker/sandbox/Dockerfile",
        "docker/Dockerfile.debian_compiler",
        "toolchain/Dockerfile",
    ],
)
def test_an_image_that_is_named_for_compiling_has_a_compiler_for_its_users(path):
    text = f"{PYTHON}RUN apt-get install -y build-essential\nRUN bun install -g agent\n{APP}"
    assert judged.said(BUILD_TOOLS, text)
    assert judged.said(BUILD_TOOLS, text, path=path) == []


def test_an_agent_compiles_what_it_writes():
    text = f"{PYTHON}RUN apt-get install -y build-essential\nRUN bun install -g opencode-ai\n"
    assert judged.said(BUILD_TOOLS, f'{text}CMD ["opencode", "serve"]') == []
    assert judged.said(BUILD_TOOLS, f'{text}CMD ["server", "serve"]')


def test_locking_builds_packages_when_the_container_runs():
    text = (
        f"{PYTHON}RUN apt-get install -y build-essential\nRUN pip install pip-tools\n"
        "COPY lock.py .\nCMD python lock.py"
    )
    script = "import subprocess\nsubprocess.call(['pip-compile', 'a.in'])\n"
    files = {"lock.py": script, ".dockerignore": ""}
    assert judged.said(BUILD_TOOLS, text, files) == []
    assert judged.said(BUILD_TOOLS, text, files | {"lock.py": "print('done')\n"})


def test_a_library_of_musl_that_is_linked_is_loaded():
    text = (
        "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y gcc musl-dev {}\n"
        f"RUN pip install .\n{APP}"
    )
    link = "&& ln -s /usr/lib/x86_64-linux-musl/libc.so /lib/libc.musl-x86_64.so.1"
    (message,) = judged.said(BUILD_TOOLS, text.format(link))
    assert "musl" not in message
    (message,) = judged.said(BUILD_TOOLS, text.format(""))
    assert "musl-dev" in message


@pytest.mark.parametrize(
    ("packages", "count"), [("opus-dev gcc", 0), ("opus-dev gcc musl-dev", 1)]
)
def test_gcc_without_a_c_library_only_finds_libraries(packages, count):
    text = (
        "FROM python:3.13-alpine\nRUN apk add --no-cache --virtual .build-deps build-base\n"
        f"RUN apk add --no-cache {packages}\nRUN pip install .\nRUN apk del .build-deps\n{APP}"
    )
    assert len(judged.said(BUILD_TOOLS, text)) == count


@pytest.mark.parametrize(
    ("arg", "test", "count"),
    [
        ("ARG BRANCH", '[ ! -z "$BRANCH" ]', 0),
        ("ARG BRANCH", '[ -n "$BRANCH" ]', 0),
        ("ARG BRANCH", '[ -z "$BRANCH" ]', 1),
        ("ARG BRANCH=main", '[ ! -z "$BRANCH" ]', 1),
    ],
)
def test_an_install_that_no_build_asks_for_brings_nothing(arg, test, count):
    text = (
        f"FROM debian:13\n{arg}\nRUN if {test}; then apt-get update && apt-get install -y "
        f"gcc python3-dev; fi\nRUN pip install .\n{APP}"
    )
    assert len(judged.said(BUILD_TOOLS, text)) == count


@pytest.mark.parametrize(
    ("copied", "is_fixed"), [("COPY . .", True), ("COPY api ./api", False)]
)
def test_poetry_run_needs_the_project_where_it_runs(copied, is_fixed):
    text = lines(
        "FROM python:3.13-slim-bookworm",
        "ENV POETRY_VIRTUALENVS_CREATE=false",
        "WORKDIR /app",
        "RUN apt-get update && apt-get install -y --no-install-recommends gcc",
        "COPY pyproject.toml poetry.lock ./",
        "RUN pip install --no-cache-dir poetry && poetry install --only main",
        copied,
        'CMD ["poetry", "run", "uvicorn", "api.main:app"]',
    )
    [finding] = judged.findings(BUILD_TOOLS, text)
    assert (finding.fix is not None) is is_fixed


@pytest.mark.parametrize(
    ("later", "is_silent"),
    [
        ("RUN pip3 install pytest && npm install -g prettier\n", True),
        ("RUN pip3 install ruff==0.9.0 black\n", True),
        ("RUN pip3 install ruff black uwsgi\n", False),
        ("RUN pip3 install ruff black\nRUN pip3 install -r a.txt\n", False),
        ("RUN pip3 install ruff black && make -C /src\n", False),
        ("RUN pip3 install pytest\n", False),
        ("RUN pip3 install --upgrade pip setuptools\n", False),
    ],
)
def test_an_image_of_formatters_and_test_tools_means_its_compiler(later, is_silent):
    text = f"FROM ubuntu:24.04\n{apt('build-essential')}{later}CMD run\n"
    assert (said(text) == []) is is_silent


@pytest.mark.parametrize(
    ("script", "is_silent"),
    [
        ('if [ "$TARGETARCH" = arm ]; then {}; fi', True),
        ('if [ "$(uname -m)" != x86_64 ]; then {}; fi', True),
        ('[ "$TARGETARCH$TARGETVARIANT" = armv7 ] && {} || true', True),
        ('([ "$TARGETVARIANT" = v7 ] && {}) || [ "$TARGETVARIANT" != v7 ]', True),
        ('case "$(dpkg --print-architecture)" in armhf) {} ;; esac', True),
        ('case "$TARGETARCH" in amd64) true ;; arm*) {} ;; esac', True),
        ('if [ "$WITH_C" = 1 ]; then {}; fi', False),
        ('[ "$TARGETARCH" = arm ] && true; {}', False),
        ('if [ "$TARGETARCH" = arm ]; then true; fi; {}', False),
    ],
)
def test_a_compiler_for_some_processors_alone_is_not_in_most_images(script, is_silent):
    install = "apt-get install -y --no-install-recommends g++"
    run = script.replace("{}", install)
    text = f"FROM python:3.13-slim\nARG TARGETARCH TARGETVARIANT WITH_C=1\nRUN {run}\n"
    assert (said(f"{text}{COMPILED_HERE}") == []) is is_silent


@pytest.mark.parametrize("package", ["platformio==6.1.18", "esphome"])
def test_what_builds_firmware_compiles_at_run_time(package):
    text = f"FROM python:3.13-slim\n{apt('g++')}RUN pip install {{}}\n{COMPILED_HERE}"
    assert said(text.format("flask"))
    assert said(text.format(package)) == []


@pytest.mark.parametrize(
    ("base", "packages", "named"),
    [
        (
            "python:3.13",
            ("build-essential", "libpq-dev", "tk-dev", "libfreetype6-dev"),
            "",
        ),
        ("python:3.13", ("gcc", "libpq-dev", "libsnappy-dev"), ""),
        ("python:3.13", ("gcc", "g++", "cmake", "libsnappy-dev"), ""),
        ("python:3.13", ("cmake", "swig", "libgdal-dev", "libldap2-dev"), "cmake, "),
        ("python:3.13", ("libboost-all-dev",), "libboost-all-dev stays"),
        ("python:3.13-slim", ("gcc", "libpq-dev"), "gcc and libpq-dev stay"),
        ("python:3.13", ("g++", "gfortran"), "gfortran stays"),
        ("ruby:3.4", ("gcc", "tk-dev"), ""),
        ("r-base:4.5.1", ("gfortran", "r-base-dev", "liblapack-dev"), ""),
    ],
)
def test_what_the_full_image_has_does_not_stay_by_this_install(base, packages, named):
    messages = said(f"FROM {base}\n{apt(*packages)}{COMPILED_HERE}")
    assert "".join(messages).startswith(named)
    assert bool(messages) is bool(named)


ACTION = """inputs:
  {}:
    required: false
runs:
  using: {}
  image: {}
"""


@pytest.mark.parametrize(
    ("given", "using", "image", "count"),
    [
        ("build", "docker", "Dockerfile", 0),
        ("build_command", "'docker'", "./Dockerfile", 0),
        ("token", "docker", "Dockerfile", 1),
        ("build", "docker", "other/Dockerfile", 1),
        ("build", "node24", "Dockerfile", 1),
    ],
)
def test_an_action_that_builds_for_its_users_needs_a_compiler(
    given, using, image, count
):
    files = {
        "action.yml": ACTION.format(given, using, image),
        "requirements.txt": "a\n",
    }
    text = (
        "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y gcc make\n"
        'COPY requirements.txt .\nRUN pip install -r requirements.txt\nENTRYPOINT ["a"]\n'
    )
    said = judged.said("build-tools-in-final-stage", text, files, path="Dockerfile")
    assert len(said) == count


@pytest.mark.parametrize(
    ("compiler", "headers", "count"),
    [
        ("build-essential", "python3-dev", 0),
        ("build-essential", "libpython3.12-dev", 0),
        ("build-essential", "python3-dev libjemalloc-dev", 0),
        ("build-essential", "libssl-dev", 1),
        ("curl", "python3-dev", 1),
    ],
)
def test_a_compiler_that_stays_for_the_program_reads_the_headers_of_python(
    compiler, headers, count
):
    text = (
        f"FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y {compiler}\n"
        f"RUN apt-get install -y --no-install-recommends {headers}\n"
        'COPY app.py /\nCMD ["python3", "/app.py"]\n'
    )
    assert len(judged.said("build-tools-in-final-stage", text)) == count


@pytest.mark.parametrize(
    ("base", "is_silent"),
    [
        ("centos/python-36-centos7", True),
        ("centos/s2i-base-centos7", True),
        ("registry.access.redhat.com/ubi9/python-312", True),
        ("registry.access.redhat.com/ubi8/nodejs-20", True),
        ("quay.io/sclorg/python-311-c9s", True),
        ("registry.access.redhat.com/ubi9/python-312-minimal", False),
        ("centos/s2i-core-centos7", False),
        ("registry.access.redhat.com/ubi9/ubi", False),
    ],
)
def test_a_builder_of_openshift_compiles_anyway(base, is_silent):
    text = (
        f"FROM {base}\nUSER root\nRUN yum install -y gcc-c++ openldap-devel mysql-devel\n"
        f"RUN pip install -r requirements.txt\nUSER 1001\nCMD run\n"
    )
    assert (said(text) == []) is is_silent


GEO = lines(
    "FROM python:3.13-alpine",
    "RUN apk add --no-cache build-base gdal-dev geos-dev",
    "COPY . /app",
    "RUN pip install -r /app/requirements.txt",
    'CMD ["gunicorn", "shop.wsgi"]',
)
SETTINGS = "INSTALLED_APPS = ['django.contrib.gis']\n"


@pytest.mark.parametrize(
    ("source", "is_silent"),
    [
        (SETTINGS, True),
        ("from ctypes.util import find_library\nlib = find_library('proj')\n", True),
        (f"{SETTINGS}GDAL_LIBRARY_PATH = '/usr/lib/libgdal.so.36'\n", False),
        ("INSTALLED_APPS = []\n", False),
    ],
)
def test_python_finds_libraries_on_alpine_by_the_compiler(source, is_silent):
    files = {"shop/settings.py": source, "requirements.txt": "psycopg2==2.9.10\n"}
    tools = "build-tools-in-final-stage"
    assert (judged.said(tools, GEO, files) == []) is is_silent
    debian = GEO.replace("alpine", "slim").replace(
        "apk add --no-cache", "apt-get install -y"
    )
    debian = debian.replace(
        "build-base gdal-dev geos-dev", "build-essential libgdal-dev"
    )
    assert judged.said(tools, debian, files)


@pytest.mark.parametrize(
    "choice",
    ["tool = 'g++' if is_cpp else 'gcc'", "TOOLS = {'c': 'gcc', 'cpp': 'g++'}"],
)
def test_a_compiler_that_the_program_chooses_is_called(choice):
    text = (
        "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y gcc g++\n"
        'COPY . .\nRUN pip install flask==3.1.2\nCMD ["python", "/judge.py"]'
    )
    call = "import subprocess\nsubprocess.run([tool, name])\n"
    tools = "build-tools-in-final-stage"
    assert judged.said(tools, text, {"judge.py": f"{call}{choice}\n"}) == []
    assert judged.said(tools, text, {"judge.py": call})
    assert judged.said(tools, text, {"judge.py": f"{choice}\n"})


@pytest.mark.parametrize(
    ("requirement", "is_silent"),
    [("soundfile==0.12.1", True), ("pyzbar==0.1.9", True), ("lxml==5.4.0", False)],
)
def test_packages_that_look_for_the_library_they_wrap_need_a_compiler_on_alpine(
    requirement, is_silent
):
    files = {"requirements.txt": f"{requirement}\n"}
    assert (judged.said(RULE.id, GEO, files) == []) is is_silent
    debian = GEO.replace("alpine", "slim").replace("apk add --no-cache", "apt install")
    assert judged.said(RULE.id, debian, files)


PIXI = lines(
    "FROM ghcr.io/prefix-dev/pixi:0.40.0",
    "RUN apt-get update && apt-get install -y g++",
    "COPY . .",
    "RUN pixi install --locked && make",
    'CMD ["/app"]',
)


def test_a_compiler_beside_those_of_pixi_or_conda_is_little():
    table = '[tool.pixi.dependencies]\n{} = "*"\n'
    compiles = {"pyproject.toml": table.format("cxx-compiler")}
    assert not judged.said(RULE.id, PIXI, compiles)
    assert judged.said(RULE.id, PIXI, {"pyproject.toml": table.format("numpy")})
    named = PIXI.replace("pixi install --locked", "conda install -y {}")
    assert not judged.said(RULE.id, named.format("gxx_linux-64"), {})
    assert judged.said(RULE.id, named.format("numpy"), {})


def test_users_that_install_packages_of_their_own_need_a_compiler():
    text = PIXI.replace("pixi install --locked && ", "")
    assert judged.said(RULE.id, text, {})
    assert not judged.said(RULE.id, f"{text}\nENV PIP_USER=1", {})


def test_lines_of_a_comment_go_with_the_packages_that_they_name():
    text = lines(
        "FROM python:3.12-slim",
        "WORKDIR /app",
        "# -- What is installed --",
        "# libpq-dev: for psycopg2",
        "# libmagic1: for python-magic,",
        "#   and for nothing else",
        "# build-essential: to compile",
        "# libpango, libcairo: for WeasyPrint",
        "RUN apt-get update && apt-get install -y --no-install-recommends libpq-dev "
        "libmagic1 build-essential libpango-1.0-0 libcairo2 && rm -rf /var/lib/apt/lists/*",
        "COPY requirements.txt .",
        "RUN pip install --no-cache-dir -r requirements.txt",
        "COPY . .",
        'CMD ["python", "main.py"]',
    )
    made = fixed(RULE, text, {"requirements.txt": "psycopg2==2.9.10\n", "main.py": ""})
    common, build = made.split("FROM base AS build\n")
    moved = [line for line in common.splitlines() if line.startswith("#")]
    assert moved == [
        "# libmagic1: for python-magic,",
        "#   and for nothing else",
        "# libpango, libcairo: for WeasyPrint",
    ]
    left = [line for line in build.splitlines() if line.startswith("#")]
    assert left == [
        "# -- What is installed --",
        "# libpq-dev: for psycopg2",
        "# build-essential: to compile",
    ]


def test_a_comment_in_plain_words_goes_with_its_package():
    text = stage_of(["gcc", "postgresql-client"]).replace(
        "RUN apt-get", "# Install PostgreSQL client tools\nRUN apt-get", 1
    )
    made = fixed(RULE, text, {"requirements.txt": "regex==2025.7.34\n", "main.py": ""})
    common, _build = made.split("FROM base AS build\n")
    assert "# Install PostgreSQL client tools\nRUN apt-get" in common


HEIR = "FROM acme/base:2.9\nRUN pip install -r dev-requirements.txt\n"


@pytest.mark.parametrize(
    ("heir", "count"),
    [
        (HEIR, 0),
        (f"# For development\n{HEIR}", 0),
        # Another tag, a compiler of its own, nothing to compile
        (HEIR.replace("2.9", "2.8"), 1),
        (HEIR.replace("RUN", "RUN apt-get update && apt-get install -y gcc &&"), 1),
        (
            HEIR.replace(
                "RUN", "RUN apt-get update && apt-get install -y libffi-dev &&"
            ),
            0,
        ),
        (HEIR.replace("pip install", "cat"), 1),
        (HEIR.replace("RUN", "FROM debian:13\nRUN"), 1),
    ],
)
def test_another_image_of_the_repository_may_compile_with_the_tools(heir, count):
    files = {"requirements.txt": "flask\n", "dev/Dockerfile": heir}
    facts = RepositoryFacts(names=frozenset({"acme/base:2.9"}))
    text = stage_of(["gcc", "libpq-dev"])
    said = judged.said("build-tools-in-final-stage", text, files, repository=facts)
    assert len(said) == count


def test_headers_alone_serve_no_image_that_is_built_on_this_one():
    files = {"requirements.txt": "flask\n", "dev/Dockerfile": HEIR}
    facts = RepositoryFacts(names=frozenset({"acme/base:2.9"}))
    text = stage_of(["libpq-dev"])
    [said] = judged.said("build-tools-in-final-stage", text, files, repository=facts)
    assert said.endswith("only a compiler reads headers")
