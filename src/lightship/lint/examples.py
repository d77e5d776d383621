"""Examples of rules as Builds: their tests and their pages run the same specimen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lightship.build import Build
from lightship.builds.ci.ci_bases import ci_bases, names_given
from lightship.builds.ci.ci_build import CiBuild
from lightship.builds.ci.ci_builds import ci_builds
from lightship.builds.ci.ci_file import CiFile
from lightship.builds.own_packages import own_packages
from lightship.builds.workspace import Workspace
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.lint.ci_fixes import fix_ci
from lightship.lint.fixes import UNSAFE, Fixed, fix
from lightship.lint.rule import Example, Rule
from lightship.lint.rule_selection import RuleSelection
from lightship.policy import policy_of
from lightship.repository_facts import RepositoryFacts

EXAMPLES_JUDGED_ON = date(2026, 11, 24)
"""The day of every example: on another one a release in it may have come to its end. Move it on
when examples are renewed.
"""

STAGE = "FROM debian:trixie-slim\n"


def whole(text: str) -> str:
    """A text without FROM is the body of a stage."""
    if any(map(_is_from, text.split("\n"))):
        return text
    return STAGE + text


def _is_from(line: str) -> bool:
    start = line.lstrip("\ufeff \t")[:5]
    return start.upper().rstrip() == "FROM"


def build_of(
    text: str,
    files: Mapping[str, str] | None = None,
    modes: Mapping[str, int] | None = None,
    settings: str = "",
) -> Build:
    """The Build of an example's text, with `files` as its build context and the policy of
    `settings`.
    """
    text = whole(text)
    dockerfile = parse(text)
    policy = policy_of(tomllib.loads(settings))
    if files is None:
        return Build(dockerfile, today=EXAMPLES_JUDGED_ON, policy=policy)

    context = Context.of({"Dockerfile": text, **files}, modes=modes)
    return Build(
        dockerfile,
        context,
        path="Dockerfile",
        today=EXAMPLES_JUDGED_ON,
        policy=policy,
    )


CI_PATH = ".github/workflows/build.yml"


def ci_file_of(text: str, files: Mapping[str, str] | None = None) -> CiFile:
    """The CiFile of an example's workflow, with `files` as its repository."""
    repository = {**(files or {}), CI_PATH: text}
    workspace = Workspace.of(repository)
    builds = tuple(build for build in ci_builds(workspace) if build.may_succeed)
    own = tuple(build for build in builds if build.path == CI_PATH)

    projects = own_packages(workspace)

    def image_of(build: CiBuild) -> Build | None:
        definition = build.definition
        if definition is None:
            return None
        dockerfile = parse(repository[definition.dockerfile])
        folder = "" if definition.context == "." else f"{definition.context}/"
        below = {
            path.removeprefix(folder): content
            for path, content in repository.items()
            if path.startswith(folder)
        }
        args = {name: value for name, value in definition.args.items() if value}
        image = Build(
            dockerfile,
            Context.of(below),
            args=args,
            target=definition.target,
            path=definition.dockerfile.removeprefix(folder),
            today=EXAMPLES_JUDGED_ON,
        )
        images = ci_bases(workspace, image, lambda: names_given(workspace, builds))
        facts = RepositoryFacts(
            projects=projects, images=images, dockerfile=definition.dockerfile
        )
        return replace(image, repository=facts)

    return CiFile(CI_PATH, text, own, builds, image_of)


def ci_fixed_by(rule: Rule, example: Example) -> Fixed:
    """What `rule` alone makes of the workflow of a bad example, with its unsafe fixes too."""
    file = ci_file_of(example.bad, example.files)

    def reread(text: str) -> CiFile:
        return ci_file_of(text, example.files)

    return fix_ci(file, reread, RuleSelection((rule,)), UNSAFE)


def fixed_by(rule: Rule, build: Build) -> Fixed:
    """What `rule` alone makes of `build`, with its unsafe fixes too."""
    return fix(build, RuleSelection((rule,)), UNSAFE)
