"""The keys of the configuration, each with its documentation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from lightship.lint.finding import Severity
from lightship.lint.rule_selection import Request
from lightship.policy import Policy, policy_of
from lightship.record import record
from lightship.vulns.accepted_flaw import AcceptedFlaw

HADOLINT = (".hadolint.yaml", ".hadolint.yml")
YAML = (".yaml", ".yml")  # only hadolint's file is written in it


def key(about: str, example: str, **default: Any) -> Any:
    """A key of the configuration; its documentation is generated from this."""
    return field(metadata={"about": about, "example": example}, **default)


@record
class Config:
    """All keys, and `source`: the file that they are from, None where there is none.

    `warnings` are what the user should know of that file, a line each.
    """

    select: tuple[str, ...] | None = key(
        "The rules that run instead of the default set: ids, aliases, the beginning of numbered "
        "aliases (`DL3`, `CKV_`), themes, `hadolint`, `buildkit`, `default`, `all`.",
        '["default", "style"]',
        default=None,
    )
    extend_select: tuple[str, ...] = key(
        "Rules that run in addition to `select`.", '["unused-ignore"]', default=()
    )
    ignore: tuple[str, ...] = key(
        "Rules that do not run. Names of ShellCheck's checks (SC2086) are accepted.",
        '["DL3059", "CKV_"]',
        default=(),
    )
    extend_ignore: tuple[str, ...] = key(
        "Rules that do not run in addition to `ignore`.", '["DL3008"]', default=()
    )
    fixable: tuple[str, ...] | None = key(
        "The only rules whose fixes `lightship fix` makes; the fixes of others are only shown. "
        "The default is all.",
        '["caching", "DL3"]',
        default=None,
    )
    unfixable: tuple[str, ...] = key(
        "Rules whose fixes `lightship fix` does not make.", '["DL3059"]', default=()
    )
    severity: Mapping[str, Severity] = key(
        "Rules with a different severity: error, warning, info or style.",
        '{ DL3007 = "error" }',
        default_factory=dict,
    )
    fail_on: Severity | None = key(
        "The lowest severity at which `lightship lint` exits with code 1: error, warning, info, "
        "style, or none. A file that cannot be read or parsed is exit code 2 in any case.",
        '"error"',
        default=Severity.WARNING,
    )
    unsafe_fixes: bool = key(
        "Whether `lightship fix` also makes unsafe fixes.", "true", default=False
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = key(
        "Rules that do not run on some files: by a pattern of file names, or of paths relative "
        "to the configuration.",
        '{ "tests/*" = ["security"] }',
        default_factory=dict,
    )
    baseline: str = key(
        "The file of known findings that `lightship lint` does not report, relative to the "
        "configuration; `lightship baseline` writes it.",
        '"lightship-baseline.jsonl"',
        default="",
    )
    trusted_registries: tuple[str, ...] = key(
        "The only registries that images may come from: a host, a pattern of hosts "
        "(`*.example.com`), or a part of one (`ghcr.io/acme`). The rule is `untrusted-registry`.",
        '["docker.io", "ghcr.io/acme"]',
        default=(),
    )
    forbidden_images: tuple[str, ...] = key(
        "Images that may not be used, as patterns of their names, with or without the tag. The "
        "rule is `forbidden-image`.",
        '["centos", "*:latest"]',
        default=(),
    )
    forbidden_packages: tuple[str, ...] = key(
        "Packages that may not be installed, as patterns of their names, after the manager where "
        "only one is meant. The rule is `forbidden-package`.",
        '["telnet", "pip:pycrypto"]',
        default=(),
    )
    label_schema: Mapping[str, str] = key(
        "The labels that an image must have, each with the form of its value: text, url, rfc3339, "
        "semver, hash, spdx or email. The rules are `required-label-missing` and its like.",
        '{ maintainer = "email", version = "semver" }',
        default_factory=dict,
    )
    strict_labels: bool = key(
        "Whether an image may have no labels but those of `label-schema`.",
        "true",
        default=False,
    )
    exclude: tuple[str, ...] = key(
        "Files and directories that a search skips, in the syntax of .gitignore.",
        '["vendor/"]',
        default=(),
    )
    build_args: Mapping[str, str] = key(
        "Build arguments, as for `docker build --build-arg`.",
        '{ VERSION = "3.13" }',
        default_factory=dict,
    )
    target: str | None = key(
        "The stage to build, as for `docker build --target`, in Dockerfiles that have it.",
        '"runtime"',
        default=None,
    )
    build: tuple[Mapping[str, Any], ...] = key(
        "Builds of this repository, each a table `[[build]]`: `dockerfile` and, where they are not "
        "the usual ones, `context`, `target`, `args`, `labels`, `platforms`, `contexts`, "
        "`purpose`. Paths are relative to the configuration. They replace what other files say of "
        "the same Dockerfile.",
        '[{ dockerfile = "docker/api.Dockerfile", context = ".", target = "runtime" }]',
        default=(),
    )
    max_size: str = key(
        "`lightship inspect`: the largest uncompressed size of an image, with a unit.",
        '"500MB"',
        default="",
    )
    max_waste: str = key(
        "`lightship inspect`: the most bytes that the Dockerfile wastes, as a size or a share of "
        "what the image needs and wastes; what the base image wastes does not count.",
        '"10%"',
        default="",
    )
    min_efficiency: str = key(
        "`lightship inspect`: the lowest efficiency, from 0 to 1 or in percent.",
        "0.95",
        default="",
    )
    max_increase: str = key(
        "`lightship inspect` and `compare`: how much an image may grow, as a size or a share.",
        '"5%"',
        default="",
    )
    deny: tuple[str, ...] = key(
        "`lightship inspect`: findings that are not allowed: ids, `root`, `setuid`, `eol`, "
        "`secrets`, `security`, `waste`, `content`, `all`.",
        '["secrets", "root"]',
        default=(),
    )
    ignore_path: tuple[str, ...] = key(
        "`lightship inspect`: paths that findings and limits on waste leave out; `*` does not "
        "match a slash, `**` does.",
        '["var/cache/**"]',
        default=(),
    )
    ignore_vulnerability: tuple[AcceptedFlaw, ...] = key(
        "`lightship vulns`: vulnerabilities that are accepted, each a table "
        "`[[ignore-vulnerability]]`: `id`, `reason` and, where they are meant, `package` and the "
        "last day `until`.",
        '[{ id = "CVE-2024-1234", reason = "not called", until = 2027-01-31 }]',
        default=(),
    )
    pin_skip: tuple[str, ...] = key(
        "`lightship pin` and `update`: images and actions that are left out, as patterns of their "
        "names, with or without the tag.",
        '["registry.example.com/*", "actions/*"]',
        default=(),
    )
    source: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def policy(self) -> Policy | None:
        """What the team allows; None where nothing is said of it."""
        return policy_of(
            {name: getattr(self, name) for name in Policy.__dataclass_fields__}
        )

    @property
    def is_hadolints(self) -> bool:
        """Whether it is hadolint's own file, which knows rules by hadolint's names."""
        return self.source is not None and self.source.endswith(YAML)

    def requests(self, path: str) -> tuple[Request, ...]:
        """What the configuration asks of the rules for one Dockerfile."""
        base = (
            os.path.dirname(os.path.abspath(self.source))
            if self.source
            else os.getcwd()
        )
        ignores = tuple(self.per_file_ignores.items())
        more = ignored_in(path, base, ignores)
        ignore = (*self.ignore, *self.extend_ignore, *more)
        fixable, not_fixable = self.fixable, self.unfixable
        return (Request(self.select, self.extend_select, ignore, fixable, not_fixable),)


PerFileIgnores = tuple[tuple[str, tuple[str, ...]], ...]
"""Patterns of file names or paths, each with the rules that do not run there."""


def ignored_in(path: str, base: str, ignores: PerFileIgnores) -> tuple[str, ...]:
    """The rules that do not run on a file; patterns of paths count from the directory `base`."""
    relative = os.path.relpath(os.path.abspath(path), base).replace(os.sep, "/")
    name = os.path.basename(path)
    ignored: list[str] = []
    for pattern, rules in ignores:
        if _matches(relative, pattern) or _matches(name, pattern):
            ignored += rules
    return tuple(ignored)


def _matches(path: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - only where the configuration has patterns

    return fnmatchcase(path, pattern)


def keys() -> dict[str, str]:
    """Each key as it is written, and the field that holds it."""
    return {
        item.name.replace("_", "-"): item.name
        for item in Config.__dataclass_fields__.values()
        if item.metadata
    }
