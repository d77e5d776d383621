"""Whether there is an index of apt before an instruction, and who reads the one a RUN writes."""

from __future__ import annotations

from posixpath import basename

from lightship.base_images.reference import read_reference
from lightship.base_images.underlying import release_under
from lightship.build import Build
from lightship.context.archives import would_unpack
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.packages.apt import (
    APT,
    LISTS,
    AptRun,
    apt_runs,
    others_of,
    stands_aside,
)
from lightship.facts.packages.bases_under import image_under
from lightship.shell.commands import Command
from lightship.shell.interpreters import SHELLS
from lightship.shell.packages import read_command

# Official images made from Debian's and Ubuntu's packages: their Dockerfiles remove the index after
# each install
_WITHOUT_INDEX = frozenset(
    """buildpack-deps debian eclipse-temurin gcc golang httpd mariadb maven nginx node openjdk perl
    php postgres python ruby rust ubuntu""".split()
)
_QUOTES = "\"'"
_SCRIPT_ENDINGS = (".sh", ".bash", ".py", ".pl")
# They carry out what a file of the project says
_RUNNERS = frozenset("make just task ansible-playbook puppet chef-solo".split())
# They call `apt-get install` and fetch no index themselves, as `playwright install-deps` does
# (rosdep2/platforms/debian.py; mk-build-deps of devscripts; gdebi; tasksel; ubuntu-drivers)
_WRAPPERS = {
    "rosdep": ("install",),
    "mk-build-deps": ("-i", "--install", "-ir", "-ri"),
    "gdebi": (),
    "tasksel": ("install",),
    "ubuntu-drivers": ("install", "autoinstall"),
    "module-assistant": (),
    "m-a": (),
}
# An address, or a variable that may be one
_FETCHED = frozenset(":$")


def read_later(build: Build) -> set[Instruction]:
    """The RUN whose index a later RUN reads, in its stage or in one that starts from it."""
    return build.once(_read_later)


def may_be_read_later(build: Build) -> set[Instruction]:
    """The RUN after which, before the next update, a script runs that may call apt.

    What such a script does is not known here: it may install from the index.
    """
    return build.once(_may_be_read_later)


def _may_be_read_later(build: Build) -> set[Instruction]:
    runs = apt_runs(build)
    perhaps: set[Instruction] = set()
    # By stage: whether a stage that starts from it may read its index
    reading: dict[int, bool] = {}
    for stage in reversed(build.dockerfile.stages):
        is_read = reading.get(stage.index, False)
        for instruction in reversed(stage.instructions):
            run = runs.get(instruction)
            if run is not None and run.updates:
                if is_read:
                    perhaps.add(instruction)
                is_read = False
            if _starts_script(build, instruction, run):
                is_read = True
            if _removes_other(build, instruction):
                is_read = True

        base = build.base_of(stage)
        if base is not None and is_read:
            reading[base.index] = True
    return perhaps


def is_frozen(build: Build, stage: Stage) -> bool:
    """Whether the index of a stage is that of a release past its end: its packages stay as they
    are, Debian's in an archive.
    """
    image = image_under(build, stage)
    release = release_under(image) if image is not None else None
    if release is None or release.product not in ("Debian", "Ubuntu"):
        return False
    return release.has_ended(build.today)


def _removes_other(build: Build, instruction: Instruction) -> bool:
    """Whether a RUN removes a package that no RUN installs.

    apt says that it is not installed where the index knows it, and fails where it does not.
    """
    for call in build.packages(*APT, action="remove"):
        if call.instruction is not instruction:
            continue
        installed = build.once(_installed_names)
        for package in call.does.packages:
            if package.name not in installed:
                return True
    return False


def _installed_names(build: Build) -> frozenset[str]:
    names: set[str] = set()
    for call in build.packages(*APT, action="install"):
        names.update(package.name for package in call.does.packages)
    return frozenset(names)


def _starts_script(build: Build, instruction: Instruction, run: AptRun | None) -> bool:
    """Whether a RUN starts a script before it updates the index itself."""
    if instruction.keyword != "RUN":
        return False
    end = instruction.span.end
    if run is not None and run.updates:
        first_update = run.updates[0].command
        end = first_update.span.start

    for script in build.scripts(instruction):
        for command in script.commands:
            if command.span.start > end:
                continue
            if _may_call_apt(command):
                return True
    return False


def _may_call_apt(command: Command) -> bool:
    """Whether it runs a file of its own: a script, or a shell, make or Python that is given one."""
    if not command.words:
        return False
    first = command.words[0]
    program = first.text.strip(_QUOTES)
    if program.endswith(_SCRIPT_ENDINGS):
        return True
    if "/" in program and not _is_program(program):
        return True
    if command.name in _RUNNERS or _wraps_apt(command):
        return True
    return _takes_script(command) and _is_given_script(command)


def _wraps_apt(command: Command) -> bool:
    """Whether it is a tool that installs with apt from the index that is there."""
    asked = _WRAPPERS.get(command.name)
    if asked is None:
        return False
    if not asked:
        return True
    return any(word.text in asked for word in command.args)


