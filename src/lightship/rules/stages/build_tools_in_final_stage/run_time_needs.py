"""Whether the image needs its build tools when it runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Instruction
from lightship.facts.stages.final_image import image_env, is_development_name
from lightship.facts.start.calls import called_programs, compilers_at_run_time
from lightship.facts.start.purpose import runs_program, start_commands
from lightship.regex import regex
from lightship.rules.stages.build_tools_in_final_stage.compiling_packages import (
    compiling_packages,
)
from lightship.rules.stages.build_tools_in_final_stage.conda_compilers import (
    has_conda_compilers,
)
from lightship.rules.stages.build_tools_in_final_stage.found_libraries import (
    finds_by_compiler,
)
from lightship.rules.stages.build_tools_in_final_stage.kept_tools import (
    MANAGERS,
    KeptTools,
)
from lightship.rules.stages.build_tools_in_final_stage.work_tools import (
    are_work_tools,
)

_BUILDERS = frozenset(
    "make gmake gcc g++ cc c++ clang cmake ninja meson cargo rustc go maturin cython mvn gradle"
    " bazel scons tox nox pytest conan vcpkg dpkg-buildpackage rpmbuild abuild jupyter jupyter-lab"
    " jupyter-notebook code-server sshd".split()
)
# Their images are compilers themselves
_TOOLCHAINS = frozenset(
    "buildpack-deps clojure dart elixir erlang gcc golang gradle haskell maven rust sbt swift"
    " swipl".split()
)
_CALLED = (
    "gcc",
    "g++",
    "cc",
    "c++",
    "clang",
    "make",
    "cmake",
    "cargo",
    "nvcc",
    "pip-compile",
)
# Agents that write code, and try it out where they run
_AGENTS = frozenset("aider claude codex crush gemini goose opencode openhands".split())
_SANDBOX = regex(
    r"(?i)(?:^|[/._-])(?:sandbox|workspace|devbox|compiler|toolchain)(?:[/._-]|$)"
)
_ARRANGING = frozenset({"chmod", "chown", "mkdir", "ln"})
_COMFORT = frozenset(
    ("bash-completion", "byobu", "fish", "man-db", "screen", "tmux", "zsh")
)
_TRUE = ("1", "on", "true", "yes")
_NOTEBOOKS = ("jupyter", "notebook")
# What is compiled later, by those who use the image
_FOR_USERS = (
    "extensions need",
    "plugins need",
    "needed by extensions",
    "needed by plugins",
)
_LATE = ("at runtime", "at run time", "at run-time", "at start", "jit ")
# What needs no compiler
_IDLE = frozenset(MANAGERS) | frozenset(
    ". : [ addgroup adduser apt-key apt-mark cat cd chmod chown chpasswd cp curl dpkg"
    " dpkg-reconfigure echo env exit export find gpg grep groupadd install ldconfig ln locale-gen"
    " localedef ls mkdir mv passwd printf rm sed set sleep source tar tee test touch true unzip"
    " update-ca-certificates useradd usermod wget".split()
)
_TESTS = frozenset(("test", "tests"))
_NAMES = ("dev", "test", "build", "compil", "ci", "debug", "lint", "sdk", "toolchain")
_MAY_CALL = ("COPY", "ADD", "CMD", "ENTRYPOINT")


def starts_a_program(build: Build) -> bool:
    """Whether the image is for a program, and not for building something."""
    final = build.final
    if final is None or (final.name or "").startswith(_NAMES):
        return False
    if _is_for_work(build) or not runs_program(build):
        return False

    image = build.root_image(final)
    if image is None:
        return False
    if image.official and image.name in _TOOLCHAINS:
        return False
    commands = start_commands(build)
    return not any(command.name in _BUILDERS for command in commands)


def _is_for_work(build: Build) -> bool:
    """Whether the Dockerfile is named as one for development or to compile in, or lies with the
    tests.
    """
    path = build.path or ""
    if _SANDBOX.search(path):
        return True
    *directories, name = path.split("/")
    if is_development_name(name):
        return True
    return not _TESTS.isdisjoint(directories)


def has_slim_sibling(build: Build) -> bool:
    """Whether the image without build tools is another one: `Dockerfile.slim` lies beside it."""
    path = build.path
    if build.context is None or path is None or "slim" in path:
        return False
    folder, slash, _ = path.rpartition("/")
    beside = (f"{path}.slim", f"{path}-slim", f"{folder}{slash}slim.Dockerfile")
    return any(map(build.context.exists, beside))


def is_workbench(build: Build) -> bool:
    """Whether someone works in the image: notebooks, a shell with comfort, or an agent.

    Where `PIP_USER` is set, its users install packages of their own.
    """
    user = image_env(build).get("PIP_USER")
    if user is not None and user.value.lower() in _TRUE:
        return True
    for command in start_commands(build):
        if command.name in _AGENTS:
            return True
        for part in _NOTEBOOKS:
            if part in command.name:
                return True
    for install in build.packages(*MANAGERS, action="install"):
        for package in install.does.packages:
            if package.name in _COMFORT:
                return True
    return False


def is_explained(build: Build, names: Collection[str]) -> bool:
    """Whether a comment says that the program needs them: `# gcc: Triton compiles at run time`."""
    named = (*names, "compil")
    for comment in build.dockerfile.comments:
        text = comment.text(build.dockerfile.text).lower()
        is_late = any(mark in text for mark in _LATE)
        if is_late and any(name in text for name in named):
            return True
    return False


def called_later(build: Build) -> Iterator[str]:
    """Build tools that scripts of the project call, but for those that a RUN starts."""
    shipped: list[Instruction] = []
    for stage in build.lineage:
        shipped += stage.instructions
    runs = [item for item in shipped if item.keyword == "RUN"]
    built = [item.line.text for item in runs if not _only_arranges(build, item)]
    may_call = [item for item in shipped if item.keyword in _MAY_CALL]
    yield from called_programs(build, _CALLED, may_call, but=built)
    yield from compilers_at_run_time(build)
    yield from compiling_packages(build)
    if finds_by_compiler(build):
        yield "find_library"
    if has_conda_compilers(build):
        yield "a compiler of conda"


def _only_arranges(build: Build, run: Instruction) -> bool:
    """Whether a RUN gives files modes and owners alone, and starts none of them."""
    return all(call.command.name in _ARRANGING for call in build.commands(of=run))


def is_started_to_build(build: Build) -> bool:
    """Whether the script that the container starts is one that the build runs, too.

    It installs what is missing, and then starts the program.
    """
    for command in start_commands(build):
        if command.name.endswith(".sh") and build.has_command(command.name):
            return True
    return False


def is_for_build(build: Build, kept: KeptTools) -> bool:
    """Whether an install is there to build something in the image, as far as it tells."""
    comments = comments_near(build.dockerfile, kept.install.instruction)
    if any(mark in comments for mark in _FOR_USERS):
        return False
    if not kept.compiles:
        return True
    later = list(_building_after(build, kept.install.command.span.start))
    return bool(later) and not are_work_tools(later)


def _building_after(build: Build, start: int) -> Iterator[Invocation]:
    """The commands after `start` that do more than install system packages and arrange files."""
    for call in build.commands():
        command = call.command
        if command.name in _IDLE or command.span.start <= start:
            continue
        if call.instruction in build.shipped:
            yield call
