"""Findings on public Dockerfiles that a reader called wrong or needless, each with what is said now."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from lightship.build import MountedVolume, RepositoryFacts
from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Severity
from lightship.lint.fixes import SAFE, UNSAFE, fix
from lightship.lint.registry import all_rules
from lightship.lint.rule_selection import RuleSelection, select

RULES = {rule.id: rule for rule in all_rules()}
DEFAULT = select(all_rules(), ())
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"


def found(rule, text, files=None, **fields):
    build = replace(build_of(text, files), **fields)
    return lint(build, [RULES[rule]])


def said(rule, text, files=None, **fields):
    return [item.finding.message for item in found(rule, text, files, **fields)]


def severities(rule, text, files=None, **fields):
    return [item.severity for item in found(rule, text, files, **fields)]


def names(text, files=None):
    return {item.rule.id for item in lint(build_of(text, files), DEFAULT)}


# Secrets


@pytest.mark.parametrize(
    "text",
    [
        "ENV DEBUG_TOKEN=false",
        "ENV ADMIN_PASSWORD=",
        "ENV METRICS_HTTP_AUTH_USER=''",
        "ENV KEY_LENGTH=4096",
        "ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568",
        "ENV VITE_API_KEY=abcdef",
        "ENV APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1",
        "ENV POSTGRES_HOST_AUTH_METHOD=trust",
        "ENV TLS_KEY=/run/secrets/tls.key",
        "ARG SCCACHE_S3_NO_CREDENTIALS",
    ],
)
def test_nothing_is_said_of_what_is_no_secret(text):
    assert said("secret-in-arg-or-env", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV API_TOKEN=x9Kq2LmT77Zp", ERROR),
        ("ARG API_TOKEN=x9Kq2LmT77Zp", ERROR),
        ("ARG API_TOKEN", WARNING),
        ("ARG API_TOKEN\nENV API_TOKEN=$API_TOKEN", WARNING),
        ("ENV SECRET_KEY=change-me-in-production", WARNING),
        ("ENV POSTGRES_PASSWORD=postgres", WARNING),
    ],
)
def test_a_secret_that_is_out_is_an_error(text, expected):
    assert severities("secret-in-arg-or-env", text)[-1] is expected


def test_a_real_password_of_a_test_container_is_a_note():
    text = "FROM postgres:18\nENV POSTGRES_PASSWORD=x9Kq2LmT77Zp"
    assert severities("secret-in-arg-or-env", text, purpose="test") == [INFO]


def test_nothing_is_said_of_what_everybody_writes_in_a_test_container():
    text = "FROM postgres:18\nENV POSTGRES_PASSWORD=postgres"
    assert said("secret-in-arg-or-env", text, purpose="test") == []
    assert severities("secret-in-arg-or-env", text, purpose="development") == [INFO]


# Base images


def test_a_platform_that_a_comment_explains_is_meant():
    text = "# Chrome exists for amd64 only\nFROM --platform=linux/amd64 debian:13"
    assert said("constant-platform", text) == []
    assert said("constant-platform", "# Chrome\nFROM --platform=linux/amd64 debian:13")


@pytest.mark.parametrize("name", ["dev-wyrm-web", "localhost/synapse", "app"])
def test_an_image_that_is_built_on_the_spot_needs_no_tag(name):
    assert said("untagged-image", f"FROM {name}") == []


def test_a_build_arg_that_must_be_given_needs_no_default():
    assert said("invalid-default-base-image", "ARG BASE\nFROM ${BASE}") == []


def test_a_build_that_gives_the_arg_names_its_image():
    text = "ARG VERSION\nFROM debian:$VERSION"
    assert said("invalid-default-base-image", text, args={"VERSION": "13"}) == []
    assert said("invalid-default-base-image", text, are_args_known=True)


# Windows

POWERSHELL = (
    "FROM python:3.11.9\n"
    'SHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]\n'
    "WORKDIR C:\\\\app\nCOPY requirements.txt .\n"
    "RUN pip install --no-cache-dir -r requirements.txt\nCOPY . C:\\\\app\n"
    'ENTRYPOINT ["powershell", "C:\\\\entrypoint.ps1"]'
)


@pytest.mark.parametrize(
    "rule",
    ["full-base-image", "relative-workdir", "relative-destination", "root-user"],
)
def test_windows_is_known_by_its_shell(rule):
    files = {"requirements.txt": "flask==3.1.0\n", ".dockerignore": "Dockerfile\n"}
    assert said(rule, POWERSHELL, files) == []


@pytest.mark.parametrize(
    "base",
    [
        "python:3.11.9-windowsservercore-ltsc2022",
        "mcr.microsoft.com/windows/servercore:ltsc2022",
    ],
)
def test_windows_is_known_by_its_base(base):
    text = f"FROM {base}\nWORKDIR C:\\\\app\n{APP}"
    assert names(text).isdisjoint({"relative-workdir", "root-user", "full-base-image"})


# Packages


def test_distribution_python_marks_the_package_that_it_speaks_of():
    text = (
        f"{PYTHON}RUN apt-get update && apt-get install -y \\\n"
        "    python3-dev \\\n    python3-openssl && rm -rf /var/lib/apt/lists/*"
    )
    (item,) = found("distribution-python", text)
    assert item.finding.span.of(text) == "python3-openssl"
    assert "python3-openssl" in item.finding.message


CHROMA = (
    "ARG SANITIZER=0\nRUN set -e; \\\n"
    'if [ "$SANITIZER" = 1 ]; then apt-get update; apt-get install -y llvm; fi'
)


@pytest.mark.parametrize("rule", ["apt-recommends", "apt-lists-kept"])
def test_a_branch_that_is_off_by_default_is_not_judged(rule):
    assert said(rule, CHROMA) == []
    assert said(rule, CHROMA.replace("SANITIZER=0", "SANITIZER")) == []
    assert said(rule, CHROMA.replace("SANITIZER=0", "SANITIZER=1"))
    assert said(rule, CHROMA.replace("fi", "else true; fi").replace("= 1", "!= 1"))


@pytest.mark.parametrize(
    ("test", "is_off"),
    [
        ('[ -n "$A" ]', True),
        ('[ -z "$A" ]', False),
        ('[ "$A" ]', True),
        ("test $A = 1", True),
        ("[[ $A == 1 ]]", True),
        ('[ "$UNKNOWN" = 1 ]', False),
        ("[ -f /a ]", False),
        ("command -v gcc", False),
        ("! [ -n '' ]", False),
        ('[ -n "$A" ] || true', False),
    ],
)
def test_only_a_test_that_is_known_to_fail_switches_a_branch_off(test, is_off):
    text = f"ARG A\nRUN if {test}; then apt-get install -y llvm; fi"
    assert (said("apt-recommends", text) == []) is is_off


def test_npm_keeps_nothing_where_the_mounted_cache_is_named_by_a_variable():
    text = (
        "FROM node:24-slim\nARG OWNER=app\n"
        "RUN --mount=type=cache,target=/home/app/.npm_cache \\\n"
        '    npm install --global a@1 --cache "/home/$OWNER/.npm_cache"'
    )
    assert said("npm-cache-kept", text) == []


def test_an_update_before_no_cache_is_told_to_go():
    text = "FROM alpine:3.22\nRUN apk update\nRUN apk add --no-cache curl"
    assert said("update-alone", text) == [
        "apk add --no-cache fetches an index of its own: remove apk update"
    ]


def test_an_install_for_a_user_replaces_nothing_of_the_system():
    text = "RUN pip install --user --break-system-packages flask==3.1.2"
    assert said("externally-managed-overridden", text) == []


def test_hosts_are_listed_as_people_do():
    hosts = " ".join(f"--trusted-host {name}.org" for name in "abcde")
    (message,) = said("trusted-host", f"{PYTHON}RUN pip install {hosts} flask")
    assert message.startswith(
        "certificates of a.org, b.org, c.org, d.org and 1 more are"
    )


# Stages and directories


def test_an_image_that_is_there_to_be_copied_whole_may_be():
    text = "FROM tonistiigi/xx:1.6 AS xx\nFROM debian:13-slim\nCOPY --from=xx / /"
    assert said("filesystem-copied-onto-another", text) == []


def test_one_command_in_another_directory_needs_no_workdir():
    assert said("cd-in-run", "COPY . /app\nRUN cd /app && make") == []
    assert said("cd-in-run", "COPY . /app\nRUN cd /app && make && make install")


def test_removing_gcc_removes_build_essential_too():
    install = "RUN apt-get update && apt-get install -y build-essential gcc curl"
    removal = "apt-get remove --purge -y gcc && apt-get autoremove -y"
    pip = "pip install --no-cache-dir uwsgi==2.0.31"
    in_one = f"{PYTHON}{install} && {pip} && {removal}\n{APP}"
    later = f"{PYTHON}{install}\nRUN {pip}\nRUN {removal}\n{APP}"
    assert said("build-tools-in-final-stage", in_one) == []
    assert said("build-tools-in-final-stage", later) == []
    kept = f"{PYTHON}{install}\nRUN {pip}\n{APP}"
    assert said("build-tools-in-final-stage", kept)


def test_an_image_beside_a_slim_one_has_its_build_tools_on_purpose():
    text = (
        f"{PYTHON}RUN apt-get update && apt-get install -y build-essential\n"
        f"RUN pip install --no-cache-dir uwsgi==2.0.31\n{APP}"
    )
    assert said("build-tools-in-final-stage", text, {"Dockerfile.slim": ""}) == []
    assert said("build-tools-in-final-stage", text, {"Dockerfile.full": ""})


# Users

ENTRYPOINT = 'COPY entrypoint drop-privs /sbin/\nENTRYPOINT ["/sbin/entrypoint"]'


def test_an_entrypoint_whose_helper_drops_root_may_start_as_root():
    text = f"FROM debian:13\nUSER root\n{ENTRYPOINT}"
    files = {
        "entrypoint": '#!/bin/bash\nexec \\\n  drop-privs \\\n  "$@"\n',
        "drop-privs": "#!/bin/bash\nexec setpriv --reuid=app $@\n",
    }
    assert said("root-user", text, files) == []
    files["entrypoint"] = '#!/bin/bash\nexec "$@"\n'
    assert said("root-user", text, files)


def test_a_python_entrypoint_that_ends_in_gosu_drops_root():
    text = f'{PYTHON}COPY start.py /\nENTRYPOINT ["/start.py"]'
    gosu = "#!/usr/local/bin/python\nimport os\nos.execv('/usr/sbin/gosu', ['gosu', 'app'])\n"
    assert said("root-user", text, {"start.py": gosu}) == []
    assert said("root-user", text, {"start.py": "#!/usr/local/bin/python\nprint(1)\n"})


@pytest.mark.parametrize("path", ["Dockerfile", "actions/scan/Dockerfile"])
def test_an_action_of_github_must_be_root(path):
    folder = path.removesuffix("Dockerfile")
    files = {f"{folder}action.yml": "runs:\n  using: docker\n  image: Dockerfile\n"}
    text = f'{PYTHON}COPY run.py /\nENTRYPOINT ["python", "/run.py"]'
    assert said("root-user", text, files, path=path) == []
    files = {f"{folder}action.yml": "runs:\n  using: node20\n"}
    assert said("root-user", text, files, path=path)


def test_a_lambda_runs_as_a_user_of_aws():
    text = 'FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py .\nCMD ["app.handler"]'
    assert said("root-user", text) == []


@pytest.mark.parametrize(
    "comment",
    [
        '# this 777 will be replaced by 700 at runtime (allows semi-arbitrary "--user" values)',
        "# Make /data a global HOME, writable by any UID (like /tmp)",
        "# OpenShift chooses the user",
    ],
)
def test_what_is_made_for_any_user_may_be_world_writable(comment):
    text = f"RUN set -eux; \\\n    mkdir /data; \\\n    {comment}\n    chmod 777 /data\n{APP}"
    assert said("world-writable", text) == []
    assert said("world-writable", text.replace(comment, "# The data of any kind"))


# The build context


LARGE = "x" * 100_000


def test_a_lone_dockerfile_or_compose_file_is_not_worth_a_finding():
    files = {"main.py": "", "compose.yaml": "", ".github/workflows/ci.yml": ""}
    assert said("needless-files-copied", "COPY . /app", files) == []
    assert said("needless-files-copied", "COPY . /app", files | {"docs/a.md": LARGE})


def test_needless_files_that_an_earlier_copy_named_are_not_named_again():
    text = "COPY . /app\nCOPY docs /app/docs"
    files = {"main.py": "", "docs/a.md": LARGE, "tests/test_a.py": LARGE}
    assert len(said("needless-files-copied", text, files)) == 1


# Images that are not for production


def test_a_stage_for_tests_may_install_what_is_for_development():
    text = (
        f"{PYTHON[:-1]} AS release\nCOPY requirements-dev.txt .\n"
        "RUN pip install --no-cache-dir -r requirements-dev.txt\n"
        f"{APP}\nFROM release AS django-unittests\n"
    )
    assert said("dev-dependencies-installed", text) == []
    assert said("dev-dependencies-installed", text.replace("django-unittests", "web"))


@pytest.mark.parametrize("package", ["rasterio", "titiler.xarray", "rio-tiler"])
def test_what_loads_libexpat_needs_the_full_image(package):
    text = (
        f"FROM python:3.13\nRUN pip install {package}==1.0\nCOPY a.py /\n"
        'CMD ["uvicorn", "a:b"]'
    )
    assert said("full-base-image", text, {"a.py": ""}) == []
    assert said("full-base-image", text.replace(package, "flask"), {"a.py": ""})


# Files, locks and commands


@pytest.mark.parametrize(
    "line",
    [
        "REACT_APP_INTELOWL_VERSION=v6.4.0",
        "DB_PASSWORD=${DB_PASSWORD}",
        "API_KEY=$API_KEY",
        "API_KEY=${API_KEY:?missing}",
        "API_KEY={{ api_key }}",
    ],
)
def test_an_environment_file_without_a_secret_may_be_copied(line):
    text = "COPY .env.docker .env\nCMD x"
    assert said("secret-file-copied", text, {".env.docker": f"{line}\n"}) == []


def test_an_environment_file_with_a_secret_may_not():
    files = {".env.docker": "DB_PASSWORD=hunter2-hunter2\n"}
    assert said("secret-file-copied", "COPY .env.docker .env\nCMD x", files)


UV = f"{PYTHON}COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\nWORKDIR /app\n"
PROJECT = "[project]\nname = 'a'\nversion = '1'\nrequires-python = '>=3.9'\n"


def test_a_lock_file_that_the_build_makes_for_itself_is_meant():
    text = f"{UV}COPY pyproject.toml ./\nRUN uv sync && cp uv.lock /opt/uv.lock\nCMD a"
    files = {"pyproject.toml": f"{PROJECT}dependencies = ['flask']\n", "uv.lock": ""}
    assert said("lock-not-checked", text, files) == []
    assert said(
        "lock-not-checked", text.replace(" && cp uv.lock /opt/uv.lock", ""), files
    )


def test_print_in_a_module_that_the_server_never_imports_is_nothing():
    text = f'{PYTHON}WORKDIR /app\nCOPY . .\nCMD ["gunicorn", "app.wsgi:app"]'
    files = {
        "app/__init__.py": "",
        "app/wsgi.py": "import app.views\n",
        "app/views.py": "",
        "app/tasks.py": "print('a celery task')\n",
        "contrib/play/names.py": "print(1)\n",
    }
    assert said("python-output-buffered", text, files) == []


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


def test_the_classic_builder_is_not_spoken_of_where_it_cannot_build():
    text = "WORKDIR /app\nCOPY a b /app"
    files = {"a": "", "b": ""}
    assert said("destination-without-slash", text, files)
    for line in (
        "RUN --mount=type=cache,target=/x true",
        "COPY --link a /",
        "RUN <<E\nE",
    ):
        assert said("destination-without-slash", f"{text}\n{line}", files) == []


def test_no_container_starts_from_a_stage_that_is_not_built_on():
    text = 'FROM debian:13 AS a\nCMD server --port 1\nFROM debian:13\nCMD ["x"]'
    assert said("shell-form-command", text) == []
    assert said("shell-form-command", text, target="a")


@pytest.mark.parametrize(
    ("size", "expected"), [(2_000_000, INFO), (20_000_000, WARNING)]
)
def test_a_second_copy_of_a_few_megabytes_is_a_note(size, expected):
    text = (
        f"{PYTHON}RUN useradd app\nCOPY . /app\nRUN chown -R app /app\nUSER app\n{APP}"
    )
    found = severities("ownership-changed-after-copy", text, {"a": "x" * size})
    assert found == [expected]


# What a fix leaves

MORE = (
    "RUN apt-get install -y git",
    "RUN apt-get install -y curl",
    "RUN --mount=type=cache,target=/x apt-get install -y vim",
    "RUN apt-get install -y wget && make",
    "RUN cd /x && apt-get install -y jq",
    "ENV A=1",
    "FROM base",
)


@pytest.mark.parametrize("lines", list(product(MORE, repeat=3)))
def test_an_update_joined_with_the_first_install_leaves_no_stale_index(lines):
    text = "\n".join(("FROM debian:13 AS base", "RUN apt-get update", *lines))
    fixed = fix(build_of(text), RuleSelection((RULES["update-alone"],)), SAFE)
    before = said("stale-package-index", text)
    after = lint(fixed.build, [RULES["stale-package-index"]])
    assert len(after) <= len(before)


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


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("", WARNING),
        ("production", WARNING),
        ("tool", INFO),
        ("ci", INFO),
        ("test", INFO),
    ],
)
def test_the_age_of_an_image_that_is_not_shipped_is_a_note(purpose, expected):
    text = "FROM python:3.9-slim\nRUN pip install -r requirements.txt"
    assert severities("end-of-life-image", text, purpose=purpose) == [expected]


@pytest.mark.parametrize(("purpose", "expected"), [("", WARNING), ("tool", INFO)])
def test_the_size_of_a_tool_is_a_note(purpose, expected):
    text = "FROM python:3.13-slim\nRUN pip install -r requirements.txt"
    assert severities("pip-cache-kept", text, purpose=purpose) == [expected]


def test_the_age_of_an_image_that_only_builds_is_a_note():
    text = f"FROM node:16 AS web\nRUN npm ci\n{PYTHON}COPY --from=web /a /a\n{APP}"
    assert severities("end-of-life-image", text) == [INFO]


# What nobody pulls

SIZE = {
    "conda-cache-kept": "FROM condaforge/miniforge3:25.9.1-0\nRUN conda install -y numpy",
    "apt-lists-kept": "RUN apt-get update && apt-get install -y git",
    "npm-cache-kept": "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n" + APP,
    "rpm-cache-kept": "FROM fedora:43\nRUN dnf install -y git",
    "removed-in-later-layer": "ADD https://example.com/a.tar.gz /tmp/\nRUN rm -rf /tmp/*",
}


@pytest.mark.parametrize("rule", SIZE)
def test_the_size_of_an_image_counts_only_where_somebody_pulls_it(rule):
    text = SIZE[rule]
    assert said(rule, text)
    assert said(rule, text, purpose="test") == []
    assert said(rule, text, purpose="development") == []
    assert said(rule, text, purpose="ci", is_published=True)


# apt's lists

INSTALL = "RUN apt-get update && apt-get install -y git"


@pytest.mark.parametrize(
    "later",
    [
        "RUN /tools/install.sh",
        "RUN bash scripts/install",
        "RUN make tools",
        "RUN chmod +x a.sh && ./a.sh",
        "RUN python3 setup_tools.py",
        "RUN curl -fsSL https://example.com/setup | bash -",
    ],
)
def test_no_fix_removes_lists_that_a_later_script_may_read(later):
    text = f"{INSTALL}\nCOPY . .\n{later}"
    [item] = found("apt-lists-kept", text)
    assert item.finding.fix is None
    updated = f"{INSTALL}\nCOPY . .\nRUN apt-get update\n{later}"
    assert found("apt-lists-kept", updated)[0].finding.fix is not None


@pytest.mark.parametrize(
    "later",
    [
        "RUN pip install flask",
        "RUN /venv/bin/pip install flask",
        "RUN . /venv/bin/activate && pip install flask",
        "RUN python -m pip install flask",
        "RUN bash -c 'pip install flask'",
    ],
)
def test_a_program_is_no_script_that_may_read_the_lists(later):
    [item] = found("apt-lists-kept", f"{INSTALL}\n{later}")
    assert item.finding.fix is not None


def test_lists_that_a_later_install_reads_are_not_to_be_removed_in_their_own_run():
    text = f"RUN apt-get update\nRUN apt-get install -y locales\n{INSTALL}"
    early, late = found("apt-lists-kept", text)
    assert early.finding.message.endswith("update, install and clean up in one RUN")
    assert early.finding.span.of(build_of(text).dockerfile.text) == "apt-get install"
    assert early.finding.fix is None
    assert late.finding.fix is not None
    assert early.finding.message != late.finding.message


# Locks and groups of Python projects

UV = (
    "FROM python:3.13-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/\n"
    "ENV UV_NO_CACHE=1\nWORKDIR /app\n"
)
ROOT = "[project]\nname = 'shop'\nversion = '1'\ndependencies = []\n"
GROUPS = {
    "pyproject.toml": f"{ROOT}[dependency-groups]\ndev = ['pytest']\n",
    "uv.lock": "",
}
MEMBERS = {
    "pyproject.toml": f"{ROOT}[tool.uv.workspace]\nmembers = ['packages/*']\n",
    "uv.lock": "",
    "packages/a/pyproject.toml": "",
}
MANIFESTS = "COPY pyproject.toml uv.lock ./\n"


def test_a_lock_cannot_fit_without_the_members_of_its_workspace():
    text = f"{UV}{MANIFESTS}RUN uv sync --no-dev\n"
    assert said("lock-not-checked", text, GROUPS)
    assert said("lock-not-checked", text, MEMBERS) == []
    assert said("lock-not-checked", f"{UV}COPY . .\nRUN uv sync --no-dev", MEMBERS)
    text = f"{UV}{MANIFESTS}RUN uv sync --no-dev --no-sources\n"
    assert said("lock-not-checked", text, GROUPS) == []


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


@pytest.mark.parametrize(
    "command",
    [
        "pip install --dry-run flask",
        "pip download flask",
        "pip install torch==2.3.0 torchvision torchaudio",
        "pip install modules/db",
        'pip install ".[gpu]" "openmm[cuda12]"',
        'pip install . "attrs[dev]"',
    ],
)
def test_a_version_that_another_requirement_bounds_is_not_the_newest(command):
    files = {
        "pyproject.toml": "[project]\nname = 'a'\nversion = '1'\ndependencies = ['attrs<26']\n"
        "[project.optional-dependencies]\ngpu = ['openmm>=8.2,<9']\n"
    }
    text = f"{PYTHON}WORKDIR /app\nCOPY . .\nRUN {command}\n"
    assert said("unlocked-requirements", text, files) == []
    assert said(
        "unlocked-requirements", text.replace(command, "pip install flask"), files
    )


# Stages and contexts


def test_a_stage_that_the_target_does_not_reach_is_not_judged():
    text = "FROM debian:13 AS gpu\nCOPY --from=rootfs / /\nFROM debian:13 AS cpu\nUSER 10001"
    assert said("unknown-stage", text) == []
    assert said("unknown-stage", text, target="gpu")


def test_a_name_that_is_used_again_where_no_build_is_known_is_a_note_without_a_guess():
    text = (
        "FROM debian:13 AS base_image\nFROM base_image\n"
        "COPY --from=base_images /a /a\nCOPY --from=base_images /b /b"
    )
    assert severities("unknown-stage", text, is_guess=True) == [INFO, INFO]
    assert "did you mean" not in "".join(said("unknown-stage", text, is_guess=True))
    assert "did you mean" in said("unknown-stage", text)[0]


# Python of the distribution

APT_FULL = "FROM python:3.13\nRUN apt-get update && apt-get install -y "
APT_SLIM = "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y "


def test_tkinter_is_on_no_index_and_the_full_image_has_it():
    (message,) = said("distribution-python", f"{APT_FULL}python3-tk tk-dev")
    assert "pip" not in message
    assert "remove it" in message
    assert said("distribution-python", f"{APT_SLIM}python3-tk") == []


def test_a_package_that_brings_a_library_of_c_is_replaced_by_that_library():
    (message,) = said("distribution-python", f"{APT_SLIM}python3-magic curl")
    assert "install libmagic1" in message


def test_headers_are_no_library_that_pip_could_install():
    (message,) = said("distribution-python", f"{APT_SLIM}make python-dev-is-python2")
    assert "pip" not in message
    assert said("distribution-python", f"{APT_SLIM}python-is-python2") == []


def test_a_dockerfile_for_several_base_images_may_need_the_python_of_the_distribution():
    text = (
        "ARG BASE=debian:13\nFROM ${BASE}\nRUN apt-get install -y python3 python3-pip"
    )
    assert said("distribution-python", text, args={"BASE": "python:3.13-slim"}) == []
    text = text.replace("=debian:13", "=python:3.12-slim")
    assert said("distribution-python", text, args={"BASE": "python:3.13-slim"})


def test_a_second_python_of_a_stage_that_only_builds_is_a_note():
    text = "FROM python:3.13-slim AS build\nRUN apt-get install -y make python3-dev\n"
    assert severities("distribution-python", f"{text}FROM scratch") == [INFO]


def test_supervisor_needs_the_python_of_the_distribution_but_not_its_pip():
    alpine = "FROM python:3.13-alpine\nRUN apk add --no-cache supervisor python3"
    assert said("distribution-python", alpine) == []
    assert said("distribution-python", f"{alpine} py3-pip")


# Lock files of Node

NODE = "FROM node:24-slim AS build\nWORKDIR /app\n"
NODE_END = "\nFROM scratch\nCOPY --from=build /app/dist /"
PNPM_FILES = {
    "package.json": '{"dependencies": {"axios": "^1.13.5"}}',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n"
    "      axios:\n        specifier: ^1.13.5\n        version: 1.13.5\n",
}


def pnpm(run, files=None, copies="package.json pnpm-lock.yaml"):
    text = f"{NODE}COPY {copies} ./\nRUN {run}{NODE_END}"
    return found("node-lock-not-checked", text, {**PNPM_FILES, **(files or {})})


def test_ci_that_is_set_in_the_command_counts():
    assert pnpm("pnpm install")
    assert pnpm("CI=true pnpm install && pnpm run build") == []
    assert pnpm("export CI=1 && pnpm install") == []


@pytest.mark.parametrize(
    ("name", "lock", "tool"),
    [
        (
            "package-lock.json",
            '{"packages": {"": {"dependencies": {"axios": "^1.12.0"}}}}',
            "npm",
        ),
        ("yarn.lock", "# yarn lockfile v1\n\naxios@^1.12.0:\n", "yarn"),
        (
            "pnpm-lock.yaml",
            "importers:\n  .:\n    dependencies:\n      axios:\n        specifier: ^1.12.0\n",
            "pnpm",
        ),
    ],
)
def test_a_stale_lock_has_no_fix_that_would_break_the_build(name, lock, tool):
    text = f"{NODE}COPY package.json {name} ./\nRUN {tool} install{NODE_END}"
    files = {"package.json": PNPM_FILES["package.json"], name: lock}
    (item,) = found("node-lock-not-checked", text, files)
    assert item.finding.fix is None
    assert "does not agree with package.json" in item.finding.message

    files[name] = lock.replace("1.12.0", "1.13.5")
    (item,) = found("node-lock-not-checked", text, files)
    assert item.finding.fix is not None


def test_settings_of_pnpm_do_not_make_the_lock_of_npm_fit():
    text = f"{NODE}COPY package.json package-lock.json ./\nRUN npm install{NODE_END}"
    files = {
        "package.json": '{"dependencies": {"axios": "^1.13.5"}, "pnpm": {"overrides": {}}}',
        "package-lock.json": '{"packages": {"": {"dependencies": {"axios": "^1.12.0"}}}}',
    }
    (item,) = found("node-lock-not-checked", text, files)
    assert item.finding.fix is None


def test_overrides_of_pnpm_need_the_file_that_says_them():
    files = {
        "pnpm-workspace.yaml": "overrides:\n  ms: '>=2'\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\noverrides:\n  ms: '>=2'\n",
    }
    (item,) = pnpm("pnpm install", files)
    assert item.finding.fix is None
    assert "needs pnpm-workspace.yaml" in item.finding.message
    (item,) = pnpm(
        "pnpm install", files, "package.json pnpm-lock.yaml pnpm-workspace.yaml"
    )
    assert item.finding.fix is not None


@pytest.mark.parametrize("pattern", ["pnpm-lock.yaml*", "pnpm-lock*"])
def test_a_lock_that_is_copied_only_if_it_is_there_is_not_insisted_on(pattern):
    assert pnpm("pnpm install", copies=f"package.json {pattern}") == []


@pytest.mark.parametrize(
    "start",
    [
        "# An image for local development with a dev server\n",
        "# The development image\n",
    ],
)
def test_an_image_that_says_it_is_for_development_needs_no_lock(start):
    text = f"{start}{NODE}COPY package.json pnpm-lock.yaml ./\nRUN pnpm install"
    assert said("node-lock-not-checked", text, PNPM_FILES) == []
    shipped = text.replace(start, f"{start[:-1]} and production\n")
    assert said("node-lock-not-checked", shipped, PNPM_FILES)


def test_sources_that_are_mounted_over_the_working_directory_show_development():
    text = f"{NODE}COPY package.json pnpm-lock.yaml ./\nRUN pnpm install"
    volume = MountedVolume("/app", from_host=True)
    assert said("node-lock-not-checked", text, PNPM_FILES, volumes=(volume,)) == []
    assert said(
        "node-lock-not-checked",
        text,
        PNPM_FILES,
        volumes=(volume,),
        purpose="production",
    )


# An environment and the code in one COPY

VENV = (
    "# syntax=docker/dockerfile:1\nFROM python:3.13-slim AS build\nWORKDIR /app\n"
    "COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\n"
    "COPY . /app\n{}FROM python:3.13-slim\n{}COPY --from=build /app /app\n{}USER 10001"
)
MIXED = "venv-and-code-in-one-copy"
PACKAGED = (
    '[project]\nname = "a"\nversion = "1"\n[build-system]\nrequires = ["hatchling"]\n'
)
VIRTUAL = '[project]\nname = "a"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("install", "manifest", "is_silent"),
    [
        ("", PACKAGED, False),
        ("RUN uv sync --locked\n", PACKAGED, True),
        ("RUN uv sync --locked\n", VIRTUAL, False),
        ("RUN uv sync --locked\n", f"{PACKAGED}[tool.uv]\npackage = false\n", False),
        ("RUN .venv/bin/pip install .\n", PACKAGED, True),
    ],
)
def test_an_environment_that_changes_with_the_sources_cannot_be_kept_apart(
    install, manifest, is_silent
):
    files = {"pyproject.toml": manifest, "uv.lock": "version = 1\n", "a.py": ""}
    messages = said(MIXED, VENV.format(install, "", ""), files)
    assert (messages == []) is is_silent


def test_an_environment_that_is_there_already_is_to_be_excluded():
    first = "COPY --from=build /app/.venv /app/.venv\n"
    (item,) = found(MIXED, VENV.format("", first, ""))
    assert (
        item.finding.message == ".venv is in the image twice: exclude it from this COPY"
    )
    assert len(item.finding.fix.edits) == 1


def test_an_environment_that_a_later_run_removes_is_not_copied_first():
    assert said(MIXED, VENV.format("", "", "RUN rm -rf /app/.venv\n")) == []


def test_packages_of_node_are_not_wanted_in_a_python_image():
    text = (
        "FROM node:24-slim AS build\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\n"
        "COPY . .\nFROM {}\nCOPY --from=build /app /app\nUSER 10001"
    )
    assert said(MIXED, text.format("node:24-slim"))
    assert said(MIXED, text.format("python:3.13-slim")) == []


# Full images, and tools that stay

APP_FILES = "COPY app.py /\nCMD python /app.py"


@pytest.mark.parametrize(
    ("text", "is_silent"),
    [
        ("FROM python:2.7\nRUN pip install linkchecker\n", True),
        ("FROM python:3.8\nRUN pip install spacy==3.6.1\n", True),
        ("FROM python:3.8\nRUN pip install flask==2.0.0\n", False),
        ("FROM python:3.14\nRUN pip install numpy==2.4.0\n", False),
        ("FROM python:3.14\nRUN echo\n# %include-run-task\n", True),
        ("# For local development\nFROM python:3.14\nRUN pip install flask\n", True),
    ],
)
def test_a_full_image_that_is_needed_in_other_ways(text, is_silent):
    assert (said("full-base-image", f"{text}{APP_FILES}") == []) is is_silent


def test_a_full_image_that_gets_no_files_is_for_others():
    text = 'FROM python:3.14\nRUN pip install py-spy\nENTRYPOINT ["py-spy"]'
    assert said("full-base-image", text) == []


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


# Where packages are looked for and come from


def test_packages_of_a_user_are_found_where_the_repository_sets_the_base():
    text = (
        "FROM python:3.14-slim\nRUN {}pip install --user flask\nRUN useradd -m app\n"
        "COPY . /app\nUSER app\nCMD python app.py"
    )
    rule = "user-install-unreachable"
    assert said(rule, text.format(""), {"app.py": ""})
    assert said(rule, text.format("export PYTHONUSERBASE=/opt; "), {"app.py": ""}) == []
    settings = {"app.cfg": 'envar: "PYTHONUSERBASE=/root/.local"\n'}
    assert said(rule, text.format(""), settings) == []


@pytest.mark.parametrize("host", ["169.254.255.254", "::1", "[::1]:3141", "127.0.0.2"])
def test_a_host_that_is_the_machine_itself_needs_no_certificate(host):
    assert said("trusted-host", f"RUN pip install --trusted-host {host} flask") == []


def test_sources_that_git_has_are_not_meant_by_a_line_for_the_root():
    files = {
        ".dockerignore": "itest-files/\n",
        "app.py": "",
        "docker/itest-files/a.yaml": "",
    }
    rule = "ignore-pattern-at-root-only"
    build = build_of("FROM scratch\nCOPY . /app", files)
    assert lint(build, [RULES[rule]])
    context = replace(build.context, git_ignores=lambda _: False)
    assert lint(replace(build, context=context), [RULES[rule]]) == []


# Removed in a later layer


def test_what_a_run_between_reads_cannot_be_removed_where_it_is_made():
    clone = "RUN git clone https://example.com/a.git /tmp/a"
    text = f"{clone}\nRUN pip install /tmp/a\nRUN rm -r /tmp/a"
    [message] = said("removed-in-later-layer", text)
    assert message.endswith("create it in a build stage, and mount it where it is read")
    [message] = said("removed-in-later-layer", f"{clone}\nUSER root\nRUN rm -r /tmp/a")
    assert message.endswith("remove it in the RUN that creates it")


def test_a_package_that_its_own_run_removes_is_in_no_layer():
    install = "RUN apt-get update && apt-get install -y gcc git && apt-get purge -y gcc"
    text = f"{install}\nUSER root\nRUN apt-get purge -y gcc git"
    [message] = said("removed-in-later-layer", text)
    assert message.startswith("git stays")


def test_an_archive_of_unknown_size_is_a_note():
    text = "ADD https://example.com/a.tar.gz /tmp/\nRUN rm -rf /tmp/*"
    assert severities("removed-in-later-layer", text) == [INFO]


# Lines of an ignore file that are there twice

OVERRIDDEN = "ignore-pattern-overridden"


def test_templates_that_were_put_together_may_repeat_a_line():
    text = "FROM debian:13\nCOPY . /app"
    ignore = "*.log\n.cache\n# Systems\n*.log\n.cache\nThumbs.db\n"
    assert said(OVERRIDDEN, text, {".dockerignore": ignore}) == []
    flat = ignore.replace("# Systems\n", "")
    assert severities(OVERRIDDEN, text, {".dockerignore": flat}) == [INFO, INFO]


@pytest.mark.parametrize("lines", [".env/\n.env\n", ".env\n.env/\n"])
def test_of_two_equal_lines_that_without_the_slash_is_kept(lines):
    build = build_of("FROM debian:13\nCOPY . /app", {".dockerignore": lines})
    fixed = fix(build, RuleSelection((RULES[OVERRIDDEN],)), SAFE)
    assert fixed.build.context.read(".dockerignore") == ".env\n"


def test_the_old_image_of_a_fixture_is_what_its_test_needs():
    text = "FROM python:3.8-slim"
    assert said("end-of-life-image", text, purpose="test")
    assert said("end-of-life-image", text, purpose="test", is_guess=True) == []
    assert said("end-of-life-image", text, is_guess=True)


# Files with secrets

KEY_BODY = "MIIEowIBAAKCAQEAx1Y0b9q2" * 4
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n-----END RSA PRIVATE KEY-----\n"
COPY_ALL = "FROM python:3.13-slim\nCOPY . /app"


def copied(files, text=COPY_ALL, **fields):
    return said("secret-file-copied", text, files, **fields)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("sp.key", "YOUR_PRIVATE_KEY_HERE"),
        ("server.pem", "<your key>"),
        ("a.key", "..."),
    ],
)
def test_a_header_around_a_placeholder_is_no_key(name, body):
    text = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    assert copied({name: text}) == []
    assert copied({name: PEM})


@pytest.mark.parametrize(
    "line",
    [
        "VLLM_TOKENIZER=mistralai/Mistral-7B",
        "AUTH_MODE=local",
        "REACT_APP_AUTH_KEY=abc",
        "GROQ_API_KEY=YOUR_GROQ_API",
        "GROQ_API_KEY=your-key-here",
        "SECRET_KEY=CHANGEME",
        "SECRET_KEY=change-me-please",
        "TOKEN=xxxxxxxx",
        "TOKEN=<token>",
        "TOKEN={{ token }}",
    ],
)
@pytest.mark.parametrize("name", [".env", ".env.local", ".env.txt"])
def test_an_environment_file_of_placeholders_holds_no_secret(line, name):
    assert copied({name: f"{line}\n", "package.json": "{}"}) == []


@pytest.mark.parametrize(
    "line",
    ["DBPASSWORD=hunter2", "API_KEY_2=k1", "TOKENS=a,b", "DATABASE_CREDENTIALS=a:b"],
)
def test_a_secret_is_told_by_the_end_of_a_word(line):
    assert copied({".env": f"{line}\n"})


def test_a_directory_that_is_only_kept_open_holds_no_secret():
    text = "FROM debian:13\nADD .kube /root/.kube"
    assert copied({".kube/.empty": ""}, text) == []
    assert copied({".kube/config": "token: a"}, text)


def test_the_path_of_the_file_is_named_not_the_pattern():
    [message] = copied({"data/.env": "TOKEN=a\n"})
    assert message.startswith("copies data/.env into the image")


def test_what_the_final_image_takes_from_a_stage_is_in_the_image():
    text = (
        "FROM python:3.13 AS builder\nCOPY . /app\nFROM python:3.13-slim\n"
        "COPY --from=builder {} /app"
    )
    files = {".env": "TOKEN=a\n"}
    assert "into the image" in copied(files, text.format("/app"))[0]
    assert "into this stage" in copied(files, text.format("/venv"))[0]


def test_a_stage_that_the_target_does_not_need_copies_nothing():
    text = "FROM python:3.13 AS work\nCOPY . /app\nFROM python:3.13-slim AS production"
    assert copied({".env": "TOKEN=a\n"}, text, target="production") == []
    assert copied({".env": "TOKEN=a\n"}, text, target="work")


def test_a_key_that_code_beside_it_reads_is_not_excluded():
    [alone] = found("secret-file-copied", COPY_ALL, {"proxy/ca.key": PEM})
    files = {"proxy/ca.key": PEM, "proxy/certificates.py": "open('ca.key')"}
    [read] = found("secret-file-copied", COPY_ALL, files)
    assert alone.finding.fix is not None
    assert read.finding.fix is None


def test_a_secret_for_development_is_a_note():
    rule = "secret-file-copied"
    token = "TOKEN=a\n"
    assert severities(rule, COPY_ALL, {"keys/dev_private.key": PEM}) == [INFO]
    assert severities(rule, COPY_ALL, {"service/.env.dev": token}) == [INFO]
    assert severities(rule, COPY_ALL, {".env": token}, purpose="development") == [INFO]
    assert severities(rule, COPY_ALL, {".env": token}) == [WARNING]


def test_keys_of_an_image_for_tests_are_those_of_the_tests():
    assert copied({"certs/ca.key": PEM}, purpose="test") == []


# Images without a version


@pytest.mark.parametrize("tag", ["", ":latest"])
def test_an_image_that_the_repository_builds_has_no_version_to_pin(tag):
    text = f"FROM acme/base{tag}"
    own = RepositoryFacts(images=frozenset(("acme/base",)))
    for rule in ("latest-image", "untagged-image"):
        assert said(rule, text, repository=own) == []
    assert said("latest-image" if tag else "untagged-image", text)


def test_an_official_image_is_not_built_by_the_repository():
    own = RepositoryFacts(images=frozenset(("postgres",)))
    assert said("latest-image", "FROM postgres:latest", repository=own)


def test_a_default_that_the_builds_replace_is_not_judged():
    text = "ARG IMAGE_TAG=latest\nFROM acme/base:${IMAGE_TAG}"
    passed = frozenset(("IMAGE_TAG",))
    latest = {"IMAGE_TAG": "latest"}
    assert said("latest-image", text)
    assert said("latest-image", text, given_args=passed) == []
    assert said("latest-image", text, given_args=passed, args=latest)


@pytest.mark.parametrize(
    "text",
    [
        "FROM acme/feed:latest\n# use latest version\nUSER 1",
        "# the newest feed is wanted\nFROM acme/feed:latest",
        "# Built by `task base`\nFROM acme/feed:latest",
    ],
)
def test_latest_that_a_comment_explains_is_meant(text):
    assert said("latest-image", text) == []


def test_a_rolling_distribution_is_installed_from_as_it_is_today():
    assert said("latest-image", "FROM opensuse/tumbleweed:latest") == []
    assert said("untagged-image", "FROM archlinux") == []


def test_notes_about_data_of_tests_are_not_worth_reporting():
    fixture = RepositoryFacts(is_fixture=True)
    text = "FROM acme/base:latest\nMAINTAINER me"
    for rule in ("latest-image", "maintainer"):
        assert said(rule, text)
        assert said(rule, text, repository=fixture) == []


# pip beside the distribution

OVERRIDE = "pip install --break-system-packages -I -r requirements.txt"
DEBIAN = "FROM debian:13-slim\n"
RULE_EM = "externally-managed-overridden"


def test_pip_beside_modules_of_the_distribution_is_meant():
    install = "RUN apt-get install -y python3-pip {}\n"
    assert said(RULE_EM, f"{DEBIAN}{install.format('python3-dev')}RUN {OVERRIDE}")
    assert said(RULE_EM, f"{DEBIAN}{install.format('python3-uno')}RUN {OVERRIDE}") == []
    alpine = "FROM alpine:3.22\nRUN apk add py3-pip py3-olm\n"
    assert said(RULE_EM, f"{alpine}RUN {OVERRIDE}") == []
    suse = "FROM opensuse/tumbleweed\nRUN zypper install -y python312-tqdm\n"
    assert said(RULE_EM, f"{suse}RUN rm /usr/lib64/python3.12/EXTERNALLY-MANAGED") == []


@pytest.mark.parametrize(
    "text",
    [
        "# The launcher requires it\nENV PIP_BREAK_SYSTEM_PACKAGES=1",
        "ENV PIP_BREAK_SYSTEM_PACKAGES=1\n\n# PIP_BREAK_SYSTEM_PACKAGES: uno is Debian's",
        "RUN set -e && \\\n    # Align with upstream\n    rm /usr/lib/python3/EXTERNALLY-MANAGED",
    ],
)
def test_an_override_that_a_comment_explains_is_meant(text):
    assert said(RULE_EM, f"{DEBIAN}{text}") == []


def test_an_override_counts_only_where_the_final_image_gets_it():
    final = "FROM debian:13-slim\nCOPY --from=build /dist /dist\n"
    builder = f"FROM debian:13 AS build\nRUN {OVERRIDE}\n"
    assert said(RULE_EM, f"{builder}{final}") == []
    [item] = found(RULE_EM, f"{builder}{final}RUN {OVERRIDE}")
    assert item.finding.span.start > len(builder)
    assert said(RULE_EM, f"{DEBIAN}RUN {OVERRIDE}", purpose="test") == []


def test_an_image_on_a_base_of_the_project_follows_it():
    own = RepositoryFacts(images=frozenset(("acme/base",)))
    text = f"FROM acme/base:1\nRUN {OVERRIDE}"
    assert said(RULE_EM, text)
    assert said(RULE_EM, text, repository=own) == []


# Caches, tools, addresses


def test_a_mount_over_the_cache_that_the_command_names_keeps_it_out():
    text = (
        "RUN --mount=type=cache,target=/cache/pip \\\n    PIP_CACHE_DIR=/cache/pip \\\n"
        "    VERSION=1 \\\n    pip install .[dev,ssh]"
    )
    assert said("pip-cache-kept", f"{PYTHON}{text}") == []


BUILD_TOOLS = "build-tools-in-final-stage"


def test_a_compiler_after_which_nothing_is_built_is_for_the_program():
    gcc = "RUN apt-get update && apt-get install -y gcc g++\n"
    pip = "RUN pip install -r requirements.txt\n"
    assert said(BUILD_TOOLS, f"{PYTHON}{gcc}{pip}{APP}")
    libraries = "RUN apt-get install -y make libssl-dev\n"
    [message] = said(BUILD_TOOLS, f"{PYTHON}{libraries}{pip}{gcc}{APP}")
    assert "gcc" not in message


def test_a_compiler_for_extensions_is_for_those_who_use_the_image():
    text = (
        f"{PYTHON}RUN apt-get install -y \\\n  # extensions need those\n  build-essential\n"
        f"RUN pip install .\n{APP}"
    )
    assert said(BUILD_TOOLS, text) == []


def test_a_full_image_has_its_compilers_already():
    text = "RUN apt-get install -y build-essential\nRUN pip install .\n"
    assert said(BUILD_TOOLS, f"FROM python:3.13\n{text}{APP}") == []
    assert said(BUILD_TOOLS, f"{PYTHON}{text}{APP}")


@pytest.mark.parametrize(
    "packages",
    ["\\\n  # to debug live containers\n  nano", "fish vim", "fd-find vim zsh"],
)
def test_tools_that_are_meant_for_people_stay(packages):
    text = f"{PYTHON}RUN apt-get install -y {packages}\n{APP}"
    assert said("debugging-tools-shipped", text) == []


def test_python_2_has_no_wheels_for_debian_either():
    apk = "FROM alpine:3.15\nRUN apk add {} py-pip\nRUN pip install psutil==6.1.0"
    assert said("alpine-without-wheels", apk.format("python3"))
    assert said("alpine-without-wheels", apk.format("python2-dev")) == []
    assert (
        said("alpine-without-wheels", "FROM python:2.7-alpine\nRUN pip install psutil")
        == []
    )


@pytest.mark.parametrize("path", ["config/development/web.env", "compose.yml"])
def test_gunicorn_listens_everywhere_where_a_file_sets_its_port(path):
    text = f'{PYTHON}EXPOSE 80\nCMD ["gunicorn", "shop:app"]'
    line = "PORT=80\n" if path.endswith("env") else "      PORT: 80\n"
    assert said("server-on-loopback", text, {"shop.py": ""})
    assert said("server-on-loopback", text, {"shop.py": "", path: line}) == []
