"""What the key of a RUN depends on (BuildKit: dispatchRun, dispatchRunMounts; ExecOp.CacheMap).

Not in it: the values of secrets, what a cache mount holds, where a bind mount's source lies,
proxies.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

from lightship.cache.builders import Builder
from lightship.cache.plan.plan import (
    Inputs,
    KeyPart,
    Output,
    instruction_part,
    setting_part,
)
from lightship.cache.plan.run_variables import Variables
from lightship.cache.plan.stage_ends import Stages
from lightship.cache.selection.selection import Selection, read_selection
from lightship.dockerfile.heredoc import chomped, read_opening
from lightship.dockerfile.tree import Instruction
from lightship.errors import ExpansionError
from lightship.evaluation.arguments import PLATFORM
from lightship.evaluation.dispatch import Step
from lightship.evaluation.mounts import Mount
from lightship.evaluation.stages import StageSource
from lightship.record import record

_SHELL = ("/bin/sh", "-c")
# What --network and --security say where they say nothing
_UNSAID = (
    "",
    "default",
    "sandbox",
)


@record
class _Mounted:
    """A mount, where it is mounted, and what it reads from."""

    target: str
    mount: Mount
    source: StageSource


def run_inputs(
    step: Step,
    builder: Builder,
    variables: Variables,
    stages: Stages,
) -> Inputs:
    """Command, variables in scope, working directory, user, flags and mounts."""
    parts = list(_surroundings(step, builder, variables))
    parts += _flags(step.instruction)

    selections: list[Selection] = []
    outputs: list[Output] = []
    for mounted in _mounted(step, stages):
        mount = mounted.mount
        target = mounted.target
        settings = _settings(mount, target)
        part = instruction_part(f"--mount {target}", settings)
        parts.append(part)
        if mount.type in ("bind", "cache") and mount.from_:
            path = posixpath.join("/", mount.source)
            output = stages.output(mounted.source, path)
            outputs.append(output)
        elif mount.type == "bind":
            selection = read_selection(mount.source)
            selections.append(selection)
    return Inputs(tuple(parts), tuple(selections), tuple(outputs))


def _surroundings(
    step: Step,
    builder: Builder,
    variables: Variables,
) -> Iterator[KeyPart]:
    """The command, and what holds where it runs."""
    before = step.before
    command = command_of(step)
    as_json = json.dumps(command)
    yield instruction_part("command", as_json)
    if not builder.chains:
        yield setting_part("working directory", before.workdir)
        yield setting_part("user", before.user)
        yield setting_part("platform", str(PLATFORM))

    # Where ENV is a step of its own, the key below holds its variables
    for variable in variables:
        if not builder.chains or variable.keyword == "ARG":
            yield variable.part


def _mounted(step: Step, stages: Stages) -> list[_Mounted]:
    """The mounts in the order of LLB: by target."""
    workdir = step.before.workdir
    sources = stages.sources(step)
    all_mounted: list[_Mounted] = []
    for mount, source in zip(step.mounts, sources, strict=False):
        target = _target(mount, workdir)
        mounted = _Mounted(target, mount, source)
        all_mounted.append(mounted)
    return sorted(all_mounted, key=lambda mounted: mounted.target)


def _flags(instruction: Instruction) -> Iterator[KeyPart]:
    """The flags that are part of the key, beside the mounts."""
    for name in ("network", "security"):
        flag = instruction.flag(name)
        if flag is None:
            continue
        value = flag.value or ""
        if value not in _UNSAID:
            yield instruction_part(f"--{name}", value)
    for device in instruction.all_flags("device"):
        value = device.value or ""
        yield instruction_part("--device", value)


def command_of(step: Step) -> list[str]:
    """What is executed, the shell first; `RUN ["/bin/sh", "-c", "x"]` and `RUN x` are the same."""
    instruction = step.instruction
    words = [word.text for word in instruction.args]
    if instruction.form == "exec":
        return words

    shell = step.before.shell
    if shell is None:
        shell = _SHELL
    heredocs = instruction.heredocs
    if not heredocs or not words:
        return [*shell, *words]

    text = words[0]
    if not _is_heredoc(text):
        # `RUN cat <<EOF`: the shell reads its own heredocs
        for heredoc in heredocs:
            text += f"\n{heredoc.content}{heredoc.name}"
        return [*shell, text]

    # `RUN <<EOF`: the heredoc is the script
    script = heredocs[0]
    body = script.content
    if script.chomp:
        body = chomped(body)
    if body.startswith("#!"):
        return [f"/dev/pipes/{script.name}", body]
    return [*shell, body]


def _is_heredoc(text: str) -> bool:
    try:
        return read_opening(text) is not None
    except ExpansionError:
        return False


def _target(mount: Mount, workdir: str) -> str:
    target = mount.target
    if not target or target.startswith("/"):
        return target
    return posixpath.join("/", workdir, target)


def _settings(mount: Mount, target: str) -> str:
    """What a mount says, as far as it counts.

    Of a cache mount, its id and sharing count only where they are the usual ones: the path that it
    is mounted at, and shared (checkShouldClearCacheOpts). So any other id, or sharing, is like any
    other.
    """
    settings: dict[str, object] = {
        "type": mount.type,
        "target": target,
        "readonly": mount.readonly,
    }
    if mount.type == "cache":
        is_usual = _is_usual_cache(mount, target)
        settings["id"] = target if is_usual else ""
    elif mount.type in ("secret", "ssh"):
        settings["id"] = mount.id
        settings["source"] = mount.source
        settings["required"] = mount.required
        settings["env"] = mount.env
    elif mount.type == "tmpfs":
        settings["size"] = mount.size
    for name in ("mode", "uid", "gid"):
        value = getattr(mount, name)
        if value is not None:
            settings[name] = value
    return json.dumps(settings, sort_keys=True)


def _is_usual_cache(mount: Mount, target: str) -> bool:
    if mount.sharing not in ("", "shared"):
        return False
    id_ = mount.id or posixpath.normpath(mount.target or ".")
    return id_ == target
