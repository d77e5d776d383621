"""A user is created and never used

## What it does
Finds users that a RUN of the final image creates and that neither USER, a `--chown`, a script nor
a configuration file names.

The rule looks at final images that start a program, and reports only where everything that could
name the user can be read: the start scripts, and the files that are copied from the build
context. Where the container runs as root because USER was forgotten, `root-user` reports it, and
names the existing user. A server that starts as root may switch to any user, so the rule is
silent there, where USER has a number that the new user may have, such as 1000, and where one RUN
creates several users: they are people, or tell whom a cluster works for.

## Why is this bad?
`useradd app` costs a layer and suggests that something runs as `app`, although nothing does.
There is no fix, because there are two: run as that user, `USER app`, or remove it.

## When to ignore
Ignore it where containers are started with `--user app`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from lightship.build import Build
from lightship.context.files import Context, File
from lightship.context.taken_by_copy import copied
from lightship.facts.start.purpose import runs_program
from lightship.facts.start.start_scripts import start_scripts
from lightship.facts.users.account_calls import NAMES
from lightship.facts.users.accounts import Account, is_root, shipped_accounts
from lightship.facts.users.current_user import user_steps
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.lint.rule_scope import RuleScope
from lightship.regex import regex

_CODE = (
    ".py",
    ".js",
    ".ts",
    ".go",
    ".rb",
    ".java",
    ".rs",
    ".html",
    ".css",
    ".md",
    ".png",
    ".svg",
    ".jpg",
    ".jar",
)
_LAST_COUNTS = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK"})
_FIRST_NUMBERS = frozenset({"500", "1000", "1001"})
_WORD = regex(r"[\w-]+")
_MOST_FILES = 200
_LARGEST = 65536


def check(build: Build) -> Iterator[Finding]:
    made = shipped_accounts(build)
    if not made or not runs_program(build) or not _runs_as_another(build):
        return
    if None in start_scripts(build):
        return

    named = [user for user in made if user.name and not user.varies]
    made_by = Counter(user.call.instruction for user in named)
    texts = _Texts(_texts(build))
    files = _Texts(_files(build))
    for user in named:
        if made_by[user.call.instruction] > 1:
            continue  # people, who log in or for whom something is run
        if not user.number and _is_first_number(build):
            continue
        if not texts.name(user) and not files.name(user):
            message = (
                f"{user.name} is created and never used: add USER {user.text}, or "
                "remove the user"
            )
            yield Finding(user.call.command.span, message)


def _runs_as_another(build: Build) -> bool:
    """Whether USER names somebody other than root: root may go on to be anybody."""
    users = user_steps(build)
    if not users or any(step.unset for step in users):
        return False
    return not is_root(users[-1].operands[0])


def _is_first_number(build: Build) -> bool:
    """Whether USER has the number that useradd gives to the first user of an image (login.defs,
    UID_MIN).
    """
    user = user_steps(build)[-1].operands[0]
    number, _, _ = user.partition(":")
    return number in _FIRST_NUMBERS


def _texts(build: Build) -> Iterator[str]:
    """What could name a user: all instructions without the commands that make users and groups,
    and start scripts.
    """
    text = build.dockerfile.text
    cut = sorted(call.command.span for call in build.commands(*NAMES))
    last = {step.instruction.keyword: step for step in build.shipped_steps}
    for step in build.shipped_steps:
        keyword = step.instruction.keyword
        if keyword in _LAST_COUNTS and step is not last[keyword]:
            continue  # it has no effect
        start, end = step.instruction.span
        for span in cut[
            bisect_left(cut, (start, start)) : bisect_left(cut, (end, end))
        ]:
            if start <= span.start:
                yield text[start : span.start]
                start = span.end
        yield text[start:end]
        if step.instruction.keyword != "RUN":
            yield " ".join((*step.operands, *step.flags.values()))
    yield from (script or "" for script in start_scripts(build))


def _files(build: Build) -> Iterator[str | None]:
    """The files that COPY takes from the build context and that may be settings; None where they
    are not known.
    """
    context = build.context
    for copying in build.copyings():
        if copying.instruction not in build.shipped or not copying.from_context:
            continue

        sources = [source.value for source in copying.local if source.value is not None]
        if len(sources) < len(copying.sources):
            yield None  # a variable, or a URL
        elif context is not None:
            files = [
                file
                for file in copied(context, sources)
                if not _is_code(file.path) and file.path != build.path
            ]
            if len(files) > _MOST_FILES:
                yield None
            else:
                yield "\n".join(_read(context, file) for file in files)
        elif not all(map(_is_code, sources)):
            yield None


def _is_code(path: str) -> bool:
    return path.endswith(_CODE)


def _read(context: Context, file: File) -> str:
    return (context.read(file.path) or "") if file.size <= _LARGEST else ""


class _Texts:
    """Texts in which users may be named; where one of them is not known, anybody is."""

    def __init__(self, texts: Iterable[str | None]) -> None:
        self._texts = texts

    @cached_property
    def _known(self) -> list[str] | None:
        texts = list(self._texts)
        known = [text for text in texts if text is not None]
        return known if len(known) == len(texts) else None

    @cached_property
    def _words(self) -> set[str]:
        return {word for text in self._known or () for word in _WORD.findall(text)}

    def name(self, user: Account) -> bool:
        """Whether the user is named, or the number."""
        names = [name for name in (user.name, user.number) if name]
        return self._known is None or any(
            name in self._words or self._has(name) for name in names
        )

    def _has(self, name: str) -> bool:
        """For a name that is not one word."""
        if _WORD.fullmatch(name):
            return False
        word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        return any(word.search(text) for text in self._known or ())


_CMD = 'CMD ["/srv/server"]'

RULE = Rule(
    id="unused-user",
    docs=__doc__,
    severity=Severity.INFO,
    check=check,
    scope=RuleScope(commands=NAMES),
    production_only=True,
    aliases=("tally/user-created-but-never-used",),
    practice=Practice.SECURITY,
    missed={
        "argument-in-an-arg argument-in-a-shell-variable": (
            "the operand is the mistake, and its value is not known"
        ),
    },
    examples=(
        Example(bad=f"RUN useradd shop\nUSER 10001\n{_CMD}"),
        Example(
            bad="RUN groupadd -r shop && \\\n  # a system user\n  useradd -r -g shop shop\n"
            f"USER 10001\n{_CMD}"
        ),
        Example(
            bad="FROM alpine:3.22\nRUN addgroup -S shop && adduser -S -G shop shop\n"
            f"USER nobody\n{_CMD}"
        ),
        Example(
            bad="RUN adduser --system --group --disabled-password shop; ./configure\n"
            f"USER 10001\n{_CMD}"
        ),
        Example(
            bad=f"RUN <<EOF\nset -e\nuseradd --uid 10002 shop\nEOF\nUSER 10001\n{_CMD}"
        ),
        Example(bad=f"RUN sh -c 'useradd shop'\nUSER 10001\n{_CMD}"),
        Example(bad=f'RUN ["useradd", "--create-home", "shop"]\nUSER 10001\n{_CMD}'),
        Example(
            bad=f"FROM debian:trixie-slim AS base\nRUN useradd shop\nFROM base\nUSER 10001\n{_CMD}"
        ),
        Example(
            bad=f"RUN useradd shop\nCOPY main.py server.conf /srv/\nUSER 10001\n{_CMD}",
            files={"server.conf": "user = 10001\n", "main.py": "shop = 1\n"},
        ),
        Example(good=f"RUN useradd shop\nUSER shop\n{_CMD}"),
        Example(good=f"RUN useradd --uid 10002 shop\nUSER 10002:10002\n{_CMD}"),
        Example(good=f"ARG NAME=shop\nRUN useradd shop\nUSER $NAME\n{_CMD}"),
        Example(
            good=f"RUN useradd shop && mkdir /data && chown shop /data\nUSER 10001\n{_CMD}"
        ),
        Example(
            good=f"RUN useradd shop\nCOPY --chown=shop . /srv/\nUSER 10001\n{_CMD}"
        ),
        Example(good=f"RUN useradd shop\nUSER 1000\n{_CMD}"),
        # What the script says is not known
        Example(good='RUN useradd shop\nCOPY a.sh /\nUSER 10001\nENTRYPOINT ["/a.sh"]'),
        Example(
            good=f"RUN useradd shop\nCOPY server.conf /srv/\nUSER 10001\n{_CMD}",
            files={"server.conf": "user = shop\n"},
        ),
        # Others start from it
        Example(good="RUN useradd shop"),
        Example(
            good="FROM debian:trixie-slim AS a\nRUN useradd shop\nFROM debian:trixie-slim\n"
            f"USER 10001\n{_CMD}"
        ),
    ),
)
