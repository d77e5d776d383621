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
logs it is only shown: they may be open for another user that writes them, such as the workers of a
web server. There is none for files such as logs (666) that no `chown` gives to anybody: they belong
to root, and who writes them is not in its group. Where the container may run as another user
there is no fix.

## When to ignore
Ignore it where the container runs as an arbitrary user without a known group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from posixpath import basename, splitext

from lightship.build import Build
from lightship.context.wildcards import has_wildcards
from lightship.dockerfile.places import on_first_line
from lightship.evaluation.dispatch import Step
from lightship.facts.stages.final_image import is_development_name, is_for_tests
from lightship.facts.start.purpose import runs_program
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.security.world_writable.any_user import is_for_any_user
from lightship.rules.security.world_writable.given_files import writer_of
from lightship.rules.security.world_writable.narrower_mode import (
    PROGRAMS,
    left_to_group,
    place_of_mode,
    with_mode,
)
from lightship.rules.security.world_writable.opening_commands import (
    OpeningCommand,
    groups_of,
    is_shared,
    openings,
)
from lightship.rules.security.world_writable.root_alone import is_of_root_alone
from lightship.shell.mode_commands import ModeCommand, opens_to_all


def check(build: Build) -> Iterator[Finding]:
    if not runs_program(build) or _is_build_stage(build):
        return
    if is_for_tests(build) or build.repository.is_example:
        return
    if is_for_any_user(build) or is_of_root_alone(build):
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
    others: list[OpeningCommand] = []
    for opening in openings(build):
        if is_shared(opening):
            yield _of_shared(opening)
        else:
            others.append(opening)

    for group in groups_of(build, others):
        yield _of_group(build, group)


def _of_triggers(build: Build) -> Iterator[Finding]:
    """COPY and ADD that ONBUILD keeps for another build."""
    items = dict.fromkeys(step.instruction for step in build.shipped_steps)
    for item in items:
        if item.trigger is None:
            continue
        flag = item.trigger.flag("chmod")
        if flag is not None and opens_to_all(flag.value or ""):
            message = _message(flag.value or "", "what is copied")
            yield Finding(flag.span, message)


def _of_shared(opening: OpeningCommand) -> Finding:
    """The finding of `/tmp` and its like, which only lack the sticky bit."""
    mode = opening.change.text
    sticky = f"1{mode[-3:]}"
    problem = f"{mode} lets every user remove the files of others in {opening.paths[0]}"
    span = place_of_mode(opening.change)
    fix = with_mode(span, sticky) if span is not None else None
    return Finding(opening.change.word.span, f"{problem}: use {sticky}", fix)


def _of_group(build: Build, group: Sequence[OpeningCommand]) -> Finding:
    """The finding of all modes of a group, of which the first is named."""
    first = group[0]
    paths = [path for opening in group for path in opening.paths]
    what = "these files"
    if first.paths:
        what = f"{paths[0]} and more" if paths[1:] else paths[0]
    message = _message(first.change.text, what)

    changes = [opening.change for opening in group]
    owner = writer_of(build, changes)
    if owner:
        problem, _, _ = message.partition(": ")
        message = f"{problem}: remove the chmod, as {owner} owns it"
    fix = _fix_of_group(build, changes, paths)
    return Finding(first.change.word.span, message, fix)


def _fix_of_group(
    build: Build, changes: Sequence[ModeCommand], paths: Sequence[str]
) -> Fix | None:
    """All modes at once, or none."""
    fixes: list[Fix] = []
    for change in changes:
        span = place_of_mode(change)
        if span is None:
            return None
        fix = left_to_group(build, span, change.text, paths)
        if fix is None:
            return None
        fixes.append(fix)

    edits = [edit for fix in fixes for edit in fix.edits]
    return replace(fixes[0], edits=tuple(edits))


def _of_copy(build: Build, step: Step, mode: str) -> Finding:
    instruction = step.instruction
    flag = instruction.flag("chmod")
    is_here = step.place is instruction
    place = flag.value_span if flag is not None and is_here else None

    # A mode from a variable is changed where the variable gets its value, and that is not known
    fix = None
    if place is not None and place.of(build.dockerfile.text) == mode:
        fix = left_to_group(build, place, mode, _copied_paths(step))

    target = step.operands[-1] if step.operands else "these files"
    if step.unset and is_here and instruction.args:
        # Its variables may come from the base image
        target = instruction.args[-1].text
    message = _message(mode, _written_by(step) or target)
    return Finding(place or on_first_line(build.dockerfile, step.place), message, fix)


def _written_by(step: Step) -> str:
    """The only file that COPY brings into a directory, by its path there; else empty.

    The mode is that of the file: the directory may be there already, as `/docker-entrypoint.d`
    of nginx is.
    """
    if len(step.operands) != 2 or "://" in step.operands[0]:
        return ""
    source, target = step.operands
    name = basename(source)
    is_file = bool(splitext(name)[1]) and not has_wildcards(name)
    is_renamed = bool(splitext(target)[1]) and not basename(target).endswith(".d")
    if not is_file or is_renamed:
        return ""
    return f"{target.rstrip('/')}/{name}"


def _copied_paths(step: Step) -> Sequence[str]:
    """Where COPY and ADD write: the file, or the sources in the directory."""
    target = step.operands[-1] if step.operands else ""
    return [f"{target}{source}" for source in step.operands[:-1]]


def _message(mode: str, what: str) -> str:
    advice = "give it to the user who writes there"
    if what.endswith(PROGRAMS):
        advice = "to run it, no one needs to write it"
    return f"{mode} lets every user change {what}: {advice}"


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
