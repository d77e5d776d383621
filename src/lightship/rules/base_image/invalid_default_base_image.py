"""Without build args, FROM does not name a valid image

## What it does
Finds images that come from an ARG with an invalid default. An ARG without a default, with an empty
one, or with one that is made of such an ARG, is required on purpose: the rule is silent about it,
unless the repository says how the image is built and gives it in none of the builds. That is a
note. So is it about a placeholder that a script of the repository fills in (`__TAG__`), about a
default that a template engine writes (`ARG IMAGE={{ base.image }}`), about one that says that
another must be passed, and about taskgraph's DOCKER_IMAGE_PARENT. The same cause is reported once.
A name without a variable that has a placeholder, such as `python@sha256:<digest>`, is an error, and
the text of a template.

## Why is this bad?
`docker build .` fails, and so do tools that read the Dockerfile without your arguments. Give the
ARG the default that you build with most often.

## When to ignore
Ignore it where a build without arguments must fail.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lightship.base_images.reference import read_reference
from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Pair
from lightship.expansion.variables import is_plain
from lightship.facts.values.filled_bases import FILLED_BASES
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.regex import regex

_NAMES = regex(r"\$\{?(\w+)")
_NAMES_AND_BRACES = regex(r"\$(?:\{(?=\w+\}))?(\w+)\}?")
_PLACEHOLDER = regex(r"<[^<>]*>")
_MARKED = regex(r"__\w+?__|@\w+@|\{\{ ?\w+ ?\}\}|%%\w+%%")
_TAGS = ("{{", "{%", "<%")
_VARIABLE = regex(r"\$(?:\w+|\{\w+\})")
# A default that says in words that it is none: `alpine@sha256:pass-a-valid-digest`
_SAID_TO_FAIL = regex(r"(?i)@sha256:[a-z0-9-]*(?:pass|replace|change|fill|your|fail)")


def check(build: Build) -> Iterator[Finding]:
    reported: set[str] = set()
    open_args: set[str] = set()
    without_default = _without_default(build)
    given = build.args.keys() | build.given_args
    settled = given | (without_default & _passed_on(build, given))
    for stage, base in zip(
        build.dockerfile.stages, build.evaluation.bases, strict=True
    ):
        text = _unquoted(stage.base.text)
        if (
            base.default_name is None
            or text in reported
            or not isinstance(read_reference(base.default_name), str)
        ):
            continue
        reported.add(text)

        variables = {match[1] for match in _NAMES.finditer(text)}
        required = variables & without_default
        if variables and variables <= settled:
            continue  # a build names the image
        if _is_completed(build, text, variables):
            continue
        if variables and _SAID_TO_FAIL.search(base.default_name):
            continue
        if required and _may_be_named(build, text, given):
            continue
        if required and required <= open_args:
            continue  # the same ARG is reported above
        open_args |= required

        shown = f'"{base.default_name}"' if base.default_name else "nothing"
        span = on_first_line(build.dockerfile, stage.from_, stage.base.span)
        if "$" not in text and _PLACEHOLDER.search(text):
            message = f"FROM names {shown}: fill in the placeholder"
            yield Finding(span, message, severity=Severity.ERROR)
        elif is_plain(text, build.dockerfile.escape):
            # That it cannot be built at all is an error, which is said there
            message = f"FROM names {shown}, which is not an image"
            error = (stage.base.span, span)
            yield Finding(span, message, severity=Severity.INFO, covered_by=error)
        else:
            message = (
                f"without build args, FROM names {shown}, which is not an image: give the "
                "ARG a default"
            )
            severity = Severity.INFO if required else Severity.ERROR
            yield Finding(span, message, severity=severity)


def _is_completed(build: Build, text: str, variables: Collection[str]) -> bool:
    """Whether a tool of the repository, or one that is known, fills the name in."""
    if not FILLED_BASES.isdisjoint(variables):
        return True
    return _is_filled_in(build, text) or _is_rendered(build, variables)


def _is_rendered(build: Build, variables: Collection[str]) -> bool:
    """Whether the default of one of the variables is for a template engine to write:
    `ARG IMAGE={{ base.image }}`.
    """
    for pair in _global_pairs(build):
        if pair.name.text not in variables or pair.value is None:
            continue
        if pair.value.text.lstrip("\"'").startswith(_TAGS):
            return True
    return False


def _is_filled_in(build: Build, text: str) -> bool:
    """Whether a script of the repository names the placeholder: `s/__TAG__/1.2/`."""
    context = build.context
    if context is None or context.is_staged is None:
        return False
    placeholders = _MARKED.findall(text)
    return any(map(context.is_staged, placeholders))


def _may_be_named(build: Build, text: str, given: Collection[str]) -> bool:
    """Whether a build names the image, as far as is known.

    With the args that are given, whatever their values are, it is one.
    """
    if not build.are_args_known or _is_one_variable(text):
        return True

    def stand_in(match: re.Match[str]) -> str:
        return "1" if match[1] in given else ""

    name = _NAMES_AND_BRACES.sub(stand_in, text)
    return "$" in name or not isinstance(read_reference(name), str)


def _unquoted(text: str) -> str:
    """A name without the quotes around it."""
    quote = text[:1]
    if len(text) > 1 and quote in ('"', "'") and text.endswith(quote):
        return text[1:-1]
    return text


def _without_default(build: Build) -> frozenset[str]:
    """The ARG before the first FROM that have no default, an empty one, or one made of those."""
    names: set[str] = set()
    for pair in _global_pairs(build):
        default = pair.value.text.strip("\"'") if pair.value is not None else ""
        if not default or not names.isdisjoint(_NAMES.findall(default)):
            names.add(pair.name.text)
    return frozenset(names)


def _passed_on(build: Build, given: Collection[str]) -> frozenset[str]:
    """The ARG whose default takes others, which some build gives."""
    names: set[str] = set()
    for pair in _global_pairs(build):
        if pair.value is None:
            continue
        taken = set(_NAMES.findall(pair.value.text))
        if taken and taken <= names.union(given):
            names.add(pair.name.text)
    return frozenset(names)


def _global_pairs(build: Build) -> Iterator[Pair]:
    """What ARG before the first FROM declare, in order."""
    for item in build.dockerfile.globals:
        yield from item.pairs


def _is_one_variable(text: str) -> bool:
    return _VARIABLE.fullmatch(text) is not None


RULE = Rule(
    id="invalid-default-base-image",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("InvalidDefaultArgInFrom",),
    examples=(
        Example(bad="ARG TAG=:3.22\nFROM alpine:$TAG"),
        Example(bad="ARG IMAGE=Alpine\nFROM $IMAGE"),
        Example(good="ARG VERSION=3.22\nFROM alpine:$VERSION"),
        Example(good="ARG BASE_IMAGE\nFROM $BASE_IMAGE"),
        Example(good="ARG VERSION\nFROM alpine:$VERSION"),
        Example(good='ARG BASE_IMAGE\nFROM "${BASE_IMAGE}"'),
        Example(good="ARG VERSION\nFROM alpine:${VERSION:-3.22}"),
        Example(good="ARG D=pass-a-valid-digest\nFROM alpine@sha256:$D"),
        Example(good="ARG IMAGE={{ base.image }}\nFROM $IMAGE"),
        Example(good="ARG DOCKER_IMAGE_PARENT=Passed\nFROM $DOCKER_IMAGE_PARENT"),
    ),
)
