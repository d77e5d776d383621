"""Every user may change a file of the image

## What it does
Finds `chmod 777` and other modes that let every user write, in final images that start a program.
Build stages are left alone, and so are images for tests, examples, and images that others start
from, because they may be meant for any user. The sticky bit (1777) is fine: everyone may create
files there, but not change those of others. Where a comment of the Dockerfile says that any user
may run it, such as `writable by any UID`, or it names OpenShift, Singularity or a BIDS App,
nothing is reported, nor where the README or the entrypoint script speaks of `docker run --user`
or `id -u`. Nor is anything where root alone runs: with no USER, no account, no file of somebody
else, and no server that gives root up, there is nobody to keep out. Nor is a command whose comment
gives the reason: `so that other containers can write`.

Nothing is reported where the repository runs images with Singularity or Apptainer: the program then
has the user who calls it.

Several modes in one RUN, or in RUN instructions that directly follow each other, are one finding.
So is one mode that a Dockerfile sets in three places or more. A mode inside a directory that is
opened recursively is a part of the finding of that directory.

## Why is this bad?
With `chmod 777` a process can change the program that it runs, and everything else that it should
only read, whichever user it runs as. An intruder with any user can put code there, and root, a
cron job or the next start of the container runs it.

Usually 777 is there because a user other than root could not write. Give that user the directory
instead: `chown app /app/data`, or `COPY --chown=app`. For arbitrary users, as on OpenShift, which
chooses a number and the group 0, let the group write: `chgrp -R 0 /app/data && chmod -R g=u
/app/data`. For a script that should only be started, `chmod +x` is enough.

## Fix safety
The fix removes the right to write from others and leaves it to the group: 777 becomes 775. It is
made for programs and scripts, which nobody has to write, where the container certainly runs as
root; it is unsafe, because a program may switch to another user and change itself. For data and
logs it is only shown: they may be open for another user that writes them, such as the workers of
a web server. Where the container may run as another user there is no fix.

## When to ignore
Ignore it where the container runs as an arbitrary user without a known group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import below
from lightship.facts.stages.final_image import is_development_name, is_for_tests
from lightship.facts.start.gives_root_up import gives_root_up
from lightship.facts.start.purpose import runs_program
from lightship.facts.users.accounts import is_root, shipped_accounts
from lightship.facts.users.current_user import image_user_of, user_steps
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.security.world_writable.any_user import (
    is_explained,
    is_for_any_user,
)
from lightship.rules.security.world_writable.closed_directories import (
    is_closed_directory,
)
from lightship.rules.security.world_writable.given_files import writer_of
from lightship.shell.mode_commands import (
    ModeCommand,
    for_group,
    mode_command,
    opens_to_all,
)
from lightship.text import Edit, Span

_COMMANDS = ("chmod", "find", "mkdir", "install")
_PROGRAMS = (".sh", ".bash", ".py", ".pl", ".rb", ".jar", ".exe", "entrypoint")
_PROGRAM_PLACES = ("/bin/", "/sbin/")
_RECURSIVE = frozenset({"-R", "--recursive", "-Rf", "-fR", "-vR", "-Rv"})
# Spark's image opens its working directory itself, for the user that a cluster chooses
_SPECIAL = ("/dev/", "/proc/", "/opt/spark/work-dir")
_A_HABIT = 3  # places in one Dockerfile; they are one finding
_SHARED = frozenset({"/tmp", "/var/tmp", "/dev/shm"})  # noqa: S108 - paths of the image


def check(build: Build) -> Iterator[Finding]:
    if not runs_program(build) or _is_build_stage(build):
        return
    if is_for_tests(build) or build.repository.is_example:
        return
    if is_for_any_user(build) or _is_of_root_alone(build):
        return

    yield from _of_commands(build)
    for step in build.shipped_steps:
        mode = step.flags.get("chmod", "") if step.flags else ""
        if mode and opens_to_all(mode):
            yield _of_copy(build, step, mode)
    yield from _of_triggers(build)


def _is_build_stage(build: Build) -> bool:
    """Whether the target is a stage that others start or copy from, tests aside."""
    if build.target is None or build.final is None:
        return False
    graph = build.evaluation.graph
    for stage in build.dockerfile.stages:
        if is_development_name(stage.name):
            continue
        if graph.bases[stage.index] is build.final:
            return True
        if any(source.stage is build.final for source in graph.sources[stage.index]):
            return True
    return False


def _of_commands(build: Build) -> Iterator[Finding]:
    """One for each RUN, or several in a row; those of shared directories apart."""
    followed = _followed(build)
    explained: set[Instruction] = set()
    first_of: dict[Instruction | None, Instruction] = {}
    shipped = {step.instruction for step in build.shipped_steps}
    by_run: dict[Instruction, list[ModeCommand]] = {}
    opened: list[tuple[str, Instruction]] = []
    for call in build.commands(*_COMMANDS):
        if call.instruction not in shipped:
            continue
        change = mode_command(call.command)
        if change is None or not opens_to_all(change.text) or _is_special(change):
            continue
        if is_closed_directory(build, change):
            continue
        if _is_shared(change):
            yield _of_shared(change)
            continue
        before = followed.get(call.instruction)
        if before in explained or is_explained(build, change):
            explained.add(call.instruction)
            continue

        paths = _paths(change)
        run = _covering(paths, opened)
        if run is None:
            run = first_of.get(before, call.instruction)
        first_of[call.instruction] = run
        by_run.setdefault(run, []).append(change)
        if any(word.text in _RECURSIVE for word in call.command.args):
            opened += [(path, run) for path in paths if path.startswith("/")]
    for changes in _without_habits(by_run.values()):
        yield _of_run(build, changes)


def _without_habits(
    groups: Iterable[list[ModeCommand]],
) -> Iterator[list[ModeCommand]]:
    """The groups, those with the same first mode as one where they are many."""
    by_mode: dict[str, list[list[ModeCommand]]] = {}
    for group in groups:
        by_mode.setdefault(group[0].text, []).append(group)
    for alike in by_mode.values():
        if len(alike) < _A_HABIT:
            yield from alike
        else:
            yield list(chain.from_iterable(alike))


def _followed(build: Build) -> dict[Instruction, Instruction]:
    """The RUN above each RUN, where nothing but white space is between them."""
    text = build.dockerfile.text
    above: dict[Instruction, Instruction] = {}
    for stage in build.dockerfile.stages:
        for first, second in pairwise(stage.instructions):
            are_runs = first.keyword == second.keyword == "RUN"
            between = text[first.span.end : second.span.start]
            if are_runs and not between.strip():
                above[second] = first
    return above


def _covering(
    paths: Sequence[str], opened: Sequence[tuple[str, Instruction]]
) -> Instruction | None:
    """The RUN that has opened a directory with all of these paths in it, if one has."""
    for directory, run in opened:
        if paths and all(below(path, directory) is not None for path in paths):
            return run
    return None


def _paths(change: ModeCommand) -> list[str]:
    return [target.value or target.text.strip("'\"") for target in change.targets]


def _of_triggers(build: Build) -> Iterator[Finding]:
    """COPY and ADD that ONBUILD keeps for another build."""
    items = dict.fromkeys(step.instruction for step in build.shipped_steps)
    for item in items:
        if item.trigger is None:
            continue
        flag = item.trigger.flag("chmod")
        if flag is not None and opens_to_all(flag.value or ""):
            yield Finding(flag.span, _message(flag.value or "", "what is copied"))


def _is_special(change: ModeCommand) -> bool:
    """Devices and similar places are made to be written."""
    if not change.targets:
        return False
    return all(target.prefix.startswith(_SPECIAL) for target in change.targets)


def _is_shared(change: ModeCommand) -> bool:
    """Whether it is a directory for everybody, which only lacks the sticky bit."""
    paths = _paths(change)
    are_shared = all(path.rstrip("/") in _SHARED for path in paths)
    return bool(paths) and are_shared and change.text.isdigit()


def _of_shared(change: ModeCommand) -> Finding:
    mode = change.text
    sticky = f"1{mode[-3:]}"
    message = (
        f"{mode} lets every user remove the files of others in {_paths(change)[0]}: "
        f"use {sticky}"
    )
    span = _place_of_mode(change)
    fix = _replace(span, sticky) if span is not None else None
    return Finding(change.word.span, message, fix)


def _place_of_mode(change: ModeCommand) -> Span | None:
    """Only a mode that stands once in its word, and as it is, can be edited."""
    word = change.word
    is_once = word.text.count(change.text) == 1
    is_plain = word.span.end - word.span.start == len(word.text)
    if not is_once or not is_plain:
        return None
    start = word.span.start + word.text.find(change.text)
    return Span(start, start + len(change.text))


def _of_run(build: Build, changes: Sequence[ModeCommand]) -> Finding:
    """The finding of all modes of a RUN, of which the first is named."""
    first = changes[0]
    paths = [path for change in changes for path in _paths(change)]
    what = "these files"
    if _paths(first):
        what = f"{paths[0]} and more" if paths[1:] else paths[0]

    fixes = [_fix_of(build, change) for change in changes]
    made = [fix for fix in fixes if fix is not None]
    fix = made[0] if len(made) == len(fixes) else None
    if fix is not None:
        edits = [edit for part in made for edit in part.edits]
        safety = _safety(paths)
        fix = replace(fix, edits=tuple(edits), safety=safety)
    message = _message(first.text, what)
    owner = writer_of(build, changes)
    if owner:
        problem, _, _ = message.partition(": ")
        message = f"{problem}: remove the chmod, as {owner} owns it"
    return Finding(first.word.span, message, fix)


def _safety(paths: Sequence[str]) -> Safety:
    """Nobody has to write a program; who writes data, and as whom, is not known."""
    if paths and all(map(_is_program, paths)):
        return Safety.UNSAFE
    return Safety.MANUAL


def _is_program(path: str) -> bool:
    return path.endswith(_PROGRAMS) or any(place in path for place in _PROGRAM_PLACES)


def _fix_of(build: Build, change: ModeCommand) -> Fix | None:
    span = _place_of_mode(change)
    return _fix(build, span, change.text) if span is not None else None


def _replace(span: Span, mode: str) -> Fix:
    return Fix(f"Use {mode}", (Edit.replace(span, mode),), Safety.UNSAFE)


def _of_copy(build: Build, step: Step, mode: str) -> Finding:
    instruction = step.instruction
    flag = instruction.flag("chmod")
    is_here = step.place is instruction
    place = flag.value_span if flag is not None and is_here else None

    fix = None
    if place is not None and place.of(build.dockerfile.text) == mode:
        fix = _fix(build, place, mode)
    if fix is not None:
        fix = replace(fix, safety=_safety(_copied_paths(step)))

    target = step.operands[-1] if step.operands else "these files"
    if step.unset and is_here and instruction.args:
        # Its variables may come from the base image
        target = instruction.args[-1].text
    message = _message(mode, target)
    return Finding(place or on_first_line(build.dockerfile, step.place), message, fix)


def _copied_paths(step: Step) -> Sequence[str]:
    """Where COPY and ADD write: the file, or the sources in the directory."""
    target = step.operands[-1] if step.operands else ""
    return [f"{target}{source}" for source in step.operands[:-1]]


def _message(mode: str, what: str) -> str:
    advice = "give it to the user who writes there"
    if what.endswith(_PROGRAMS):
        advice = "755 is enough to run it"
    return f"{mode} lets every user change {what}: {advice}"


def _fix(build: Build, span: Span, mode: str) -> Fix | None:
    narrower = for_group(mode)
    if narrower is None or not _runs_as_root(build):
        return None
    return _replace(span, narrower)


def _is_of_root_alone(build: Build) -> bool:
    """Whether no other user than root runs anything, or owns a file."""
    if not _runs_as_root(build) or shipped_accounts(build):
        return False
    if any("chown" in step.flags for step in build.shipped_steps if step.flags):
        return False
    return not any(build.commands("chown", "chgrp"))


def _runs_as_root(build: Build) -> bool:
    """Whether root runs the container, and stays root."""
    users = user_steps(build)
    if users:
        as_root = is_root(users[-1].operands[0])
    else:
        as_root = image_user_of(build, build.lineage[0]).runs_as == "root"
    return as_root and not gives_root_up(build)


_CMD = 'CMD ["/app/server"]'
# Somebody else than root, to be kept out
_APP = f"RUN useradd app\n{_CMD}"

RULE = Rule(
    id="world-writable",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    scope=RuleScope(text=("chmod", "-m", "--mode")),
    aliases=("tally/world-writable-state-path-workaround",),
    practice=Practice.SECURITY,
    production_only=True,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, where the variable may have another value"
        ),
    },
    examples=(
        Example(
            bad=f"COPY run.sh /app/\nRUN chmod 777 /app/run.sh\n{_APP}",
            fixed=f"COPY run.sh /app/\nRUN chmod 775 /app/run.sh\n{_APP}",
        ),
        Example(bad=f"RUN mkdir /data && chmod 777 /data\n{_APP}"),
        # The workers of a server may write it
        Example(bad=f"RUN touch /var/log/a.log && chmod 666 /var/log/a.log\n{_APP}"),
        Example(
            bad=f"RUN chmod -R 0777 \\\n  # all of it\n  /app/bin/\n{_APP}",
            fixed=f"RUN chmod -R 0775 \\\n  # all of it\n  /app/bin/\n{_APP}",
        ),
        Example(
            bad=f'RUN ["chmod", "666", "/app/shop.py"]\n{_APP}',
            fixed=f'RUN ["chmod", "664", "/app/shop.py"]\n{_APP}',
        ),
        Example(
            bad=f"RUN <<EOF\nset -e\nchmod 777 /app/run.sh\nEOF\n{_APP}",
            fixed=f"RUN <<EOF\nset -e\nchmod 775 /app/run.sh\nEOF\n{_APP}",
        ),
        Example(
            bad=f"RUN sh -c 'chmod 777 /app/run.sh'\n{_APP}",
            fixed=f"RUN sh -c 'chmod 775 /app/run.sh'\n{_APP}",
        ),
        Example(
            bad=f"RUN mkdir -p -m 777 /opt/bin/\n{_APP}",
            fixed=f"RUN mkdir -p -m 775 /opt/bin/\n{_APP}",
        ),
        Example(
            bad=f"RUN install -d --mode=0777 /opt/bin/\n{_APP}",
            fixed=f"RUN install -d --mode=0775 /opt/bin/\n{_APP}",
        ),
        Example(
            bad=f"RUN find /app/bin/ -type d -exec chmod 777 {{}} +\n{_APP}",
            fixed=f"RUN find /app/bin/ -type d -exec chmod 775 {{}} +\n{_APP}",
        ),
        Example(
            bad=f"COPY --chmod=777 run.sh /usr/local/bin/\n{_APP}",
            fixed=f"COPY --chmod=775 run.sh /usr/local/bin/\n{_APP}",
        ),
        Example(
            bad=f"RUN chmod 777 /tmp\n{_APP}", fixed=f"RUN chmod 1777 /tmp\n{_APP}"
        ),
        Example(bad=f"ARG MODE=777\nCOPY --chmod=$MODE run.sh /usr/local/bin/\n{_APP}"),
        Example(bad=f"RUN chmod -R a+rwX /data\n{_APP}"),
        Example(bad=f"RUN chmod o=rwx,g-s /data\n{_APP}"),
        Example(
            bad=f"RUN useradd app && mkdir /data && chmod ugo+w /data\nUSER app\n{_CMD}"
        ),
        Example(
            bad=f"RUN mkdir -p /b/bin/ && chmod -R 777 /bin/a && chmod 777 /bin/a/c /b/bin/\n"
            f"{_APP}",
            fixed=f"RUN mkdir -p /b/bin/ && chmod -R 775 /bin/a && chmod 775 /bin/a/c /b/bin/\n"
            f"{_APP}",
        ),
        # Who runs it is not root, so that the fix could take the right from him
        Example(bad=f"RUN chmod 777 /data\nUSER 10001\n{_CMD}"),
        Example(bad=f"FROM example.com/base:1\nRUN chmod 777 /data\n{_APP}"),
        Example(
            good=f"RUN chmod 755 /app/run.sh && chmod +x /app/stop.sh\nUSER 10001\n{_CMD}"
        ),
        Example(good=f"RUN chmod 1777 /data\nUSER 10001\n{_CMD}"),
        Example(
            good=f"RUN mkdir /data && chgrp -R 0 /data && chmod -R g=u /data\nUSER 10001\n{_CMD}"
        ),
        Example(
            good=f"RUN chmod 777 /data\nUSER 10001\n{_CMD}",
            files={"README.md": "docker run --user $(id -u) shop\n"},
        ),
        # The umask of root keeps `w` from others
        Example(good=f"RUN chmod +w /data\nUSER 10001\n{_CMD}"),
        Example(good=f"RUN chmod go-w /data && chmod a+rx /data\nUSER 10001\n{_CMD}"),
        Example(
            good="FROM debian:trixie-slim AS build\nRUN ./build && chmod 777 /app\n"
            f"FROM scratch\nCOPY --from=build /app /app\nUSER 10001\n{_CMD}"
        ),
        Example(good=f"RUN chmod o+w /dev/stdout /dev/stderr\nUSER 10001\n{_CMD}"),
        Example(good=f"ARG MODE\nRUN chmod $MODE /data\nUSER 10001\n{_CMD}"),
        Example(good=f"RUN chmod --reference=/app /data\nUSER 10001\n{_CMD}"),
    ),
)
