"""Variables that are used and not set, and whether only the base image can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.values import similar
from lightship.facts.secrets.secret_names import may_be_secret
from lightship.facts.unset_variables import UnsetUse, is_variable, unset_uses
from lightship.lint.finding import Finding, Severity
from lightship.regex import regex
from lightship.wording.lists import listed

# A comment that speaks of this check of BuildKit
_KNOWN = regex(r"(?i)undefined-?var|docker/buildx[/#]|moby/buildkit[/#]")
_MOST_HINTS = 50  # a hint compares the name with all that are known
_NEAR = 0.75


def undefined_uses(build: Build) -> Iterator[tuple[bool, Finding]]:
    """Each use of a variable that is not set here, and whether the base image may well set it."""
    hints = _MOST_HINTS
    own_defaults: list[UnsetUse] = []
    repeating: list[UnsetUse] = []
    for step in build.evaluation.steps:
        comments = step.instruction.comments
        if any(map(_KNOWN.search, comments)):
            continue
        uses = [use for use in unset_uses(build, step) if not use.is_meant]
        defaulted = [use for use in uses if _has_default(build, use)]
        own = [
            use for use in defaulted if use.is_default and use.name not in build.args
        ]
        own_defaults += own
        yield from _of_defaults([use for use in defaulted if use not in own])
        for use in uses:
            if use in defaulted:
                continue
            if _only_repeats(build, use):
                repeating.append(use)
                continue
            if use.is_of_image:
                message = _about_image(use)
                finding = Finding(use.span, message, severity=Severity.STYLE)
                yield True, finding
                continue

            hint = ""
            is_known = use.name in build.once(_names)
            if hints > 0 and not is_known:
                hint = similar(use.name, step.before.env, _NEAR)
            hints -= 1
            message = _message(build, use, hint)
            severity = _severity(use)
            finding = Finding(use.span, message, severity=severity)
            yield False, finding
    # A habit of the whole file: most are set when the container is run, and no build passes them
    yield from _of_defaults(own_defaults, are_own=True)
    if repeating:
        yield False, _of_repeating(build, repeating)


def _only_repeats(build: Build, use: UnsetUse) -> bool:
    """Whether it is all that its own new value has, `ENV A=$A`, and nothing reads it below."""
    if use.is_of_image or not use.is_all or use.absent:
        return False
    if use.name in build.evaluation.globals:
        return False
    return not _is_used_after(build, use)


def _of_repeating(build: Build, uses: Sequence[UnsetUse]) -> Finding:
    """One finding for the variables of a file that are set to themselves: one habit made them."""
    names = listed([f"${use.name}" for use in uses], most=2)
    # A build arg would keep a secret in the image
    is_declared = build.once(_has_pairs)
    is_declared = is_declared and not any(may_be_secret(use.name) for use in uses)
    declared = f"declare ARG {uses[0].name}"
    if len(uses) > 1:
        declared = "declare each with ARG"
    pronoun = "them" if len(uses) > 1 else "it"
    advice = declared if is_declared else f"remove {pronoun}"
    verb = "are" if len(uses) > 1 else "is"
    message = f"{names} {verb} never set here: {advice}"
    return Finding(uses[0].span, message, severity=_severity(uses[0]))


def _has_default(build: Build, use: UnsetUse) -> bool:
    """Whether a default that says something always takes the variable's place."""
    if use.is_of_image or use.absent != "-" or use.is_appended:
        return False
    return use.name not in build.evaluation.globals


def _of_defaults(
    uses: Sequence[UnsetUse], *, are_own: bool = False
) -> Iterator[tuple[bool, Finding]]:
    """One finding for the variables of an instruction that lack an ARG, or of a file whose ENV take
    defaults of their own.

    Those with the name of a secret are told apart, since a build arg would keep it in the image.
    """
    secrets = [use for use in uses if may_be_secret(use.name)]
    others = [use for use in uses if use not in secrets]
    if others:
        names = ", ".join(use.name for use in others)
        advice = f"declare ARG {names}" if len(others) == 1 else "declare each with ARG"
        if are_own:
            advice = "write it alone" if len(others) == 1 else "write them alone"
        yield False, _of_default(others, advice)
    if secrets:
        yield False, _of_default(secrets, "set it when the container is run")