def _takes_script(command: Command) -> bool:
    """Whether its arguments may name a script that it runs."""
    name = command.name
    if name in SHELLS or name.startswith("python"):
        return True
    return name in (".", "source")


def _is_given_script(command: Command) -> bool:
    """Whether its arguments, or what comes in by a pipe, are a script."""
    for word in command.args:
        argument = word.text.strip(_QUOTES)
        if not argument.startswith("-"):
            return not argument.endswith("/activate")
        # What -c and -m name is no file
        if "c" in argument or "m" in argument:
            return False
    return command.name in SHELLS  # it reads a script from a pipe


def _is_program(path: str) -> bool:
    """Whether a path is that of a program, as in a virtual environment."""
    folder, _slash, _name = path.rpartition("/")
    return basename(folder) in ("bin", "sbin")


def _read_later(build: Build) -> set[Instruction]:
    runs = apt_runs(build)
    read: set[Instruction] = set()
    # By stage: whether a stage that starts from it reads its index
    reading: dict[int, bool] = {}
    for stage in reversed(build.dockerfile.stages):
        is_read = reading.get(stage.index, False)
        for instruction in reversed(stage.instructions):
            run = runs.get(instruction)
            if run is None:
                continue
            if is_read:
                read.add(instruction)
            if run.updates:
                is_read = False
            if run.uses_before_update:
                is_read = True

        base = build.base_of(stage)
        if base is not None and is_read:
            reading[base.index] = True
    return read


def written_before(build: Build) -> dict[Instruction, AptRun]:
    """For each RUN the last one before it that has written or removed the index.

    That is one of its stage or of a base stage. After one that has removed it and a RUN of other
    commands, such as a script, nothing is known.
    """
    return build.once(_written_before)


def _written_before(build: Build) -> dict[Instruction, AptRun]:
    runs = apt_runs(build)
    written: dict[Instruction, AptRun] = {}
    ends: dict[int, AptRun | None] = {}
    for stage in build.dockerfile.stages:
        last = None
        base = build.base_of(stage)
        if base is not None:
            last = ends.get(base.index)

        for instruction in stage.instructions:
            run = runs.get(instruction)
            if run is not None and last is not None:
                written[instruction] = last
            if run is not None and _changes_index(run):
                last = run
            elif last is not None and _may_undo(build, instruction, last):
                last = None
        ends[stage.index] = last
    return written


def _changes_index(run: AptRun) -> bool:
    if run.hidden:
        return False
    return bool(run.updates or run.removals)


def _may_undo(build: Build, instruction: Instruction, last: AptRun) -> bool:
    """Whether a RUN of other commands may write the index that `last` removed."""
    if instruction.keyword != "RUN":
        return False
    if not last.drops_lists:
        return False
    return bool(others_of(build, instruction))


def without_index(build: Build) -> set[Instruction]:
    """The RUN before which there is no index.

    Their stage starts from an image without one, and nothing has written one. What a command does
    that is not known here, such as a script, is not known: so nothing is known after one.
    """
    without: set[Instruction] = set()
    ends: dict[int, bool] = {}
    for stage in build.dockerfile.stages:
        base = build.base_of(stage)
        is_known = _starts_without(build, stage) if base is None else ends[base.index]
        for instruction in stage.instructions:
            if not is_known:
                break
            without.add(instruction)
            is_known = not _may_write(build, instruction)
        ends[stage.index] = is_known
    return without


def _starts_without(build: Build, stage: Stage) -> bool:
    base = build.evaluation.bases[stage.index]
    image = read_reference(base.name)
    if isinstance(image, str) or not image.official:
        return False
    return image.name in _WITHOUT_INDEX


def _may_write(build: Build, instruction: Instruction) -> bool:
    """Whether the instruction may write an index."""
    if instruction.keyword in ("COPY", "ADD"):
        return _may_bring(build, instruction)
    if instruction.keyword != "RUN":
        return False
    for script in build.scripts(instruction):
        if script.opaque:
            return True
        for command in script.commands:
            if not command.words:
                continue
            if _may_update(command):
                return True
    return False


def _may_bring(build: Build, instruction: Instruction) -> bool:
    """Whether a COPY or ADD may put an index there, from another stage or an archive."""
    target = ""
    if instruction.args:
        last = instruction.args[-1].text
        target = last.rstrip("/")
    if target == ".":
        return False
    if not LISTS.startswith(target):
        return False
    is_add = instruction.keyword == "ADD"
    if is_add and not _takes_as_copy(build, instruction):
        return True
    if instruction.flag("from") is not None:
        return True
    return bool(target)


def _takes_as_copy(build: Build, instruction: Instruction) -> bool:
    """Whether an ADD surely unpacks nothing and fetches nothing."""
    for word in instruction.args[:-1]:
        source = word.text
        if _FETCHED.intersection(source):
            return False
        if would_unpack(build.context, source) is not False:
            return False
    return True


def _may_update(command: Command) -> bool:
    does = read_command(command)
    if does is None:
        return not stands_aside(command)
    if does.manager not in APT:
        return False
    return does.action == "update"
