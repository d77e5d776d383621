"""A RUN sets the password of a user, for everyone to read

What a RUN executes stands in the image's history, and the hash lies in /etc/shadow: whoever has the
image can read the one or try out the other. The password is the same in every container.

A container needs no password: `docker exec --user` and USER change the user without one. Where
somebody has to log in, as over SSH, give a public key to the container when it is started, or have
its start script set the password from a secret.

There is no fix. The rule is silent where the password comes from a secret mount, is locked (`passwd
-l`) or removed, or is made up by the build itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.lint.finding import Finding, Severity
from lightship.lint.rule import Example, Practice, Rule
from lightship.regex import regex
from lightship.shell.account_commands import read_account_command
from lightship.shell.commands import Command
from lightship.shell.specs import written
from lightship.text import Span

_USERS = ("useradd", "usermod", "adduser")
_PRINTS = frozenset(("echo", "printf"))
_HASH = regex(r"\$[0-9a-z]{1,2}\$")
_RANDOM = ("random", "openssl rand", "pwgen", "uuid", "/run/secrets", "mktemp")


def check(build: Build) -> Iterator[Finding]:
    said: set[Instruction] = set()
    for found in build.commands("chpasswd", "passwd", *_USERS):
        plain = found.command.name not in _USERS
        span = _given(found) if plain else _hashed(found.command)
        if span is None or found.instruction in said or _is_secret(build, found):
            continue
        said.add(found.instruction)
        where = (
            "in the image's history for everyone to read"
            if plain
            else "in the image for everyone to try out"
        )
        yield Finding(span, f"this password is {where}: set it at run time")


def _given(found: Invocation) -> Span | None:
    """What is piped or redirected into a command that sets a password."""
    command, script = found.command, found.script
    if (
        command.name == "passwd"
        and not command.has("--stdin")
        and any(written(word).startswith("-") for word in command.args)
    ):
        return None  # -l and -d lock and remove it
    for redirect in command.redirects:
        if redirect.operator in ("<<<", "<<", "<<-") and redirect.target is not None:
            return redirect.span
    before = [other for other in script.pipe(command) if other.stage < command.stage]
    for other in before:
        if (
            other.name in _PRINTS
            and other.args
            and (command.name == "passwd" or any(":" in w.text for w in other.args))
        ):
            return Span(other.span.start, command.span.end)
    return None


def _hashed(command: Command) -> Span | None:
    """The option that sets the hash of a password, as such or made from a password here."""
    account_command = read_account_command(command)
    option = account_command.option("password") if account_command is not None else None
    if option is None or option.value is None:
        return None
    is_hash = _HASH.match(option.value) or option.value.startswith(("$(", "`"))
    return option.span if is_hash else None


def _is_secret(build: Build, found: Invocation) -> bool:
    if any(mount.type == "secret" for mount in build.mounts(found.instruction)):
        return True
    text = found.script.text.text.lower()
    return any(word in text for word in _RANDOM)


RULE = Rule(
    id="password-set-in-run",
    docs=__doc__,
    severity=Severity.WARNING,
    check=check,
    practice=Practice.SECURITY,
    aliases=("CKV2_DOCKER_17",),
    examples=(
        Example(bad="RUN echo 'root:hunter2' | chpasswd"),
        Example(
            bad="RUN useradd --create-home app && \\\n    # for ssh\n    echo app:app | chpasswd"
        ),
        Example(bad='ARG PASSWORD\nRUN printf "root:%s" "$PASSWORD" | chpasswd'),
        Example(bad="RUN chpasswd <<< 'root:hunter2'"),
        Example(
            bad="RUN <<EOF\nset -e\nuseradd app\necho 'app:app' | sudo chpasswd\nEOF"
        ),
        Example(bad="RUN bash -c 'echo root:root | chpasswd'"),
        Example(bad="FROM fedora:44\nRUN echo hunter2 | passwd --stdin root"),
        Example(bad="RUN echo -e 'hunter2\\nhunter2' | passwd root"),
        Example(bad="RUN useradd -m -p '$6$salt$hash' app"),
        Example(bad='RUN useradd -m -p "$(openssl passwd -1 hunter2)" app'),
        Example(bad="ONBUILD RUN echo root:root | chpasswd"),
        Example(good="RUN useradd --create-home --uid 10001 app && passwd -l root"),
        Example(
            good="RUN passwd -d root && useradd -p '*' app && usermod --password '**LOCKED**' app"
        ),
        Example(
            good="RUN --mount=type=secret,id=password chpasswd < /run/secrets/password"
        ),
        Example(good='RUN echo "root:$(openssl rand -hex 32)" | chpasswd'),
        Example(good="RUN echo chpasswd && cat /etc/passwd"),
        Example(good='USER 10001\nCMD ["sh", "-c", "echo app:$PASSWORD | chpasswd"]'),
    ),
)