def _of_default(uses: Sequence[UnsetUse], advice: str) -> Finding:
    names = listed([f"${use.name}" for use in uses], most=2)
    cause = "is never set here, so its default always applies"
    if len(uses) > 1:
        cause = "are never set here, so their defaults always apply"
    message = f"{names} {cause}: {advice}"
    return Finding(uses[0].span, message, severity=Severity.STYLE)


def _about_image(use: UnsetUse) -> str:
    """What BuildKit says too, when it cannot ask the registry for the image."""
    if use.is_unset is False:
        return f"only the base image sets ${use.name}"
    return f"${use.name} is empty, unless the base image sets it"


def _names(build: Build) -> set[str]:
    """The variables that the Dockerfile sets, in whatever stage."""
    names = set(build.evaluation.globals)
    for item in build.each("ARG", "ENV"):
        names.update(pair.name.text for pair in item.pairs)
    return names


def _severity(use: UnsetUse) -> Severity | None:
    """How sure it is that something is missing; None for the rule's own severity."""
    if use.absent:
        return Severity.STYLE
    is_sure = use.is_unset and not use.is_own
    return None if is_sure else Severity.INFO


def _message(build: Build, use: UnsetUse, hint: str) -> str:
    name = use.name
    is_global = name in build.evaluation.globals
    if may_be_secret(name) and not hint and not is_global:
        # ARG or ENV would keep it in the image
        if use.is_all and not use.absent and not _is_used_after(build, use):
            return f"${name} is never set here: remove it"
        return f"${name} is never set here: set it when the container is run"
    if use.is_missable and not is_global:
        return _about_missable(build, use)
    if use.is_set and not is_global:
        return (
            f"${name} is not set yet, because an instruction does not see what it sets itself: "
            "set it above"
        )

    if name == "PWD":
        return "$PWD is a variable of your shell, not of the build: use . or an absolute path"
    if not is_global and not hint and _is_of_compose(build, name):
        return (
            f"${name} is not set here, since .env is not read by the build: declare ARG {name}, "
            "and pass it as a build arg"
        )
    missing = "is not set here"
    if not use.is_unset:
        missing = "is not set here, unless the base image sets it"
    if is_global:
        return f"${name} {missing}: repeat ARG {name} in the stage"
    return f"${name} {missing}: {hint or 'declare it with ARG or ENV'}"


def _about_missable(build: Build, use: UnsetUse) -> str:
    name = use.name
    if use.is_all and build.once(_has_pairs):
        return f"${name} is never set here: declare ARG {name}"
    if use.is_entry:
        return (
            f"${name} is never set, so an empty entry means the working directory: "
            "name a directory"
        )
    if use.is_all and not use.absent and _is_used_after(build, use):
        return f"${name} is never set here, so it is empty below: give it a value"
    return f"${name} is never set here: remove it"


def _is_used_after(build: Build, use: UnsetUse) -> bool:
    """Whether a later instruction names the variable, which would miss it."""
    named = re.compile(rf"\$(?:{use.name}\b|\{{{use.name}\b)")
    end = build.dockerfile.text.find("\n", use.span.end)
    return end >= 0 and named.search(build.dockerfile.text, end) is not None


def _is_of_compose(build: Build, name: str) -> bool:
    """Whether the `.env` beside it, which Compose reads for its own file, sets the variable."""
    if build.context is None:
        return False
    text = build.context.read(".env") or ""
    return any(line.partition("=")[0].strip() == name for line in text.splitlines())


def _has_pairs(build: Build) -> bool:
    """Whether an ENV takes the value of a build arg of its name: `ARG A`, then `ENV A=$A`."""
    args: set[str] = set()
    for item in build.each("ARG"):
        args.update(pair.name.text for pair in item.pairs)

    for item in build.each("ENV"):
        for pair in item.pairs:
            name = pair.name.text
            if name not in args:
                continue
            if pair.value is None:
                continue
            if is_variable(pair.value.text, name):
                return True
    return False
