"""A package is installed by running setup.py or easy_install

## What it does
Finds `python setup.py install` and `develop` where pip is known to do the same, and easy_install.
It speaks where the Python of the stage is known and comes with pip 21.3 or newer, which builds in
the directory of the sources: a python image from 3.10 on, or a distribution's Python with the
package of pip, unless that refuses installs (PEP 668).

Options that setuptools does not have belong to an install command of the project's own, which pip
cannot pass them to, and options of build commands before it (`build_ext --compiler=icc`) are lost
with pip: nothing is reported there, nor where a comment above calls it a workaround or says why it
must be so, nor where the project uses what setup.py leaves in `build/scripts-…` or `build/lib.…`,
nor in sources that a RUN fetched and compiled something in, where setup.py may look for it. So it
is where setup.py pins several packages, which pip refuses if they do not fit one another, where pip
installs the same directory as well, and where no setup.py is sent to the build. The sources of pip
itself are installed so where there is no pip yet.

## Why is this bad?
`python setup.py install` bypasses pip: it installs dependencies without versions, hashes,
constraints or wheels, and may create eggs that pip cannot remove. setuptools calls it deprecated
since 58.3 (2021), `develop` too, and has removed easy_install in 80 (2025; its NEWS.rst): with a
newer setuptools the line fails, or does what pip would have done.

`pip install .` builds a wheel and installs that; `-e` replaces `develop`.

## Fix safety
The fix writes that where the command has no options of its own and pip is known to be there: in a
Python image, or where pip is run elsewhere in the stage. It is unsafe: dependencies may come in
other versions, and files that only the old way installed may be missing. For sources of the build
context it is only shown, because their dependencies are better installed before them, from a file
of their own; so it is where packages were installed before, or the base image is not Python's,
because setup.py may import them.

Where torch, numpy, Cython or similar were installed before, by name or from a file, or what is
cloned is known to import torch, an isolated build would lack them: there is no fix, and
`--no-build-isolation` is advised. So it is for sources that a RUN clones where packages were
installed before, whose fix, with the option, is only shown. Nor is there a fix where setup.py
imports torch: an isolated build would download another one than the image has.

## When to ignore
Ignore it for Python 2 code whose setup.py does what no pip can do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build, Invocation
from lightship.dockerfile.places import block_start, comments_in, holds_comment
from lightship.facts.edits.runs import takes_words
from lightship.facts.stages.final_image import has_own_python
from lightship.facts.values.directories import directory_of, in_directory
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.rules.python.setup_py_install.build_environment import (
    has_more,
    imports_to_build,
    is_cloned_beside_more,
    needs_environment,
)
from lightship.rules.python.setup_py_install.built_places import uses_build_directory
from lightship.rules.python.setup_py_install.pip_command import pip_command
from lightship.rules.python.setup_py_install.pip_of_today import has_pip_of_today
from lightship.rules.python.setup_py_install.sources_of_setup_py import (
    is_beside_compiled,
    is_installed_by_pip,
    is_missing,
    may_disagree,
)
from lightship.shell.commands import Word
from lightship.shell.python_calls import python_call
from lightship.shell.specs import written
from lightship.text import Edit, Span

_NOT_ISOLATED = "--no-build-isolation"
_ACTIONS = {"install": "pip install", "develop": "pip install -e"}

# Options of distutils' and setuptools' own commands
_STANDARD = regex(
    r"--(?:user|prefix|exec-prefix|home|root|install-\w+|record|force|optimize|(?:no-)?compile"
    r"|skip-build|single-version-externally-managed|old-and-unmanageable|no-deps|uninstall"
    r"|(?:always-)?unzip|zip-ok|(?:always-)?copy|multi-version|script-dir|exclude-scripts"
    r"|index-url|find-links|allow-hosts|editable|upgrade|egg-path|build-\w+|inplace|debug"
    r"|quiet|verbose|dry-run|no-user-cfg|parallel|plat-name|compiler|define|include-dirs"
    r"|library-dirs|rpath|libraries|undef)"
)

# They change nothing of what is built
_IDLE_OPTION = regex(
    r"-[ifgqvj]\d*|--(?:inplace|force|quiet|verbose|parallel|debug)(?:=.*)?"
)
_MOST_LINES_ABOVE = 8
_WORKAROUND = regex(
    r"(?i)\bwork-?(?:s |ing )?around\b"
    r"|\bpip(?: install)? (?:fails|crashes|breaks|does ?n[o']t|cannot|can't|is broken)\b"
    r"|\binstead of pip\b|\bnot (?:with|by|via|using) pip\b"
)

# Why the line is there, and why as it is
_REASON = regex(
    r"(?i)\bin order (?:for|to)\b|\bthis (?:line|step|command)\b.{0,30}\b(?:must|needed|required)\b"
    r"|\bnot recogni[sz]ed\b|\botherwise\b|\bbecause\b|\b(?:does ?n[o']t|won't) work\b"
)
_OF_PYTHON_2 = regex(r"python-(?:dev|setuptools|pip|numpy|scipy|virtualenv|tk|vtk)")
_OF_PIP = regex(r"(?:^|/)pip-(?:\d[\w.]*|\$\{?\w+\}?)(?:/|$)")


def check(build: Build) -> Iterator[Finding]:
    if "setup.py" in build.dockerfile.text:
        for call in build.commands():
            yield from _of_setup(build, call)

    for call in build.commands("easy_install", "easy_install3"):
        if _is_of_python_2(build, call):
            continue
        packages = [written(word) for word in call.command.args]
        advice = "use pip install"
        if packages == ["pip"]:
            advice = "install the package python3-pip"
        message = f"easy_install is gone from setuptools and supports no wheels or hashes: {advice}"
        yield Finding(call.command.words[0].span, message)


def _of_setup(build: Build, call: Invocation) -> Iterator[Finding]:
    words = call.command.words
    script = _script(words)
    if script is None or written(script).rpartition("/")[2] != "setup.py":
        return

    rest = words[words.index(script) + 1 :]
    action = next((word for word in rest if word.value in _ACTIONS), None)
    if action is None or any(word.value == "--help" for word in rest):
        return
    if _has_own_options(rest) or _is_built_with_options(build, call, rest, action):
        return
    if _is_workaround(build, call) or _goes_without_dependencies(build, call):
        return
    if _installs_pip(build, call, script) or not has_pip_of_today(build, call):
        return
    if is_missing(build, call, script) or is_beside_compiled(build, call, script):
        return
    if may_disagree(build, call, script) or is_installed_by_pip(build, call, script):
        return
    if build.once(uses_build_directory):
        return

    fix, options = _cure(build, call, script, rest)
    if action.value == "develop":
        options.append("-e")

    instead = pip_command(words, script, rest, options)
    problem = f"setup.py {action.value} is deprecated and bypasses pip"
    message = f"{problem}: use {instead} instead"
    span = Span(script.span.start, action.span.end)
    yield Finding(span, message, fix)


def _cure(
    build: Build, call: Invocation, script: Word, rest: tuple[Word, ...]
) -> tuple[Fix | None, list[str]]:
    """The fix, and the options of pip that what is built needs."""
    options = []
    if is_cloned_beside_more(build, call, script):
        options.append(_NOT_ISOLATED)
    if needs_environment(build, call) or imports_to_build(build, call, script):
        # In the isolated build of pip the import of torch or numpy would fail
        return None, [_NOT_ISOLATED]
    return _fix(build, call, script, rest, options), options


def _has_own_options(rest: tuple[Word, ...]) -> bool:
    """Whether options are none that setuptools has: those of an install command of the project's
    own, which pip cannot hand on.
    """
    for word in rest:
        name = (word.value or "").partition("=")[0]
        if name.startswith("--") and _STANDARD.fullmatch(name) is None:
            return True
    return False


def _is_built_with_options(
    build: Build, call: Invocation, rest: tuple[Word, ...], action: Word
) -> bool:
    """Whether commands that build are given options: before the install, or in a call before it."""
    if _has_build_options(rest[: rest.index(action)]):
        return True
    for before in build.commands(of=call.instruction):
        if before.command.span.start >= call.command.span.start:
            return False
        words = before.command.words
        script = _script(words)
        if script is None or written(script).rpartition("/")[2] != "setup.py":
            continue
        if _has_build_options(words[words.index(script) + 1 :]):
            return True
    return False


def _has_build_options(words: tuple[Word, ...]) -> bool:
    """Whether an option that decides what is built comes after the name of a command."""
    texts = [written(word) for word in words]
    commands = [at for at, text in enumerate(texts) if not text.startswith("-")]
    if not commands:
        return False
    options = [text for text in texts[commands[0] :] if text.startswith("-")]
    return any(_IDLE_OPTION.fullmatch(option) is None for option in options)


def _is_workaround(build: Build, call: Invocation) -> bool:
    """Whether a comment in the lines above says that pip cannot install it, or why it is so."""
    dockerfile = build.dockerfile
    lines = dockerfile.lines
    line = lines.line(call.command.span.start)
    start = lines.span(max(line - _MOST_LINES_ABOVE, 1)).start
    start = max(start, block_start(dockerfile, call.instruction))
    above = comments_in(dockerfile, Span(start, call.command.span.start))
    texts = [item.text(dockerfile.text) for item in above]
    if any(map(_WORKAROUND.search, texts)):
        return True
    # Others may speak of what stands in between
    *_, last = build.commands(of=call.instruction)
    is_alone = last.command is call.command
    return is_alone and any(map(_REASON.search, texts))


def _is_of_python_2(build: Build, call: Invocation) -> bool:
    """Whether apt installs packages for Python 2 there, for which pip has no releases any more."""
    stage = build.dockerfile.stage_of(call.instruction)
    for install in build.packages("apt-get", "apt", action="install"):
        if build.dockerfile.stage_of(install.instruction) is not stage:
            continue
        if any(_OF_PYTHON_2.fullmatch(item.name) for item in install.does.packages):
            return True
    return False


def _goes_without_dependencies(build: Build, call: Invocation) -> bool:
    """Whether pip left out dependencies before, since those of the project may not agree."""
    for install in build.packages("pip", "uv", action="install"):
        is_before = install.command.span.start < call.command.span.start
        options = [written(word) for word in install.command.args]
        if is_before and "--no-deps" in options:
            return True
    return False


def _installs_pip(build: Build, call: Invocation, script: Word) -> bool:
    """Whether it installs pip itself, from its unpacked sources: `cd /tmp/pip-9.0.1`."""
    directory = directory_of(build, call) or ""
    path = in_directory(directory, written(script)) or written(script)
    return any(map(_OF_PIP.search, (directory, path)))


def _script(words: tuple[Word, ...]) -> Word | None:
    """The file that Python runs, or the command itself."""
    call = python_call(words)
    if call is None:
        return words[0] if words else None
    return call.target if call.kind == "file" else None


def _fix(
    build: Build,
    call: Invocation,
    script: Word,
    rest: tuple[Word, ...],
    given: Sequence[str],
) -> Fix | None:
    if not _is_plain(call, script, rest) or not takes_words(call.script):
        return None

    words = call.command.words
    span = Span(words[0].span.start, words[-1].span.end)
    if holds_comment(build.dockerfile, span) or not _has_pip(build, call):
        return None

    options = [*given]
    dockerfile = build.dockerfile.text
    is_kept_out = any(mark in dockerfile for mark in ("PIP_NO_CACHE_DIR", "/.cache"))
    if not is_kept_out:
        options.append("--no-cache-dir")
    if rest[0].value == "develop":
        options.append("-e")

    command = ["-m", "pip", "install", *options, "."]
    new = " ".join(command)
    if call.script.shell == "exec":
        new = ", ".join(f'"{word}"' for word in command)
    edit = Edit.replace(Span(words[1].span.start, span.end), new)
    may_differ = _is_project(build, call) or has_more(build, call)
    safety = Safety.MANUAL if may_differ else Safety.UNSAFE
    return Fix(f"Use {_ACTIONS[rest[0].value or '']}", (edit,), safety)


def _is_plain(call: Invocation, script: Word, rest: tuple[Word, ...]) -> bool:
    """`python setup.py install`, and not a word more."""
    if len(rest) != 1 or call.command.words[1] is not script:
        return False
    return written(script) in ("setup.py", "./setup.py")


def _is_project(build: Build, call: Invocation) -> bool:
    """Whether files of the build context come before it, so that they may be what it installs."""
    start = call.instruction.span.start
    copies = (copy for copy in build.each("COPY", "ADD") if copy.flag("from") is None)
    return any(copy.span.start < start for copy in copies)


def _has_pip(build: Build, call: Invocation) -> bool:
    stage = build.dockerfile.stage_of(call.instruction)
    interpreter = written(call.command.words[0])
    if stage is None or "/" in interpreter or interpreter.startswith("python2"):
        return False
    if has_own_python(build, stage):
        return True

    installs = build.packages("pip", action="install")
    return any(install.instruction in stage.instructions for install in installs)


_PYTHON = "FROM python:3.14-slim\nRUN git clone -b v1 https://example.com/lib /lib\nWORKDIR /lib\n"

RULE = Rule(
    id="setup-py-install",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("setup.py", "easy_install")),
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
    },
    examples=(
        Example(
            bad=f"{_PYTHON}RUN python setup.py install",
            fixed=f"{_PYTHON}RUN python -m pip install --no-cache-dir .",
        ),
        Example(
            bad=f"{_PYTHON}RUN cd lib && python3 setup.py develop && cd ..",
            fixed=f"{_PYTHON}RUN cd lib && python3 -m pip install --no-cache-dir -e . && cd ..",
        ),
        Example(
            bad=f'{_PYTHON}RUN ["python", "setup.py", "install"]',
            fixed=f'{_PYTHON}RUN ["python", "-m", "pip", "install", "--no-cache-dir", "."]',
        ),
        Example(
            bad=f"{_PYTHON}ENV PIP_NO_CACHE_DIR=1\nRUN set -e; sh -c 'python \\\n"
            "    ./setup.py install'",
            fixed=f"{_PYTHON}ENV PIP_NO_CACHE_DIR=1\nRUN set -e; sh -c 'python \\\n"
            "    -m pip install .'",
        ),
        Example(
            bad=f"{_PYTHON}RUN <<EOF\npython3 setup.py install\nEOF",
            fixed=f"{_PYTHON}RUN <<EOF\npython3 -m pip install --no-cache-dir .\nEOF",
        ),
        Example(bad=f"{_PYTHON}RUN python setup.py \\\n    # quietly\n    -q install"),
        Example(
            bad=f"{_PYTHON}RUN python3 setup.py build_ext --inplace install --prefix=/opt"
        ),
        Example(bad=f"{_PYTHON}RUN /opt/venv/bin/python src/setup.py install"),
        Example(
            bad="FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y git python3-pip\n"
            "RUN git clone -b v1 https://example.com/lib && cd lib && ./setup.py install"
        ),
        Example(
            bad="FROM python:3.14-slim\nCOPY . /app\nWORKDIR /app\nRUN python setup.py install"
        ),
        Example(
            bad=f"{_PYTHON}RUN pip install --no-cache-dir torch==2.9.1\n"
            "RUN python setup.py install"
        ),
        Example(bad="RUN easy_install flask"),
        Example(bad="FROM python:3.14\nONBUILD RUN python setup.py $OPTIONS install"),
        Example(good=f"{_PYTHON}RUN python -m pip install --no-cache-dir ."),
        Example(
            good=f"{_PYTHON}RUN python setup.py build_ext --inplace && python setup.py --version"
        ),
        # Its pip refuses to install
        Example(
            good="FROM debian:13\nRUN apt-get update && apt-get install -y --no-install-recommends "
            "python3-pip && rm -rf /var/lib/apt/lists/*\n"
            "COPY . /lib\nRUN cd /lib && python3 setup.py install"
        ),
        Example(
            good=f"{_PYTHON}RUN rm -f setup.py install.sh && echo setup.py install"
        ),
    ),
)
