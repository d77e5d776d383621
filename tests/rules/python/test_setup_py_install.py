"""When setup-py-install reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said

from lightship.lint.finding import Safety

PYTHON = "FROM python:3.14-slim\n"
SYSTEM = "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3-pip\n"


def test_setup_py_is_given_what_it_is_built_against():
    text = f"{PYTHON}RUN git clone -b v1 https://example.com/a /a\nWORKDIR /a\n"
    plain = f"{text}RUN python setup.py install"
    (finding,) = findings("setup-py-install", plain)
    assert finding.fix is not None
    torch = f"{text}RUN pip install torch==2.9.1\nRUN python setup.py install"
    (finding,) = findings("setup-py-install", torch)
    assert finding.fix is None
    assert finding.message.endswith("--no-build-isolation . instead")


def test_options_of_an_install_command_of_its_own_are_left_to_it():
    text = "FROM python:3.13\nRUN cd /lib && python setup.py install {}\n"
    assert findings("setup-py-install", text.format("--with-parallel")) == []
    assert findings("setup-py-install", text.format("--precompile")) == []
    for option in ("", "--user", "--prefix=/opt", "--root /x --record=a"):
        assert findings("setup-py-install", text.format(option))


def test_options_of_commands_that_build_would_be_lost():
    text = "FROM python:3.13\nRUN cd /lib && {}\n"
    for command in (
        "python setup.py config --compiler=intelem build_ext --compiler=intelem install",
        "python setup.py build_ext -I/opt/include install",
        "python setup.py build --with-extensions && python setup.py install",
    ):
        assert findings("setup-py-install", text.format(command)) == []
    for command in (
        "python setup.py build && python setup.py install",
        "python setup.py build_ext --inplace install",
        "python setup.py -q build -f install",
        "python setup.py install && python setup.py build_ext -I/opt/include",
    ):
        assert findings("setup-py-install", text.format(command))


def test_a_comment_that_calls_it_a_workaround():
    text = "FROM python:3.13\nRUN cd /lib && \\\n  # {}\n  tar xf a.tgz && \\\n  python setup.py install\n"
    for comment in (
        "workaround against a crash during the normal install",
        "pip fails to find the headers",
        "setup.py instead of pip: it finds the headers",
    ):
        assert findings("setup-py-install", text.format(comment)) == []
    assert findings("setup-py-install", text.format("Install the library"))


def test_what_pip_leaves_out_before_may_not_agree_with_the_project():
    text = "FROM python:3.13\nRUN pip install {}parser==1.1\nCOPY . .\nRUN python setup.py install"
    assert said("setup-py-install", text.format("--no-deps ")) == []
    assert len(said("setup-py-install", text.format(""))) == 1


def test_an_image_with_python_2_has_no_pip_of_today():
    text = "FROM ubuntu:16.04\nRUN apt-get install -y {}\nRUN easy_install pip"
    assert said("setup-py-install", text.format("python-dev python-setuptools")) == []
    assert len(said("setup-py-install", text.format("python3-setuptools"))) == 1


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("run('lib/build/scripts-2.7/convert.py')", 0),
        ("load('build/lib.linux-x86_64-3.14/shop.so')", 0),
        ("open('build/library.txt')", 1),
        ("open('rebuild/lib.py')", 1),
    ],
)
def test_a_program_may_use_what_setup_py_leaves_beside_the_sources(source, count):
    text = f"{PYTHON}COPY . /app\nWORKDIR /app\nRUN python setup.py install"
    files = {"shop/run.py": source, "setup.py": "setup()\n"}
    assert len(said("setup-py-install", text, files)) == count


@pytest.mark.parametrize(
    ("before", "setup", "advice"),
    [
        ("", "import torch\n", "pip install --no-build-isolation"),
        ("", "from setuptools import setup\n", "pip install"),
        (
            "RUN pip install torch==2.9.1\n",
            "from setuptools import setup\n",
            "pip install --no-build-isolation",
        ),
    ],
)
def test_the_torch_of_the_image_is_the_one_to_build_against(before, setup, advice):
    text = f"{PYTHON}{before}COPY . /app\nWORKDIR /app\nRUN python setup.py install"
    (message,) = said("setup-py-install", text, {"setup.py": setup})
    assert message.endswith(f": use {advice} . instead")


@pytest.mark.parametrize(
    "before",
    [
        "COPY requirements.txt .\nRUN pip install -r requirements.txt",
        "RUN git clone -b v1 https://github.com/pytorch/audio.git /b",
    ],
)
def test_what_the_build_imports_may_come_from_a_file_or_be_known(before):
    text = f"{PYTHON}{before}\nCOPY a /a\nRUN cd /a && python setup.py install"
    files = {"requirements.txt": "torch==2.6.0\n", "a/setup.py": "setup()\n"}
    (finding,) = findings("setup-py-install", text, files)
    assert finding.fix is None
    assert finding.message.endswith("--no-build-isolation . instead")


def test_a_setup_py_that_imports_numpy_needs_it_in_its_build():
    text = f"{PYTHON}COPY . /a\nWORKDIR /a\nRUN python setup.py install"
    files = {"setup.py": "import numpy\n"}
    (message,) = said("setup-py-install", text, files)
    assert message.endswith("--no-build-isolation . instead")
    files["pyproject.toml"] = "[build-system]\nrequires = ['setuptools', 'numpy']\n"
    (message,) = said("setup-py-install", text, files)
    assert message.endswith("use pip install . instead")


def test_pip_itself_is_not_installed_by_pip():
    text = f"{PYTHON}RUN tar -C /tmp -xf a.tgz\nRUN cd /tmp/{{}} && python3 setup.py install"
    assert said("setup-py-install", text.format("pip-9.0.1")) == []
    assert said("setup-py-install", text.format("pip-tools-7.0"))


def test_the_fix_is_only_shown_where_setup_py_may_import_what_was_installed():
    text = f"{PYTHON}{{}}RUN git clone -b v1 https://example.com/a /a\nWORKDIR /a\n"
    text += "RUN python setup.py install"
    (finding,) = findings("setup-py-install", text.format(""))
    assert finding.fix.safety is Safety.UNSAFE
    (finding,) = findings("setup-py-install", text.format("RUN pip install mypyc\n"))
    assert finding.fix.safety is Safety.MANUAL
    with_pip = "ubuntu:22.04\nRUN apt-get update && apt-get install -y git python3-pip"
    other = text.format("RUN pip install wheel\n").replace("python:3.14-slim", with_pip)
    (finding,) = findings("setup-py-install", other)
    assert finding.fix.safety is Safety.MANUAL


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ("/usr/bin/python3 setup.py install", "/usr/bin/python3 -m pip install ."),
        ("python3.10 lib/setup.py develop", "python3.10 -m pip install -e lib"),
        ("./lib/setup.py install", "pip install lib"),
    ],
)
def test_the_advice_is_for_that_interpreter_and_directory(command, advice):
    (message,) = said("setup-py-install", f"{SYSTEM}RUN {command}")
    assert message.endswith(f": use {advice} instead")


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("# this line must be added in order for python to find it", 0),
        ("# An editable install is not recognized as a package", 0),
        ("# pip install does it, otherwise", 0),
        ("# Install the library", 1),
        ("# This line must be last\nENV A=1", 1),
    ],
)
def test_a_comment_directly_above_that_gives_the_reason(comment, count):
    text = f"{PYTHON}COPY . /lib\n{comment}\nRUN cd /lib && python3 setup.py develop\n"
    assert len(said("setup-py-install", text)) == count


def test_cloned_sources_may_import_what_was_installed_before():
    clone = "RUN git clone -b v1 https://example.com/a /a\n"
    install = "RUN cd /a && python setup.py install\n"
    (message,) = said("setup-py-install", f"{PYTHON}{clone}{install}")
    assert "isolation" not in message
    (finding,) = findings(
        "setup-py-install", f"{PYTHON}RUN pip install pyyaml\n{clone}{install}"
    )
    assert "--no-build-isolation" in finding.message
    assert finding.fix.safety is Safety.MANUAL
    assert "--no-build-isolation" in finding.fix.edits[0].text
    # Those of the build context are the project's own
    own = f"{PYTHON}RUN pip install pyyaml\n{clone}COPY a /a\n{install}"
    (message,) = said("setup-py-install", own, {"a/setup.py": "setup()\n"})
    assert "isolation" not in message


@pytest.mark.parametrize(
    ("options", "instead"),
    [
        ("--user", "pip install --user ."),
        ("--prefix /opt/app", "pip install --prefix=/opt/app ."),
        ("--root=/out", "pip install --root=/out ."),
    ],
)
def test_the_advice_installs_into_the_same_place(options, instead):
    text = f"{PYTHON}COPY . /lib\nRUN cd /lib && python setup.py install {options}\n"
    (message,) = said("setup-py-install", text)
    assert f"use {instead} instead" in message


@pytest.mark.parametrize(
    ("base", "count"),
    [
        ("FROM python:3.14-slim\n", 1),
        ("FROM python:3-slim\n", 1),
        ("FROM python:3.10\n", 1),
        ("FROM python:3.10.14\n", 1),
        (SYSTEM, 1),
        # Their pips may build in a copy, or are not known
        ("FROM python:3.10.2\n", 0),
        ("FROM python:3.9\n", 0),
        (SYSTEM.replace("22.04", "20.04"), 0),
        ("FROM python:3.12\nRUN pyenv install 3.8.20\n", 0),
        ("FROM nvcr.io/nvidia/pytorch:24.01-py3\n", 0),
        ("FROM ubuntu:22.04\nRUN apt-get install -y python3\n", 0),
        # It refuses to install into Debian's Python
        (SYSTEM.replace("ubuntu:22.04", "debian:13"), 0),
    ],
)
def test_pip_does_what_setup_py_does_where_it_builds_in_place(base, count):
    text = f"{base}COPY . /lib\nRUN cd /lib && python3 setup.py install\n"
    assert len(said("setup-py-install", text)) == count


def test_an_environment_takes_what_the_system_refuses():
    text = SYSTEM.replace("ubuntu:22.04", "debian:13")
    text += "RUN python3 -m venv /venv && cd /lib && {} setup.py install\n"
    assert said("setup-py-install", text.format("/venv/bin/python"))
    assert said("setup-py-install", text.format("python3")) == []
    assert said("setup-py-install", text.format("python3.8")) == []


def test_cloned_sources_in_which_something_was_compiled():
    clone = "RUN git clone -b v1 https://example.com/a /a\n"
    install = "RUN cd /a/python && python setup.py install\n"
    assert said("setup-py-install", f"{PYTHON}{clone}{install}")
    build = "RUN cd /a/build && cmake .. && make\n"
    assert said("setup-py-install", f"{PYTHON}{clone}{build}{install}") == []
    own = {"a/python/setup.py": "setup()\n"}
    text = f"{PYTHON}COPY a /a\n{build}{install}"
    assert said("setup-py-install", text, own)


def test_pins_that_pip_may_find_at_odds():
    text = f"{PYTHON}COPY . /a\nWORKDIR /a\nRUN python setup.py install\n"
    pins = "setup(install_requires=['parser==1.0', {}])\n"
    one, two = pins.format("'words'"), pins.format("'words==2.0'")
    assert said("setup-py-install", text, {"setup.py": one})
    assert said("setup-py-install", text, {"setup.py": two}) == []


def test_where_no_setup_py_is_sent_another_mistake_comes_first():
    text = f"{PYTHON}COPY setup.py /a/\nWORKDIR /a\nRUN python setup.py install\n"
    assert said("setup-py-install", text, {"setup.py": ""})
    assert said("setup-py-install", text, {"pyproject.toml": ""}) == []
    fetched = text.replace("COPY setup.py /a/", "RUN git clone https://example.com/a")
    assert said("setup-py-install", fetched, {"pyproject.toml": ""})


def test_what_pip_installs_as_well_and_what_takes_its_eggs():
    link = "pip3 install -e . && python3 setup.py develop"
    assert said("setup-py-install", f"{PYTHON}COPY . /a\nRUN cd /a && {link}\n") == []
    one_by_one = "WORKDIR /a\nRUN pip install .[fast]\nRUN python setup.py install\n"
    assert said("setup-py-install", f"{PYTHON}COPY . /a\n{one_by_one}") == []
    other = one_by_one.replace(".[fast]", "/b")
    assert said("setup-py-install", f"{PYTHON}COPY . /a\n{other}")
    install = "COPY . /a\nRUN cd /a && python setup.py install\n"
    assert said("setup-py-install", f"{PYTHON}{install}")
    assert said("setup-py-install", f"{PYTHON}{install}RUN cp -r /a/.eggs /b\n") == []
