"""A RUN continues the work of the one above it

## What it does
Finds two RUN instructions of the final image that clearly belong together, such as installs with
the same package manager, or a download, its unpacking and its removal. `pip install -r` is left
alone: many RUN are better separate, so that each has its own cache.

## Why is this bad?
Each RUN is a layer of its own. If two of them make one step, the second is cached separately from
the first, and what it removes or changes stays in the layer below, which makes the image bigger.

## Fix safety
The fix joins both with `&&`. It is safe: it is offered only where the shell does in one RUN what
it did in two, with the same mounts, and where the commands are known to leave no process running.
Comments between the two stay where they are. Two installs of apt-get with the same options become
a single command; that is unsafe, because apt may choose other alternatives when it sees all
packages at once.

## When to ignore
Ignore it where the first step is slow and you change the second every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.edits.runs import join
from lightship.facts.files.late_removals import late_removals
from lightship.facts.packages.apt import AptRun, apt_runs
from lightship.facts.packages.apt_edits import merge
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.record import record
from lightship.shell.commands import Script
from lightship.shell.packages import package_commands
from lightship.text import Edit

_MANAGERS = {
    "apk": frozenset(("apk",)),
    "dnf": frozenset(("dnf", "microdnf", "rpm", "tdnf", "yum")),
    "zypper": frozenset(("zypper",)),
}
_FILES = frozenset(
    "chmod chown cp curl gunzip ln mkdir mv rm tar touch unzip wget".split()
)
_CHANGING = frozenset(
    "chmod chown gunzip mv rm tar unzip".split()
)  # what the layer below is kept for in vain
_ACCOUNTS = frozenset(("addgroup", "adduser", "groupadd", "useradd", "usermod"))
# Directories that many things share
_SHARED = frozenset(
    """. .. /bin /etc /home /opt /root /tmp /usr /usr/bin /usr/lib /usr/local
    /usr/local/bin /usr/local/lib /usr/local/share /usr/share /usr/src /var""".split()
) | {""}


@record
class _RunPair:
    """Two RUN that belong together, why, and the edit that joins them."""

    first: Instruction
    second: Instruction
    bond: str
    description: str
    edit: Edit
    safety: Safety

    def is_followed_by(self, other: _RunPair) -> bool:
        """Whether the other continues the same work."""
        alike = (self.bond, self.description, self.safety) == (
            other.bond,
            other.description,
            other.safety,
        )
        return alike and self.second is other.first


def check(build: Build) -> Iterator[Finding]:
    chain: list[_RunPair] = []
    for pair in _pairs(build):
        if chain and not chain[-1].is_followed_by(pair):
            yield _finding(chain)
            chain = []
        chain.append(pair)
    if chain:
        yield _finding(chain)


def _finding(chain: Sequence[_RunPair]) -> Finding:
    """One for all RUN of a row."""
    pair, count = chain[0], len(chain)
    rest = "the next" if count == 2 else f"the next {count - 1}"
    these, all_ = (
        ("this RUN continues", "both")
        if count == 1
        else (f"this RUN and {rest} continue", "all")
    )
    message = (
        f"{these} line {pair.first.first_line}, because {all_} {pair.bond}: join them"
    )
    return Finding(
        pair.second.name.span,
        message,
        Fix(pair.description, tuple(each.edit for each in chain), pair.safety),
    )


def _pairs(build: Build) -> Iterator[_RunPair]:
    apt = apt_runs(build)
    said = {
        (left.maker, left.run) for left in late_removals(build)
    }  # removed-in-later-layer says these
    for stage in build.lineage:
        for first, second in zip(
            stage.instructions, stage.instructions[1:], strict=False
        ):
            if (
                first.keyword != "RUN"
                or second.keyword != "RUN"
                or first.form != "shell"
                or second.form != "shell"
            ):
                continue
            if (first, second) in said:
                continue
            one, two = apt.get(first), apt.get(second)
            bond = (
                _apt_bond(one, two)
                if one and two
                else _bond(build.scripts(first)[:1], build.scripts(second)[:1])
            )
            edit = join(build, first, second) if bond else None
            if edit is None:
                continue
            merged = merge(build, one, two) if one and two else None
            if merged is not None:
                yield _RunPair(
                    first,
                    second,
                    bond,
                    "Install with one command",
                    merged,
                    Safety.UNSAFE,
                )
            else:
                safety = Safety.UNSAFE if one and one.others else Safety.SAFE
                yield _RunPair(
                    first, second, bond, "Join the RUN instructions", edit, safety
                )


def _apt_bond(first: AptRun, second: AptRun) -> str:
    """The second only calls apt, after the last command of the first, and does not update again."""
    goes_on = first.ends_in_apt and second.only_apt and not first.is_update_alone
    starts_anew = second.updates and not second.uses_before_update
    bond = "call apt" if second.commands else "work on what apt keeps"
    return bond if goes_on and not starts_anew else ""


def _bond(first: Sequence[Script], second: Sequence[Script]) -> str:
    """What the two have in common; empty where nothing, or where one has options alone and no
    script.
    """
    return _common(first[0], second[0]) if first and second else ""


def _common(first: Script, second: Script) -> str:
    for name, commands in _MANAGERS.items():
        if all(
            command.name in commands for command in (*first.commands, *second.commands)
        ):
            return f"call {name}"
    if all(_installs_by_name(script) for script in (first, second)):
        return "call pip"
    both = (*first.commands, *second.commands)
    for names in (_ACCOUNTS, _FILES):
        if all(command.name in names for command in both):
            shared = _things(first, names is _FILES) & _things(second, names is _FILES)
            changes = names is _ACCOUNTS or any(
                command.name in _CHANGING for command in second.commands
            )
            return f"work on {min(shared)}" if shared and changes else ""
    return ""


def _installs_by_name(script: Script) -> bool:
    """Whether it does nothing but pip install, and needs no file for it."""
    found = list(package_commands(script, "pip"))
    if not found or len(found) != len(script.commands):
        return False
    kinds = {package.kind for each in found for package in each.packages}
    return all(
        each.action == "install" and not each.requirements for each in found
    ) and kinds == {"registry"}


def _things(script: Script, paths: bool) -> set[str]:
    """What it works on: the operands, as far as they name something of this image alone."""
    values = {
        word.value for command in script.commands for word in command.args if word.value
    }
    values |= {value.rpartition("/")[2] for value in values if "://" in value}
    return {
        value.rstrip("/")
        for value in values
        if not value.startswith("-")
        and value.rstrip("/") not in _SHARED
        and (not paths or {"/", "."} & set(value))
    }


RULE = Rule(
    id="consecutive-runs",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    aliases=("DL3059",),
    practice=Practice.SIZE,
    missed={
        "in-onbuild": (
            "a trigger runs in another build, after all instructions of this one"
        ),
        "argument-in-an-arg argument-in-a-shell-variable": (
            "an ARG or a command of another kind is between the two"
        ),
        "in-an-earlier-stage": "a FROM is between the two",
        "heredoc heredoc-with-set-e heredoc-with-tabs heredoc-for-bash sh-c "
        "bash-c-in-double-quotes exec-form-with-a-shell heredoc-given-to-bash "
        "exec-form": ("only commands joined by `&&` certainly do the same in one RUN"),
        "behind-set-e behind-set-eux-and": "the options would apply to both",
        "before-or-exit": "the `||` would apply to both",
        "mount shell-set-before": "the two do not run in the same environment",
        "before-another behind-another-with-and behind-another-with-semicolon "
        "if-branch function": (
            "two RUN belong together only where each does one thing"
        ),
    },
    examples=(
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN apt-get install -y curl jq",
            fixed="RUN apt-get update && apt-get install -y git curl jq",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y \\\n    git\n"
            "RUN apt-get -y install \\\n    curl \\\n    jq",
            fixed="RUN apt-get update && apt-get install -y \\\n    git \\\n    curl \\\n    jq",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN apt-get install -y -t sid curl",
            fixed="RUN apt-get update && apt-get install -y git && \\\n"
            "    apt-get install -y -t sid curl",
        ),
        Example(
            bad="RUN apt-get update \\\n && apt-get install -y git\n\n# no one needs it\n"
            "RUN rm -r /var/lib/apt/lists",
            fixed="RUN apt-get update \\\n && apt-get install -y git \\\n# no one needs it\n"
            " && rm -r /var/lib/apt/lists",
        ),
        Example(
            bad="ADD https://example.org/a.tar /a.tar\nRUN tar -xf /a.tar\nRUN rm /a.tar",
            fixed="ADD https://example.org/a.tar /a.tar\nRUN tar -xf /a.tar && \\\n    rm /a.tar",
        ),
        Example(
            bad="RUN groupadd --gid 10001 app\nRUN useradd --uid 10001 --gid app app",
            fixed="RUN groupadd --gid 10001 app && \\\n    useradd --uid 10001 --gid app app",
        ),
        Example(
            bad="RUN --mount=type=cache,target=/root/.cache pip install flask\n"
            "RUN --mount=type=cache,target=/root/.cache pip install gunicorn",
            fixed="RUN --mount=type=cache,target=/root/.cache pip install flask && \\\n"
            "    pip install gunicorn",
        ),
        Example(
            bad="RUN pip install flask\nRUN pip install gunicorn\nRUN pip install httpx",
            fixed="RUN pip install flask && \\\n    pip install gunicorn && \\\n"
            "    pip install httpx",
        ),
        Example(
            bad="RUN apt-get update && apt-get install -y git\nRUN apt-get install -y curl\n"
            "RUN apt-get install -y jq",
            fixed="RUN apt-get update && apt-get install -y git curl jq",
        ),
        Example(
            bad="# escape=`\nFROM alpine:3.22\nRUN apk add git\nRUN apk del curl",
            fixed="# escape=`\nFROM alpine:3.22\nRUN apk add git && `\n    apk del curl",
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache git\nENV A=1\n"
            "RUN apk add --no-cache curl"
        ),
        Example(
            good="RUN --mount=type=cache,target=/var/lib/apt/lists cd /tmp && apt-get update "
            "&& apt-get install -y --no-install-recommends git\n"
            "RUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y "
            "--no-install-recommends ./curl.deb"
        ),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git "
            "&& rm -rf /var/lib/apt/lists/*\nRUN make\nRUN make test"
        ),
        Example(
            good="RUN pip install --no-cache-dir numpy==2.4.1\n"
            "RUN pip install --no-cache-dir -r requirements.txt"
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache git || true\nRUN apk add --no-cache curl"
        ),
        Example(
            good="FROM alpine:3.22\nRUN --mount=type=cache,target=/a apk add --no-cache git\n"
            "RUN apk add --no-cache curl"
        ),
        Example(
            good="FROM alpine:3.22\nRUN apk add --no-cache git\n# hadolint ignore=DL3018\n"
            "RUN apk add --no-cache curl"
        ),
        Example(good="RUN mkdir /a\nRUN mkdir /b"),
        Example(
            good="RUN apt-get update && apt-get install -y --no-install-recommends git && rm "
            "-rf /var/lib/apt/lists/*\n"
            "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf "
            "/var/lib/apt/lists/*"
        ),
        Example(
            good="FROM alpine:3.22 AS build\nRUN apk add --no-cache git\n"
            "RUN apk add --no-cache curl\n"
            "FROM scratch\nCOPY --from=build /a /a"
        ),
    ),
)
