"""A mounted secret is printed, or written to a file that stays in the image

## What it does
Finds commands that print a mounted secret, write it to a file, or give it to a command that
stores its settings (`pip config set`, `git config`, `git clone` with the token in the URL, `gpg
--import`).

The rule follows the secret's path, its `env=` variable, and variables that the script fills from
them. It is silent where the file is removed in the same RUN or is in a mount, and where the
setting is reverted. Files in stages that the final image does not start from are left alone.

## Why is this bad?
`RUN --mount=type=secret` gives a secret to one RUN and leaves no trace of it. The script can undo
that: a printed secret is in the log of the build, which CI keeps and shows; one in a file is in
the layer, even if a later RUN removes the file.

There is no fix. Let the tool read the secret where it is, or mount it where the tool looks for
it: `--mount=type=secret,id=netrc,target=/root/.netrc`,
`--mount=type=secret,id=pip,target=/etc/pip.conf`,
`--mount=type=secret,id=token,env=UV_INDEX_ACME_PASSWORD`. What only the running program reads does
not belong in the build at all: give it to the container when it starts.

## When to ignore
Ignore it where the secret is exchanged for another that the image may contain.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.rules.security.secret_mount_leaked.secret_flow import Leak, leaks

_SAYS = {
    "log": "{} prints a secret into the build log: use it without printing it",
    "file": "the secret stays in the image, in {}: mount it there, or remove it in the same RUN",
    "run time": "the secret stays in the image, in {}: give it to the container when it starts",
    "settings": "{} keeps the secret in a file of the image: mount a configuration file instead",
}
# What package managers and git read, in a later build on this image perhaps
_OF_TOOLS = (
    ".netrc",
    ".npmrc",
    ".pypirc",
    "pip.conf",
    "credentials",
    ".ssh/",
    ".gnupg",
)


def check(build: Build) -> Iterator[Finding]:
    for instruction in build.each("RUN", "ONBUILD"):
        run = instruction.trigger or instruction
        if run.keyword != "RUN" or not run.flags:
            continue
        shipped = build.dockerfile.stage_of(instruction) in build.lineage
        for leak in leaks(build, instruction):
            # A file of an earlier stage is not in the image
            if shipped or leak.kind == "log":
                kind = leak.kind
                if kind == "file" and _is_for_run_time(build, instruction, leak):
                    kind = "run time"
                yield Finding(leak.span, _SAYS[kind].format(leak.place))


def _is_for_run_time(build: Build, instruction: Instruction, leak: Leak) -> bool:
    """Whether nothing of the build reads the file: the container does, when it runs."""
    if any(name in leak.place for name in _OF_TOOLS):
        return False

    for script in build.scripts(instruction):
        if any(command.span.start > leak.span.start for command in script.commands):
            return False
    later = [item for item in build.shipped if item.span.start > instruction.span.start]
    return all(item.keyword not in ("RUN", "ONBUILD") for item in later)


_MOUNT = "RUN --mount=type=secret,id=token"
_CAT = "$(cat /run/secrets/token)"

RULE = Rule(
    id="secret-mount-leaked",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=("type=secret",)),
    practice=Practice.SECURITY,
    missed={
        "output-thrown-away": "its output is not shown",
    },
    examples=(
        Example(bad=f"{_MOUNT} cat /run/secrets/token"),
        Example(
            bad=f"{_MOUNT} set -e; \\\n    # which one is it?\n"
            f'    echo "token: {_CAT}" && make'
        ),
        Example(bad=f"{_MOUNT},env=TOKEN echo $TOKEN"),
        Example(bad=f"{_MOUNT} cat /run/secrets/token > /root/.netrc && make"),
        Example(
            bad=f'{_MOUNT} TOKEN={_CAT} && echo "machine git.example.com password '
            '$TOKEN" >> ~/.netrc '
            "&& make"
        ),
        Example(
            bad=f"{_MOUNT} <<EOF\nset -e\nexport TOKEN={_CAT}\n"
            "printf '%s' \"$TOKEN\" | tee /app/token\nEOF"
        ),
        Example(bad=f"{_MOUNT} sh -c 'cp /run/secrets/token /app/token'"),
        Example(
            bad=f"{_MOUNT},target=/token pip config set global.index-url https://ci:$(cat "
            "/token)@a.example.com"
        ),
        Example(
            bad=f"{_MOUNT} git config --global url.https://{_CAT}@git.example.com/.insteadOf "
            "https://git.example.com/"
        ),
        Example(
            bad=f"{_MOUNT} git clone https://oauth2:{_CAT}@git.example.com/shop.git /src"
        ),
        Example(
            bad=f"FROM debian:13-slim AS build\n{_MOUNT} cat /run/secrets/token\n"
            "FROM debian:13-slim"
        ),
        Example(
            bad=f"{_MOUNT} gpg --batch --import /run/secrets/token && mv /root/.gnupg /app/"
        ),
        Example(
            good=f"{_MOUNT} gpg --import /run/secrets/token && make && rm -rf ~/.gnupg"
        ),
        Example(
            good=f"{_MOUNT} GNUPGHOME=/dev/shm gpg --import /run/secrets/token && make"
        ),
        Example(good=f"{_MOUNT},target=/root/.netrc make"),
        Example(good=f"{_MOUNT} TOKEN={_CAT} make"),
        Example(
            good=f'{_MOUNT},env=TOKEN [ -n "$TOKEN" ] && curl -fsSH '
            '"Authorization: Bearer $TOKEN" -o /a https://example.com/a'
        ),
        Example(
            good=f"{_MOUNT} cat /run/secrets/token > ~/.netrc && make && rm ~/.netrc"
        ),
        Example(
            good=f"{_MOUNT} --mount=type=tmpfs,target=/tmp "
            "cat /run/secrets/token > /tmp/token && make"
        ),
        Example(
            good=f"{_MOUNT} docker login -u ci --password-stdin registry.example.com < "
            "/run/secrets/token"
        ),
        Example(good=f"{_MOUNT} cat /run/secrets/token | gpg --import --batch"),
        Example(
            good=f"{_MOUNT} test -s /run/secrets/token && sha256sum -c < "
            "/run/secrets/token > /dev/null"
        ),
        Example(
            good=f"{_MOUNT} git clone -b v1 "
            f"https://oauth2:{_CAT}@git.example.com/shop.git /src \\\n"
            "    && git -C /src remote set-url origin https://git.example.com/shop.git"
        ),
        # another stage: its layers are not in the image
        Example(
            good="FROM debian:13-slim AS build\n"
            f"{_MOUNT} cat /run/secrets/token > /root/.netrc && make\n"
            "FROM debian:13-slim\nCOPY --from=build /app /app"
        ),
    ),
)
