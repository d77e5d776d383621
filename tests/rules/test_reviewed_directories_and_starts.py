"""Findings that a reader called wrong or needless: directories, users, installs, output and starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lightship.lint.engine import lint
from lightship.lint.examples import build_of
from lightship.lint.finding import Safety
from lightship.lint.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
PYTHON = "FROM python:3.14-slim\n"
TWO = "RUN cd /app && make\nRUN cd /app && make install\n"
CHMOD = "RUN chmod 777 /data\n"
CMD = 'CMD ["/app/server"]'


def found(rule, text, files=None, **fields):
    build = replace(build_of(text, files), **fields)
    return [item.finding for item in lint(build, [RULES[rule]])]


def severity(rule, text, files=None, **fields):
    build = replace(build_of(text, files), **fields)
    (item,) = lint(build, [RULES[rule]])
    return item.severity


# The working directory


@pytest.mark.parametrize(
    "later",
    [
        "RUN chmod +x *.sh",
        "RUN ./configure",
        "RUN pip install -r requirements.txt",
        "RUN bin/check",
        "COPY a.py .",
        "COPY a.py b/",
        "RUN --mount=type=bind,source=uv.lock,target=uv.lock uv sync",
        'CMD ["python", "-m", "shop"]',
        'ENTRYPOINT ["./start.sh"]',
    ],
)
def test_no_workdir_is_asked_for_where_a_later_path_is_relative(later):
    assert found("cd-in-run", f"COPY . /app\n{TWO}{later}") == []


@pytest.mark.parametrize(
    "later",
    [
        "RUN /app/configure",
        "RUN cd /app && ./configure",
        "RUN apt-get install -y git=1:2.0",
        "RUN curl -fsSL https://example.com/a/b -o /b",
        "COPY a.py /srv/",
        "WORKDIR /srv\nRUN ./configure",
        'CMD ["/app/start", "--fast"]',
    ],
)
def test_what_does_not_depend_on_the_directory_keeps_the_finding(later):
    assert found("cd-in-run", f"COPY . /app\n{TWO}{later}") or "WORKDIR" in later


def test_workdir_is_not_asked_for_where_the_container_starts_elsewhere_on_purpose():
    text = f"WORKDIR /srv\nCOPY . /app\n{TWO}"
    assert found("cd-in-run", text) == []
    assert found("cd-in-run", text.replace("/srv", "/tmp/x"))
    assert found("cd-in-run", f"{text}FROM scratch\nCOPY --from=0 /app /app")


def test_a_login_shell_may_have_left_the_working_directory():
    text = 'SHELL ["/bin/bash", "-lc"]\nWORKDIR /\nRUN cd / && ./clean && rm ./clean'
    assert found("cd-in-run", text) == []
    assert found("cd-in-run", text.replace("-lc", "-c"))


def test_a_comment_anywhere_in_the_stage_shows_that_cd_is_meant():
    comment = "# hadolint ignore=DL3003\n"
    text = f"FROM debian:13\nCOPY . /app\n{comment}RUN true\n{TWO}"
    build = build_of(text)
    shown = [item.rule.id for item in lint(build, [RULES["cd-in-run"]])]
    assert shown == []
    other = f"FROM debian:13 AS a\n{comment}RUN true\n{text.replace(comment, '')}"
    assert found("cd-in-run", other)


# sudo


@pytest.mark.parametrize("base", ["example.com/base:1", "jenkins:2", "acme/ray:1"])
def test_sudo_stays_where_the_user_of_the_base_image_is_not_known(base):
    (finding,) = found("sudo-in-run", f"FROM {base}\nRUN sudo make install")
    assert finding.fix is None


@pytest.mark.parametrize(
    "base", ["rayproject/ray:2", "cimg/python:3.14", "conanio/gcc11"]
)
def test_nothing_is_gained_where_the_base_image_brings_sudo(base):
    assert found("sudo-in-run", f"FROM {base}\nRUN sudo make install") == []


def test_sudo_goes_where_the_build_runs_as_root():
    (finding,) = found("sudo-in-run", "FROM debian:13\nRUN sudo make install")
    assert finding.fix.safety is Safety.SAFE


# Installs

SOURCES = f"{PYTHON}WORKDIR /app\nCOPY shop shop\nCOPY pyproject.toml .\n"
END = 'USER 10001\nCMD ["shop"]'


@pytest.mark.parametrize(
    "install",
    [
        "pip install -e . && make -C shop",
        "pip install -e . && python setup.py build_ext --inplace",
        "pip install -e . --config-settings editable_mode=strict",
    ],
)
def test_an_editable_install_is_meant_where_its_sources_change_later(install):
    assert found("editable-install", f"{SOURCES}RUN {install}\n{END}") == []
    assert found("editable-install", f"{SOURCES}RUN pip install -e .\n{END}")


def test_an_editable_install_before_the_sources_are_copied_links_to_what_comes_later():
    files = {"pyproject.toml": "[project]\nname = 'shop'\n", "shop.py": ""}
    text = f"{PYTHON}WORKDIR /app\nCOPY pyproject.toml ./\nRUN pip install -e .\nCOPY . .\n{END}"
    assert found("editable-install", text, files) == []


def test_a_copy_with_a_variable_may_bring_the_sources_that_a_link_needs():
    text = (
        f"{PYTHON}WORKDIR /app\nARG SRC=src\nCOPY shop.py pyproject.toml ./\n"
        "RUN python -m venv .venv && .venv/bin/pip install -e .\n"
        f"{PYTHON}COPY --from=0 /app/.venv /app/.venv\n"
    )
    assert found("editable-install", f"{text}{END}")
    assert (
        found("editable-install", f"{text}COPY ${{SRC}}/shop/ /app/shop/\n{END}") == []
    )


def test_setup_py_is_given_what_it_is_built_against():
    text = f"{PYTHON}RUN git clone -b v1 https://example.com/a /a\nWORKDIR /a\n"
    plain = f"{text}RUN python setup.py install"
    (finding,) = found("setup-py-install", plain)
    assert finding.fix is not None
    torch = f"{text}RUN pip install torch==2.9.1\nRUN python setup.py install"
    (finding,) = found("setup-py-install", torch)
    assert finding.fix is None
    assert finding.message.endswith("--no-build-isolation")


# Output

SHOP = f'{PYTHON}WORKDIR /app\nCOPY . .\nUSER 1\nCMD ["uvicorn", "shop.main:app"]'


@pytest.mark.parametrize(
    ("orders", "is_told"),
    [
        ("print('ready')\n", True),
        ("def take():\n    print('taken')\n", True),
        ("def other():\n    print('other')\n", False),
        ("@bus.on('x')\ndef other():\n    print('other')\n", True),
        ("def take():\n    print('bad')\n    raise ValueError\n", False),
        ("def take():\n    print('bad')\n    sleep(1)\n    sys.exit(1)\n", False),
        ("class A:\n    def b(self):\n        print('b')\n", False),
        ("class A(B):\n    def b(self):\n        print('b')\n\n\nA()\n", True),
        ("if __name__ == '__main__':\n    print('alone')\n", False),
    ],
)
def test_only_what_may_run_counts_as_output(orders, is_told):
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "from shop import orders\n\n\ndef app():\n    orders.take()\n",
        "shop/orders.py": orders,
        ".dockerignore": "",
    }
    assert bool(found("python-output-buffered", SHOP, files)) is is_told


@pytest.mark.parametrize(
    "path",
    ["shop/management/commands/orders.py", "shop/tool/__main__.py", "b/orders.py"],
)
def test_the_output_of_another_program_does_not_count(path):
    files = {
        "shop/__init__.py": "",
        "shop/main.py": "from . import orders, __main__\n",
        path: "print('ordered')\n",
        ".dockerignore": "",
    }
    assert found("python-output-buffered", SHOP, files) == []


def test_a_program_may_stand_in_a_package_of_its_own():
    text = f'{PYTHON}COPY src .\nUSER 1\nCMD ["python", "main.py"]'
    files = {
        "src/__init__.py": "",
        "src/main.py": "from shop import core\ncore.run()\n",
        "src/shop/__init__.py": "",
        "src/shop/core.py": "from shop.tools import tell\n\n\ndef run():\n    tell()\n",
        "src/shop/tools.py": "def tell():\n    print('told')\n",
        ".dockerignore": "",
    }
    assert found("python-output-buffered", text, files)


def test_output_that_a_script_writes_to_a_file_is_not_in_the_logs():
    text = f'{PYTHON}COPY . .\nUSER 1\nENTRYPOINT ["./start.sh"]'
    files = {
        "app.py": "while True:\n    print('on')\n",
        "start.sh": "#!/bin/sh\npython app.py > /tmp/log\n",
        ".dockerignore": "",
    }
    assert found("python-output-buffered", text, files) == []
    files["start.sh"] = "#!/bin/sh\npython app.py > /dev/stdout\n"
    assert found("python-output-buffered", text, files)


# Modes


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "docker run --rm --user 1000 shop\n"},
        {"start.sh": '#!/bin/sh\n[ "$(id -u)" = 0 ] || exec "$@"\n'},
    ],
)
def test_every_user_may_write_where_any_user_is_expected(files):
    text = f'COPY start.sh /\n{CHMOD}USER 10001\nENTRYPOINT ["/start.sh"]'
    assert found("world-writable", text, files) == []
    assert found("world-writable", text, {"README.md": "pip install --user a"})


def test_modes_of_one_run_are_one_finding():
    text = f"RUN chmod -R 777 /a && chmod 777 /b\nRUN chmod 777 /a/c\n{CMD}"
    (finding,) = found("world-writable", text)
    assert len(finding.fix.edits) == 3


def test_a_target_that_others_copy_from_is_a_build_stage():
    text = f"FROM debian:13 AS build\n{CHMOD}{CMD}\nFROM scratch AS a\nCOPY --from=build /a /a"
    assert found("world-writable", text, target="build") == []
    tested = text.replace("AS a", "AS test")
    assert found("world-writable", tested, target="build")


def test_modes_of_an_image_for_tests_are_not_judged():
    text = f"{CHMOD}{CMD}"
    build = replace(build_of(text), purpose="test")
    assert list(lint(build, [RULES["world-writable"]])) == []


# Starts, branches, users, stages


@pytest.mark.parametrize(
    "line",
    [
        "RUN git clone https://github.com/rust-lang/crates.io-index.git /i",
        "RUN git clone https://example.com/tools/depot_tools.git",
        "# The newest docs, hence no tag\nRUN git clone https://example.com/a/docs.git",
    ],
)
def test_a_branch_that_is_meant_to_move_is_left_alone(line):
    assert found("moving-branch", f"{PYTHON}{line}") == []


def test_a_number_may_be_that_of_the_user_who_was_made():
    text = f"RUN useradd dask\nUSER {{}}\n{CMD}"
    assert found("unused-user", text.format(1000)) == []
    assert found("unused-user", text.format(10001))


def test_an_image_of_files_is_copied_whole():
    text = "FROM {} AS files\n{}FROM debian:13\nCOPY --from=files / /"
    rule = "filesystem-copied-onto-another"
    assert found(rule, text.format("ghcr.io/acme/s6-overlay:3", "")) == []
    assert found(rule, text.format("ghcr.io/acme/s6-overlay:3", "RUN make\n"))
    assert found(rule, text.format("debian:12", ""))
