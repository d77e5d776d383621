"""The first WORKDIR of the build is relative

## What it does
Finds a relative WORKDIR before any absolute one.

BuildKit reports the first WORKDIR of a stage and of the stages that it starts from; those after
it are correct once the first one is. A variable that only the base image can have set, or a build
arg without a default, may well contain an absolute path: the rule is silent there, where
BuildKit, which then does not know the image, warns. So it is where the project builds the base
image itself, and has set its WORKDIR there.

## Why is this bad?
`WORKDIR app` is a directory inside the working directory of the base image. The Dockerfile does
not show that one, and it changes with the image.

## Fix safety
The fix writes the absolute path. It is safe, and there is one only for `scratch` and for images
that are known to start in `/`: for any other image, the path counts from a directory that is not
known. There is none for a path with variables or quotes either.

## When to ignore
Ignore it where the files belong into the working directory of the base image, wherever that is.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.base_images.known import starts_in_root
from lightship.base_images.users import may_be_local
from lightship.build import Build
from lightship.dockerfile.places import holds_comment, word_on_first_line
from lightship.errors import ExpansionError
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import is_absolute, join_workdir
from lightship.expansion.variables import expand, is_plain
from lightship.lint.finding import Finding, Fix, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex
from lightship.text import Edit

_VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)")


def check(build: Build) -> Iterator[Finding]:
    for step in build.evaluation.steps:
        if step.instruction.keyword != "WORKDIR" or step.before.workdir_set:
            continue

        path = step.operands[0]
        base = build.evaluation.root(step.stage)
        if is_absolute(path, "linux") or is_absolute(path, base.system):
            continue

        image = build.root_image(step.stage)
        if image is not None and (may_be_local(image) or build.is_own_image(image)):
            continue  # the project itself sets the WORKDIR of that image

        # Most paths are absolute
        from lightship.base_images.environment import is_unset  # noqa: PLC0415

        is_known = all(is_unset(base.name, name) for name in step.unset)
        if not is_known or _waits_for_args(build, step):
            continue
        word = step.instruction.args[0]
        span = word_on_first_line(build.dockerfile, step, word.span)
        if path.startswith("~"):
            message = (
                f"{path} is a directory of that name, since WORKDIR does not expand ~"
            )
            yield Finding(span, message)
            continue

        called = path or _emptiness(build, step)
        message = f"{called} depends on the base image's WORKDIR: use an absolute path"
        fix = _fix(build, step) if base.system != "windows" else None
        yield Finding(span, message, fix)


def _emptiness(build: Build, step: Step) -> str:
    """What an empty path is to be called: by the variable that is empty, and why it is."""
    names = _VARIABLE.findall(step.instruction.args[0].text)
    if len(names) != 1:
        return "an empty path"
    name = names[0]
    cause = _never_set(build, name)
    if name in step.unset or cause == name:
        return f"an empty path, as {name} is never set,"
    if cause:
        return f"an empty path, as {cause} in {name} is never set,"
    return f"an empty path, the value of {name},"


def _never_set(build: Build, name: str) -> str:
    """The variable without a value that ENV or ARG gives to another one."""
    for step in build.evaluation.steps:
        if step.instruction.keyword not in ("ENV", "ARG"):
            continue
        for pair in step.instruction.pairs:
            if pair.name.text != name or pair.value is None:
                continue
            used: list[str] = _VARIABLE.findall(pair.value.text)
            missing = [item for item in used if item in step.unset]
            if missing:
                return missing[0]
    return ""


def _waits_for_args(build: Build, step: Step) -> bool:
    """Whether the path has a build arg without a value: who gives it one gives it a path."""
    text = step.instruction.args[0].text
    escape = build.dockerfile.escape
    try:
        missing = expand(text, step.before.env.get, escape=escape).unset
    except ExpansionError:
        return False
    return any(name in step.before.args for name in missing)


def _fix(build: Build, step: Step) -> Fix | None:
    word = step.instruction.args[0]
    dockerfile = build.dockerfile
    if not is_plain(word.text, dockerfile.escape):
        return None
    if holds_comment(dockerfile, word.span):
        return None
    image = build.evaluation.root(step.stage).name
    if not step.before.workdir_known and not starts_in_root(image):
        return None  # from where it counts is for the base image to say

    absolute = join_workdir(step.before.workdir, word.text).path
    edit = Edit.replace(word.span, absolute)
    return Fix(f"Use {absolute}", (edit,))


RULE = Rule(
    id="relative-workdir",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(keywords=("WORKDIR",)),
    aliases=(
        "WorkdirRelativePath",
        "DL3000",
        "DS-0009",
        "AVD-DS-0009",
        "CKV_DOCKER_10",
    ),
    examples=(
        Example(bad="WORKDIR app", fixed="WORKDIR /app"),
        Example(
            bad="FROM acme/base:1\nWORKDIR app", fixed="FROM acme/base:1\nWORKDIR app"
        ),
        Example(
            bad="FROM node:24\nWORKDIR ./srv/../app", fixed="FROM node:24\nWORKDIR /app"
        ),
        Example(bad="ARG DIR=app\nWORKDIR $DIR"),
        Example(bad="WORKDIR ~"),
        Example(bad="WORKDIR ~/app"),
        Example(bad="WORKDIR $APP_DIR"),
        Example(good="ARG APP_DIR\nWORKDIR $APP_DIR"),
        Example(good="FROM quay.io/jupyter/base-notebook:2025-01-01\nWORKDIR $HOME"),
        Example(good="WORKDIR /srv\nWORKDIR app"),
        Example(good="FROM shop-base\nWORKDIR app"),
    ),
)
