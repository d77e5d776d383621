"""Which programs of the system a project calls, in scripts that instructions name and in its Python."""

from __future__ import annotations

import pytest

from lightship.build import Build
from lightship.facts.start.named_scripts import called
from lightship.facts.start.program_calls import called_programs
from lightship.lint.examples import build_of

NAMES = ("convert", "gcc", "git", "make", "ssh")


def of_script(build: Build, names: tuple[str, ...] = NAMES) -> set[str]:
    return set(called(build, build.dockerfile.stages[0].instructions, names))


def of_source(build: Build, names: tuple[str, ...] = NAMES) -> set[str]:
    return set(called_programs(build, names))


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


@pytest.mark.xfail(strict=False, reason="the readers disagree")
@pytest.mark.parametrize(("text", "names"), CALLS)
def test_what_python_calls_is_the_same_in_a_script_and_in_a_source(text, names):
    assert of_source(build_of("COPY . .", {"shop/tools.py": text})) == names
    named = 'COPY . .\nCMD ["python", "tasks.py"]'
    assert of_script(build_of(named, {"tasks.py": text})) == names
