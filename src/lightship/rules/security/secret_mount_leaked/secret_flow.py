"""Where the value of a mounted secret goes in the script of a RUN: to the log of the build, or to a file that stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import Mount, hides
from lightship.evaluation.paths import in_workdir
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Script, Word
from lightship.shell.specs import written
from lightship.text import Span

_PRINTS = frozenset(("echo", "printf"))
_READS = frozenset(("cat", "head", "tail", "base64"))
_COPIES = frozenset(("cp", "install", "mv"))
_OUTPUT = frozenset((">", ">>", ">|", "&>"))
# Commands that keep what they are given in a file of settings: their first words, with what takes it out again
_KEEPS = (
    (("pip", "config", "set"), "config unset"),
    (("pip3", "config", "set"), "config unset"),
    (("git", "config"), "--unset"),
    (("git", "remote", "set-url"), "set-url"),
    (("git", "remote", "add"), "remote remove"),
    (("git", "clone"), "set-url"),
    (("npm", "config", "set"), "config delete"),
    (("npm", "set"), "config delete"),
    (("yarn", "config", "set"), "config unset"),
    (("pnpm", "config", "set"), "config delete"),
    (("poetry", "config"), "--unset"),
    (("pdm", "config"), "config -d"),
    (("bundle", "config"), "config unset"),
    (("composer", "config"), "--unset"),
    (("aws", "configure", "set"), "configure set"),
    (("conda", "config"), "--remove"),
    (("uv", "auth", "login"), "auth logout"),
)
_SAFE_PLACES = ("/dev/", "/proc/", "/run/secrets", "&")
# They look at it, or keep it in a variable
_FALSE = frozenset(
    ("[", "[[", "test", "if", "true", "false", "export", "local", "declare")
)
_MOST = 500  # commands of a script that are looked at
_HOME = regex(r"^(?:~|\$HOME|\$\{HOME\})(?=/)")


@record
class Leak:
    """`kind` is log, file or settings; `place` is the file or the command; `span` is what to point at."""

    kind: str
    place: str
    span: Span


@record(eq=False)
class _Flow:
    """A script, and the paths and names of variables by which it can reach the secrets."""

    build: Build
    run: Instruction
    script: Script
    paths: tuple[str, ...]
    names: frozenset[str]

    def fills(self, text: str) -> bool:
        """Whether the content of a secret takes the place of a substitution in it."""
        return ("$(" in text or "`" in text) and any(
            path in text for path in self.paths
        )

    def holds(self, word: Word) -> bool:
        return self.fills(word.text) or not self.names.isdisjoint(word.variables)


def leaks(build: Build, run: Instruction) -> Iterator[Leak]:
    """Those of a RUN with secret mounts, in order."""
    secrets = [mount for mount in build.mounts(run) if mount.type == "secret"]
    if not secrets:
        return
    paths = tuple(
        _path(mount) for mount in secrets if mount.env is None or mount.target
    )
    for script in build.scripts(run):
        if not script.opaque and not script.errors:
            flow = _Flow(
                build,
                run,
                script,
                paths,
                frozenset(mount.env for mount in secrets if mount.env),
            )
            flow = replace(flow, names=flow.names | set(_filled(flow)))
            for command in script.commands[:_MOST]:
                if not script.inside(command, "substitution", "process", "condition"):
                    yield from _of_command(flow, command)


def _path(mount: Mount) -> str:
    """Where a secret is mounted: `/run/secrets/<id>` where nothing is said (BuildKit's convert_secrets.go)."""
    return (
        mount.target or f"/run/secrets/{(mount.id or mount.source).rpartition('/')[2]}"
    )


def _filled(flow: _Flow) -> Iterator[str]:
    """The variables that the script fills from a secret."""
    text = flow.build.dockerfile.text
    for command in flow.script.commands:
        for assignment in command.assignments:
            if flow.fills(assignment.value_span.of(text)):
                yield assignment.name
        for word in (
            command.args if command.name in ("export", "local", "declare") else ()
        ):
            name, equals, _ = word.text.partition("=")
            if equals and flow.fills(word.text):
                yield name


def _of_command(flow: _Flow, command: Command) -> Iterator[Leak]:
    if command.name in _FALSE:
        return
    words = [word for word in command.args if flow.holds(word)]
    reads = command.name in _READS and any(
        written(word) in flow.paths for word in command.args
    )
    if (
        command.name in _COPIES
        and len(command.args) > 1
        and written(command.args[-2]) in flow.paths
    ):
        yield from _kept(flow, command.args[-1])
    elif reads or (command.name in _PRINTS and words) or _has_body(flow, command):
        yield from _printed(flow, command)
    elif words:
        yield from _given(flow, command, words[0])


def _has_body(flow: _Flow, command: Command) -> bool:
    """`cat <<EOF` with a secret in its body."""
    bodies = [
        redirect.body.text
        for redirect in command.redirects
        if redirect.body is not None
    ]
    names = [mark for name in flow.names for mark in (f"${name}", f"${{{name}}}")]
    return command.name in ("cat", "tee") and any(
        flow.fills(body) or any(name in body for name in names) for body in bodies
    )


def _printed(flow: _Flow, command: Command) -> Iterator[Leak]:
    """What is printed goes to the end of the pipe: a file, a command that takes it, or the log."""
    last = flow.script.pipe(command)[-1]
    outer = [
        redirect
        for block in flow.script.enclosing(last)
        for redirect in block.redirects
    ]
    targets = [
        each
        for each in (*last.redirects, *outer)
        if each.operator in _OUTPUT and each.fd in (None, 1)
    ]
    if targets:
        if targets[0].target is not None:
            yield from _kept(flow, targets[0].target)
    elif last.name == "tee":
        for word in last.args:
            if not word.text.startswith("-"):
                yield from _kept(flow, word)
    elif last is command:
        yield Leak("log", command.name, command.span)


def _kept(flow: _Flow, target: Word) -> Iterator[Leak]:
    """A file that is in the layer when the RUN is done."""
    path, whole = written(target), _whole(flow, target)
    if whole is None or path.startswith(_SAFE_PLACES) or path in flow.paths:
        return
    state = flow.build.evaluation.before(flow.run)
    hidden = hides(
        flow.build.mounts(flow.run), whole, state.workdir if state is not None else "/"
    )
    if not hidden and not _is_removed(flow, path, whole):
        yield Leak("file", path, target.span)


def _whole(flow: _Flow, word: Word) -> str | None:
    """The path from the root; None where a variable other than HOME is in it."""
    path = _HOME.sub("/root", written(word))
    state = flow.build.evaluation.before(flow.run)
    return None if "$" in path or state is None else in_workdir(state.workdir, path)


def _is_removed(flow: _Flow, path: str, whole: str) -> bool:
    """Whether a later command, or a trap, takes it away: by its name, or with the directory that it is in."""
    for command in flow.script.commands[:_MOST]:
        for word in (
            command.args if command.name in ("rm", "shred", "unlink", "mv") else ()
        ):
            gone = (_whole(flow, word) or "").rstrip("/*")
            if written(word) == path or (
                gone and (whole == gone or whole.startswith(f"{gone}/"))
            ):
                return True
    return any(True for _ in flow.script.named("trap"))


def _given(flow: _Flow, command: Command, word: Word) -> Iterator[Leak]:
    """A command that keeps its settings in a file, unless they are taken back behind it."""
    texts = [command.name, *(written(each) for each in command.args)]
    plain = tuple(text for text in texts if not text.startswith("-"))
    for start, undone in _KEEPS:
        if plain[: len(start)] == start:
            behind = flow.script.text.text[word.at + len(word.text) :]
            if undone not in behind and "rm " not in behind:
                yield Leak("settings", " ".join(start), word.span)
            return
