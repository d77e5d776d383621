"""What the key of a RUN depends on (BuildKit: dispatchRun, dispatchRunMounts; ExecOp.CacheMap).

Not in it: the values of secrets, what a cache mount holds, where a bind mount's source lies,
proxies.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

from lightship.cache.builders import Builder
from lightship.cache.causes import Cause
from lightship.cache.plan.plan import Inputs, KeyPart, Output
from lightship.cache.plan.run_variables import SetVariable
from lightship.cache.plan.stage_ends import Stages
from lightship.cache.selection.selection import Selection, read_selection
from lightship.dockerfile.heredoc import chomped, read_opening
from lightship.dockerfile.tree import Instruction
from lightship.errors import ExpansionError
from lightship.evaluation.arguments import PLATFORM
from lightship.evaluation.dispatch import Step
from lightship.evaluation.mounts import Mount
from lightship.evaluation.stages import StageSource

_SHELL = ("/bin/sh", "-c")
# What --network and --security say where they say nothing
_UNSAID = (
    "",
    "default",
    "sandbox",
)


def run_inputs(
    step: Step,
    builder: Builder,
    variables: tuple[SetVariable, ...],
    stages: Stages,
) -> Inputs:
    """Command, variables in scope, working directory, user, flags and mounts."""
    workdir = step.before.workdir
    command = json.dumps(command_of(step))
    parts = [KeyPart(Cause.INSTRUCTION, "command", command)]
    if not builder.chains:
        parts += [
            KeyPart(Cause.SETTING, "working directory", workdir),
            KeyPart(Cause.SETTING, "user", step.before.user),
            KeyPart(Cause.SETTING, "platform", str(PLATFORM)),
        ]
    # Where ENV is a step of its own, the key below holds its variables
    for variable in variables:
        if not builder.chains or variable.keyword == "ARG":
            parts.append(variable.part)
    parts += _flags(step.instruction)

    selections: list[Selection] = []
    outputs: list[Output] = []
    for target, mount, source in _mounted(step, stages):
        settings = _settings(mount, target)
        parts.append(KeyPart(Cause.INSTRUCTION, f"--mount {target}", settings))
        if mount.type in ("bind", "cache") and mount.from_:
            path = posixpath.join("/", mount.source)
            outputs.append(stages.output(source, path))
        elif mount.type == "bind":
            selections.append(read_selection(mount.source))
    return Inputs(tuple(parts), tuple(selections), tuple(outputs))


def _mounted(step: Step, stages: Stages) -> list[tuple[str, Mount, StageSource]]:
    """The mounts with their targets and what they read from, in the order of LLB: by target."""
    mounted: list[tuple[str, Mount, StageSource]] = []
    for mount, source in zip(step.mounts, stages.sources(step), strict=False):
        target = _target(mount, step.before.workdir)
        mounted.append((target, mount, source))
    return sorted(mounted, key=lambda row: row[0])


def _flags(instruction: Instruction) -> Iterator[KeyPart]:
    """The flags that are part of the key, beside the mounts."""
    for name in ("network", "security"):
        flag = instruction.flag(name)
        value = flag.value or "" if flag is not None else ""
        if value not in _UNSAID:
            yield KeyPart(Cause.INSTRUCTION, f"--{name}", value)
    for flag in instruction.all_flags("device"):
        yield KeyPart(Cause.INSTRUCTION, "--device", flag.value or "")


def command_of(step: Step) -> list[str]:
    """What is executed, the shell first; `RUN ["/bin/sh", "-c", "x"]` and `RUN x` are the same."""
    instruction = step.instruction
    words = [word.text for word in instruction.args]
    if instruction.form == "exec":
        return words
    shell = list(_SHELL if step.before.shell is None else step.before.shell)
    if not instruction.heredocs or not words:
        return [*shell, *words]

    if not _is_heredoc(words[0]):
        text = words[0]
        for heredoc in instruction.heredocs:
            text += f"\n{heredoc.content}{heredoc.name}"
        return [*shell, text]

    first = instruction.heredocs[0]
    body = chomped(first.content) if first.chomp else first.content
    if body.startswith("#!"):
        return [f"/dev/pipes/{first.name}", body]
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
        settings["id"] = target if _is_usual_cache(mount, target) else ""
    elif mount.type in ("secret", "ssh"):
        settings |= {
            "id": mount.id,
            "source": mount.source,
            "required": mount.required,
            "env": mount.env,
        }
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
