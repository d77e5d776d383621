"""What setup.py installs: whether a project by itself, whose requirements agree."""

from __future__ import annotations

from lightship.build import Build, Invocation
from lightship.facts.copies.origins import origin_of
from lightship.facts.values.directories import directory_of, in_directory
from lightship.regex import regex
from lightship.shell.commands import Word
from lightship.shell.specs import written

# They make libraries that bindings look for beside their own directory
_COMPILES = (
    *("make", "cmake", "ninja", "meson", "bazel", "scons", "waf", "configure"),
    *("gcc", "g++", "cc", "c++", "clang", "cargo", "go", "./configure", "autoreconf"),
)
_FETCHES = (
    *("git", "hg", "svn", "curl", "wget", "aria2c", "tar", "unzip", "gh"),
    *("apt-get", "apt", "dget", "mv", "cp", "sh", "bash"),
)
_PIN = regex(r"[\"'][\w.\[\]-]+ ?==")


def is_beside_compiled(build: Build, call: Invocation, script: Word) -> bool:
    """Whether it is in sources that a RUN fetched and something was compiled in, before it.

    Such a setup.py may belong to a part of them, and look for the rest.
    """
    if _origin(build, call, script):
        return False
    stage = build.dockerfile.stage_of(call.instruction)
    lineage = build.lineage_of(stage) if stage is not None else ()
    for other in build.commands(*_COMPILES):
        is_before = other.command.span.start < call.command.span.start
        if is_before and build.dockerfile.stage_of(other.instruction) in lineage:
            return True
    return False


def may_disagree(build: Build, call: Invocation, script: Word) -> bool:
    """Whether setup.py pins several packages: pip refuses pins that do not fit one another.

    easy_install takes them one by one.
    """
    origin = _origin(build, call, script)
    if not origin or build.context is None:
        return False
    text = build.context.read(origin) or ""
    return len(_PIN.findall(text)) > 1


def is_missing(build: Build, call: Invocation, script: Word) -> bool:
    """Whether the build context, from which alone the sources can come, has no such setup.py."""
    context = build.context
    if context is None or _origin(build, call, script):
        return False
    if any(file.name == "setup.py" for file in context.files):
        return False
    if any(True for _ in build.commands(*_FETCHES)):
        return False
    own = (copy for copy in build.each("COPY", "ADD") if copy.flag("from") is None)
    return any("://" not in copy.line.text for copy in own)


def is_installed_by_pip(build: Build, call: Invocation, script: Word) -> bool:
    """Whether pip installs the same directory in the stage, or one that it starts from."""
    stage = build.dockerfile.stage_of(call.instruction)
    lineage = build.lineage_of(stage) if stage is not None else ()
    own = _folder(in_directory(directory_of(build, call), written(script)))
    for install in build.packages("pip", "uv", action="install"):
        if build.dockerfile.stage_of(install.instruction) not in lineage:
            continue
        for package in install.does.packages:
            if package.kind != "directory":
                continue
            name = package.name.partition("[")[0]
            directory = directory_of(build, install)
            place = in_directory(directory, f"{name.rstrip('/')}/setup.py")
            if own is not None and _folder(place) == own:
                return True
            is_here = install.instruction is call.instruction
            if is_here and name in (".", "./"):
                return True
    return False


def _origin(build: Build, call: Invocation, script: Word) -> str:
    """The file of the build context that is run; empty where it is from elsewhere."""
    path = in_directory(directory_of(build, call), written(script))
    return origin_of(build, call.instruction, path) if path is not None else ""


def _folder(path: str | None) -> str | None:
    if path is None or "$" in path:
        return None
    return path.rpartition("/")[0]
