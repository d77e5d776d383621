"""USER or --chown names a user in an image that has no /etc/passwd

## What it does
Finds names of users in stages FROM scratch. The rule is silent where anything is copied that may
contain /etc/passwd, and about USER in an image that starts nothing: other stages copy from it.

## Why is this bad?
The image builds, and then no container starts: "unable to find user app: no matching entries in
passwd file". `COPY --chown=app` does not work either: BuildKit silently leaves the files to root,
or refuses the first COPY of the stage (solver/llbsolver/ops/user_linux.go).

Write numbers, which need no file: `USER 10001:10001`. Or copy a file with the names from another
stage, before the first instruction that needs them: `COPY --from=build /etc/passwd /etc/group
/etc/`.

## Fix safety
The fix writes the number where the Dockerfile itself states it: another stage creates the user
with a fixed one, or the name is root. It is unsafe, because copied files may belong to another
number.

## When to ignore
Ignore it for USER where containers are always started with `--user` and a number.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.dockerfile.places import on_first_line
from lightship.evaluation.dispatch import Step
from lightship.evaluation.paths import in_workdir
from lightship.evaluation.stages import SCRATCH
from lightship.facts.start.purpose import start_steps
from lightship.facts.users.accounts import accounts
from lightship.facts.users.current_user import user_steps
from lightship.lint.finding import Finding, Fix, Safety, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.text import Edit, Span

_MAY_HOLD = ("/", "/etc", "/etc/passwd", "/etc/group")


def check(build: Build) -> Iterator[Finding]:
    if not any(base.name == SCRATCH for base in build.evaluation.bases):
        return

    bringing: set[int] = set()
    for step in build.evaluation.steps:
        if build.evaluation.root(step.stage).name != SCRATCH:
            continue

        if _may_have_users(build, step, bringing):
            bringing.add(step.stage.index)
            continue
        owner = step.flags.get("chown", "")
        if _names(owner):
            span = _flag_span(step)
            yield _found(build, step, owner, span, Severity.WARNING)

    yield from _last_user(build, bringing)


def _may_have_users(build: Build, step: Step, bringing: set[int]) -> bool:
    """Whether the stage of a step may have /etc/passwd after it; `bringing` are those that may."""
    if step.stage.index in bringing or _may_bring(step):
        return True
    base = build.base_of(step.stage)
    return base is not None and base.index in bringing


def _last_user(build: Build, bringing: set[int]) -> Iterator[Finding]:
    """The user of the container is looked up when it starts, in all that the final image has
    then.
    """
    if not build.lineage or build.evaluation.root(build.lineage[0]).name != SCRATCH:
        return
    if any(stage.index in bringing for stage in build.lineage):
        return
    if not start_steps(build):
        return  # no container starts from it: it holds files for other builds

    for step in user_steps(build)[-1:]:
        user = step.operands[0] if not step.unset else ""
        if not _names(user):
            continue
        args = step.instruction.args
        span = args[0].span if args else None
        yield _found(build, step, user, span, Severity.ERROR)


def _may_bring(step: Step) -> bool:
    """Whether an instruction may put /etc/passwd into the image; what a RUN does is not known."""
    if step.instruction.keyword == "RUN":
        return True
    if step.instruction.keyword not in ("COPY", "ADD") or not step.operands:
        return False
    return in_workdir(step.before.workdir, step.operands[-1]) in _MAY_HOLD


def _names(owner: str) -> bool:
    """Whether user or group is a name."""
    return any(part and not part.isdecimal() for part in owner.split(":"))


def _flag_span(step: Step) -> Span | None:
    flag = step.instruction.flag("chown")
    if flag is None:
        return None
    return flag.value_span


def _found(
    build: Build, step: Step, owner: str, span: Span | None, severity: Severity
) -> Finding:
    names = (part for part in owner.split(":") if part and not part.isdecimal())
    message = f"there is no /etc/passwd to look up {next(names)} in: use a number"
    if span is None or step.place is not step.instruction:
        # It stands in ONBUILD of a base stage
        place = on_first_line(build.dockerfile, step.place)
        return Finding(place, message, severity=severity)

    fix = None
    is_plain = span.of(build.dockerfile.text) == owner
    numbers = _numbers(build, owner) if is_plain else ""
    if numbers:
        edit = Edit.replace(span, numbers)
        fix = Fix(f"Use {numbers}", (edit,), Safety.UNSAFE)
    return Finding(span, message, fix, severity)


def _numbers(build: Build, owner: str) -> str:
    """`app:app` as numbers; empty where they are not known.

    The group of a user is assumed to have the user's number.
    """
    known = {"root": "0", "": ""}
    for account in accounts(build):
        if account.number and not account.varies:
            known[account.name] = account.number

    numbers = []
    for name in owner.split(":"):
        number = name if name.isdecimal() else known.get(name)
        if number is None:
            return ""
        numbers.append(number)
    if len(numbers) == 1:
        numbers *= 2
    return ":".join(numbers)


_BUILD = (
    "FROM golang:1.25 AS build\nRUN useradd --uid 10001 app && go build -o /server\n"
)
_COPY = "FROM scratch\nCOPY --from=build /server /server\n"
_START = 'ENTRYPOINT ["/server"]'

RULE = Rule(
    id="user-name-in-scratch",
    docs=__doc__,
    severity=Severity.ERROR,
    check=check,
    scope=RuleScope(text=("scratch",)),
    aliases=("tally/named-identity-in-passwdless-stage",),
    practice=Practice.CORRECTNESS,
    missed={
        "in-onbuild": (
            "a trigger runs in another build: what it makes or takes is not in this image"
        ),
    },
    examples=(
        Example(
            bad=f"{_BUILD}{_COPY}USER app\n{_START}",
            fixed=f"{_BUILD}{_COPY}USER 10001:10001\n{_START}",
        ),
        Example(
            bad=f"{_BUILD}{_COPY}USER app:app\n{_START}",
            fixed=f"{_BUILD}{_COPY}USER 10001:10001\n{_START}",
        ),
        Example(bad=f"{_BUILD}{_COPY}USER nobody\n{_START}"),
        Example(bad=f"{_BUILD}{_COPY}USER 10001:staff\n{_START}"),
        Example(bad=f"{_BUILD}{_COPY}ENV NAME=app\nUSER $NAME\n{_START}"),
        Example(
            bad=f"{_BUILD}FROM scratch\nCOPY --from=build --chown=app /server /server\n"
            f"USER 10001\n{_START}",
            fixed=f"{_BUILD}FROM scratch\nCOPY --from=build --chown=10001:10001 /server "
            f"/server\nUSER 10001\n{_START}",
        ),
        Example(
            bad=f"{_BUILD}FROM scratch AS base\nUSER app\nFROM base\n"
            f"COPY --from=build /server /srv/\n{_START}",
            fixed=f"{_BUILD}FROM scratch AS base\nUSER 10001:10001\nFROM base\n"
            f"COPY --from=build /server /srv/\n{_START}",
        ),
        # The files were given away before the names were there
        Example(
            bad=f"{_BUILD}FROM scratch\nCOPY --from=build --chown=app /server /server\n"
            f"COPY --from=build /etc/passwd /etc/passwd\nUSER app\n{_START}",
            fixed=f"{_BUILD}FROM scratch\nCOPY --from=build --chown=10001:10001 /server /server\n"
            f"COPY --from=build /etc/passwd /etc/passwd\nUSER app\n{_START}",
        ),
        Example(good=f"{_BUILD}{_COPY}USER 10001:10001\n{_START}"),
        Example(
            good=f"{_BUILD}{_COPY}COPY --from=build /etc/passwd /etc/passwd\nUSER app\n{_START}"
        ),
        Example(
            good=f"{_BUILD}{_COPY}USER app\nCOPY --from=build /etc/passwd /etc/group /etc/\n"
            f"{_START}"
        ),
        Example(
            good=f"{_BUILD}FROM scratch\nCOPY --from=build /rootfs /\nUSER app\n{_START}"
        ),
        Example(good=f"FROM scratch\nADD rootfs.tar.xz /\nUSER app\n{_START}"),
        Example(
            good=f"{_BUILD}FROM gcr.io/distroless/static:latest-amd64\nCOPY --from=build /a /a\n"
            f"USER nonroot\n{_START}"
        ),
        Example(good=f"{_BUILD}{_COPY}ARG NAME\nUSER $NAME\n{_START}"),
    ),
)
