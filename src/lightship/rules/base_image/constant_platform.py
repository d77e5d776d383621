"""FROM names a platform that is always the same

## What it does
Finds `--platform` flags with a constant value, such as `--platform=linux/amd64`. The rule is
silent where the name of the stage, of the base image or of the Dockerfile contains the platform, or
a comment above FROM speaks of it: that shows that it is intended. So is the flag of a base image of
AWS Lambda, whose functions have one platform, of a base image that exists for amd64 only, of a
Dockerfile for one kind of machine, such as `mac.Dockerfile` or `Dockerfile.rpi`, and of a stage
that installs what there is for amd64 only, such as mssql-tools or the packages of the GIFT PPA, or
that downloads a program for the platform, or takes one from a stage that does. On CUDA's images the
flag says for which machines with a GPU they are.

## Why is this bad?
Every build gets that platform, on every machine and whatever `docker build --platform` asks for:
on another processor the image is emulated, which is slow, and a build for several platforms gets
the same image twice.

Remove the flag, use `$BUILDPLATFORM` for a stage that cross-compiles, or choose the platform when
you build: with `docker build --platform`, or with `platform:` in a Compose file.

## When to ignore
Ignore it where the program exists for one platform only.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.dockerfile.tree import Stage
from lightship.evaluation.platforms import Platform
from lightship.evaluation.stages import reachable
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

_SPEAKS_OF_IT = regex(
    r"(?i)\b(?:platforms?|arch(?:itectures?)?|amd64|x86(?:_64)?|arm64|aarch64)\b"
)
_PARTS = regex(r"[^a-z0-9]+")
# Images of functions, which run on the platform that the function has
_LAMBDA = (
    "public.ecr.aws/sam/",
    "public.ecr.aws/lambda/",
    "amazon/aws-lambda-",
    "lambci/",
)
# Images that their publishers build for amd64 alone, or that run on servers with a GPU
_OF_AMD64 = (
    "jboss/",
    "mcr.microsoft.com/mssql/",
    "container-registry.oracle.com/",
    "ibmcom/",
    "intel/",
    "nvcr.io/nvidia/",
    "nvidia/cuda",
    "openvino/",
    "pytorch/pytorch",
    "rocm/",
)
_MACHINES = frozenset("mac macos m1 m2 m3 apple silicon arm".split())
# Packages that their repositories have for amd64 alone
_AMD64_ONLY = regex(
    r"(?<![\w-])(?:mssql-tools|google-chrome(?:-stable|-beta)?|microsoft-edge-stable"
    r"|steamcmd|ppa:gift/[\w$-]+)(?![\w-])"
)
_ENDINGS = r"(?:sh|zip|deb|rpm|tgz|gz|bz2|xz|zst|run|bin|AppImage|whl|7z|txz)\b"
# A download for a platform: `Miniconda3-latest-Linux-x86_64.sh`, `chromedriver_linux64.zip`,
# `https://example.org/release/linux-amd64/mc`
_DOWNLOADS = {
    "amd64": regex(
        r"(?i)(?<![a-z])(?:amd64|x86[_-]64|linux[-_]?64|linux-x64)(?![a-z0-9])"
        rf"[\w.:/${{}}-]{{0,60}}\.{_ENDINGS}"
        r"|https?://[^\s\"']{1,200}[-_/.](?:linux[-_])?(?:amd64|x86[_-]64)(?=[/\s\"']|$)"
    ),
    "arm64": regex(
        rf"(?i)(?<![a-z])(?:arm64|aarch64)(?![a-z0-9])[\w.:/${{}}-]{{0,60}}\.{_ENDINGS}"
        r"|https?://[^\s\"']{1,200}[-_/.](?:linux[-_])?(?:arm64|aarch64)(?=[/\s\"']|$)"
    ),
}
# What names call a platform, and the machines that have it
_BOARDS = ("rpi", "raspberry", "raspi")
_NAMES = {
    "amd64": ("amd64", "x86"),
    "arm64": ("arm64", "aarch64", "jetson", "l4t", *_BOARDS),
    "arm": ("arm", *_BOARDS),
}


def check(build: Build) -> Iterator[Finding]:
    for stage, base in zip(
        build.dockerfile.stages, build.evaluation.bases, strict=True
    ):
        flag, platform = stage.from_.flag("platform"), base.platform
        if (
            flag is None
            or platform is None
            or base.platform_used
            or base.platform_unset
        ):
            continue
        if _is_explained(stage) or base.name.startswith(_LAMBDA):
            continue
        if platform.architecture == "amd64":
            name = base.name.removeprefix("docker.io/")
            if name.startswith(_OF_AMD64):
                continue
        if _needs_it(build, stage, platform):
            continue
        tag = base.name.rpartition("/")[2]
        if not _is_named(platform, f"{stage.name or ''} {tag}", build.path or ""):
            span = on_first_line(build.dockerfile, stage.from_, flag.span)
            cure = "pass the platform to docker build instead"
            if stage not in build.lineage:
                cure = "use $BUILDPLATFORM if its files suit all platforms, or no flag"
            message = f"every build of this stage is for {base.platform_text}: {cure}"
            yield Finding(span, message)


def _is_explained(stage: Stage) -> bool:
    """Whether a comment above FROM speaks of the platform: it is meant, and the reason is there."""
    return any(map(_SPEAKS_OF_IT.search, stage.from_.comments))


def _needs_it(build: Build, stage: Stage, platform: Platform) -> bool:
    """Whether it, a stage that starts from it, or one that it takes files from, names what there is
    for its platform alone.
    """
    text = build.dockerfile.text
    taken = reachable(build.evaluation.graph, [stage])
    for other in build.dockerfile.stages:
        if not _is_for(platform, other.span.of(text)):
            continue
        if other.index in taken or stage in build.lineage_of(other):
            return True
    return False


def _is_for(platform: Platform, body: str) -> bool:
    """Whether a stage downloads a program for the platform, or a package of it alone."""
    download = _DOWNLOADS.get(platform.architecture)
    if download is not None and download.search(body):
        return True
    return platform.architecture == "amd64" and _AMD64_ONLY.search(body) is not None


def _is_named(platform: Platform, stage: str, path: str) -> bool:
    """Whether the names of the stage and its image, or of the Dockerfile, say the platform."""
    if platform.os in stage or platform.architecture in stage:
        return True
    words = _PARTS.split(path.lower().rpartition("/")[2])
    if not _MACHINES.isdisjoint(words):
        return True
    names = _NAMES.get(platform.architecture, (platform.architecture,))
    texts = (path.lower(), stage)
    return any(name in text for name in names for text in texts)


RULE = Rule(
    id="constant-platform",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(text=("--platform",)),
    aliases=(
        "FromPlatformFlagConstDisallowed",
        "DL3029",
        "semgrep/avoid-platform-with-from",
        "parfum/DL3029",
    ),
    examples=(
        Example(bad="FROM --platform=linux/amd64 golang:1.25 AS build"),
        Example(good="FROM --platform=$BUILDPLATFORM golang:1.25 AS build"),
        Example(good="FROM --platform=linux/amd64 golang:1.25 AS build-amd64"),
        Example(
            good="FROM --platform=linux/amd64 public.ecr.aws/lambda/python:3.13 AS build"
        ),
    ),
)
