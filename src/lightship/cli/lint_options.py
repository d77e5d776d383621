"""Options of `lightship lint` and `fix`: which files, which rules, and how they are built."""

from __future__ import annotations

import click

from lightship.cli.build_options import BUILD_ARG, CONFIG, NO_CONFIG, TARGET
from lightship.cli.options import names, names_by_pattern, some_names
from lightship.cli.rule_names import complete_rules
from lightship.cli.sections import combined, gathered, option, section
from lightship.flows.build_options import BuildOptions
from lightship.flows.lint import LintRequest
from lightship.lint.rule_selection import Request

PATHS = click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())

_RULES = section(
    "Rules",
    option(
        "--select",
        multiple=True,
        callback=some_names,
        metavar="RULES",
        shell_complete=complete_rules,
        help=(
            "Run only these: ids, aliases (DL3007), their beginnings (DL3, CKV_), themes, "
            "hadolint, buildkit, default, all."
        ),
    ),
    option(
        "--ignore",
        "--extend-ignore",
        "ignore",
        multiple=True,
        callback=names,
        metavar="RULES",
        shell_complete=complete_rules,
        help="Do not run these rules.",
    ),
    option(
        "--extend-select",
        "extend",
        multiple=True,
        callback=names,
        metavar="RULES",
        shell_complete=complete_rules,
        help="Run these rules as well.",
    ),
    option(
        "--per-file-ignores",
        multiple=True,
        callback=names_by_pattern,
        metavar="PATTERN:RULES",
        help="Do not run these rules on files of this name or path: 'tests/*:DL3'.",
    ),
)
FIXABLE = (
    option(
        "--fixable",
        multiple=True,
        callback=some_names,
        metavar="RULES",
        shell_complete=complete_rules,
        help="Make only the fixes of these rules.",
    ),
    option(
        "--unfixable",
        multiple=True,
        callback=names,
        metavar="RULES",
        shell_complete=complete_rules,
        help="Do not make the fixes of these rules.",
    ),
)
"""Which fixes are made; they become a part of `request`."""
_BUILD = section(
    "Build",
    option(
        "--context",
        metavar="DIR",
        help="Build context, or - for none.  [default: as the repository builds it]",
    ),
    BUILD_ARG,
    TARGET,
)
_CONFIGURATION = section(
    "Configuration",
    CONFIG,
    NO_CONFIG,
    option(
        "--stdin-filename",
        metavar="PATH",
        help="Path of the Dockerfile that is read from standard input.",
    ),
)

RULES = combined(_RULES, gathered(Request, "rules"))
"""Which rules run; a part of `request`, gathered after it."""

REQUEST = combined(
    _RULES,
    gathered(Request, "rules"),
    _BUILD,
    _CONFIGURATION,
    gathered(BuildOptions, "build"),
    gathered(LintRequest, "request"),
)
"""The command takes `request`."""
