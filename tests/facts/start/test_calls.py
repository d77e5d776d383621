"""Which programs of the system a project calls, in scripts that instructions name and in its Python."""

from __future__ import annotations

import pytest

from lightship.facts.start.calls import called_programs, compilers_at_run_time
from lightship.lint.examples import build_of

NAMES = ("convert", "gcc", "git", "make", "ssh")


def called(body: str, files: dict[str, str], **options: tuple[str, ...]) -> set[str]:
    build = build_of(body, files)
    instructions = build.dockerfile.stages[0].instructions
    return set(called_programs(build, NAMES, instructions, **options))


CALLS = [
    ('import subprocess\nsubprocess.run(["git", "pull"])\n', {"git"}),
    ('import subprocess\nsubprocess.check_output("git log", shell=True)\n', {"git"}),
    ('import subprocess\nsubprocess.run(["make"])\n', {"make"}),
    ('import os\nos.system("gcc -O2 a.c")\n', {"gcc"}),
    ('import os\nos.system("/usr/bin/gcc a.c")\n', {"gcc"}),
    ('import os\nos.popen(f"git -C {path} status")\n', {"git"}),
    ('import shutil\nif shutil.which("ssh"): pass\n', {"ssh"}),
    ('import pexpect\npexpect.spawn("ssh db")\n', {"ssh"}),
    ('from asyncio import *\ncreate_subprocess_exec("convert", a, b)\n', {"convert"}),
    ('import subprocess\ncommand = ["git", "clone", url]\nrun(command)\n', {"git"}),
    ('import subprocess\ncommand = "git clone " + url\nrun(command)\n', {"git"}),
    (
        'import subprocess\nsubprocess.run("pip install x", shell=True)\n',
        {"pip install"},
    ),
    # They are not calls
    ('"""Import a repository of git."""\nimport subprocess\n', set()),
    ('import subprocess\ncars = ["make", "model", "year"]\n', set()),
    ('import subprocess\nraise ImportError("try: pip install x")\n', set()),
    ('run(["git", "pull"])\n', set()),
    ("", set()),
]


@pytest.mark.parametrize(("text", "names"), CALLS)
def test_what_python_calls_is_the_same_in_a_script_and_in_a_source(text, names):
    assert called("COPY . .", {"shop/tools.py": text}) == names
    body = 'COPY . .\nCMD ["python", "tasks.py"]'
    assert called(body, {"tasks.py": text}) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#!/bin/sh\ngit pull\nexec gunicorn shop\n", {"git"}),
        ("exec ssh -N db &\n", {"ssh"}),
        ("pip install -r requirements.txt\n", {"pip install"}),
        ("exec gunicorn --make-app git_shop\n", set()),
    ],
)
def test_a_shell_script_calls_the_words_in_it(text, names):
    assert called('COPY . .\nCMD ["./start.sh"]', {"start.sh": text}) == names
    assert called('COPY . .\nCMD ["/entrypoint"]', {"entrypoint": text}) == names
    assert called('COPY . .\nCMD ["./other.sh"]', {"start.sh": text}) == set()


def test_a_script_that_another_text_names_is_left_out():
    files = {"build.sh": "make\n", "start.sh": "git pull\n"}
    body = "COPY build.sh start.sh /\nRUN /build.sh"
    assert called(body, files) == {"make", "git"}
    assert called(body, files, but=("RUN /build.sh",)) == {"git"}


def test_tests_and_tasks_are_no_sources_unless_they_are_named():
    text = 'import subprocess\nsubprocess.run(["git", "pull"])\n'
    assert called("COPY . .", {"tests/test_shop.py": text, "tasks.py": text}) == set()


def test_nothing_is_known_without_a_build_context_or_names():
    build = build_of("COPY . .")
    assert not list(
        called_programs(build, NAMES, build.dockerfile.stages[0].instructions)
    )
    build = build_of("COPY . .", {"a.py": 'import os\nos.system("git pull")\n'})
    assert not list(called_programs(build, (), build.dockerfile.stages[0].instructions))


@pytest.mark.parametrize(
    ("text", "compilers"),
    [
        ("import torch\nmodel = torch.compile(model)\n", ["torch.compile"]),
        ("import pyximport; pyximport.install()\n", ["pyximport"]),
        ("from torch.utils.cpp_extension import load_inline\n", ["load_inline"]),
        ("import re\nre.compile('a')\n", []),
    ],
)
def test_compilers_at_run_time(text, compilers):
    assert (
        list(compilers_at_run_time(build_of("COPY . .", {"a.py": text}))) == compilers
    )
