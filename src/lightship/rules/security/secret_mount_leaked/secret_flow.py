"""Where the value of a mounted secret goes in the script of a RUN: to the log, or to a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.evaluation.mounts import Mount, hides
from lightship.evaluation.paths import in_workdir
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Redirect, Script, Word
from lightship.shell.specs import written
from lightship.text import Span

_PRINTS = frozenset(("echo", "printf"))
_READS = frozenset(("cat", "head", "tail", "base64"))
_COPIES = frozenset(("cp", "install", "mv"))
_OUTPUT = frozenset((">", ">>", ">|", "&>"))
# Commands that keep what they are given in a file of settings, and what takes it out again
_KEEPS = {
    "pip config set": "config unset",
    "pip3 config set": "config unset",
    "git config": "--unset",
    "git remote set-url": "set-url",
    "git remote add": "remote remove",
    "git clone": "set-url",
    "npm config set": "config delete",
    "npm set": "config delete",
    "yarn config set": "config unset",
    "pnpm config set": "config delete",
    "poetry config": "--unset",
    "pdm config": "config -d",
    "bundle config": "config unset",
    "composer config": "--unset",
    "aws configure set": "configure set",
    "conda config": "--remove",
    "uv auth login": "auth logout",
}
# Of git and poetry: they name the secret once more to take it out
_UNSETS = ("--unset", "--remove-section")
_GPG = frozenset({"gpg", "gpg2"})
_SAFE_PLACES = ("/dev/", "/proc/", "/run/secrets", "&")
_SETTERS = ("export", "local", "declare")
_REMOVERS = ("rm", "shred", "unlink", "mv")
# They look at it, or keep it in a variable
_HARMLESS = frozenset(("[", "[[", "test", "if", "true", "false", *_SETTERS))
_MOST = 500  # commands of a script that are looked at
_HOME = regex(r"^(?:~|\$HOME|\$\{HOME\})(?=/)")


@record
class Leak:
    """`kind` is log, file or settings; `place` is the file or the command."""

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

    @property
    def commands(self) -> Sequence[Command]:
        return self.script.commands[:_MOST]

    @property
    def workdir(self) -> str | None:
        state = self.build.evaluation.before(self.run)
        return state.workdir if state is not None else None

    def fills(self, text: str) -> bool:
        """Whether the content of a secret takes the place of a substitution in it."""
        if "$(" not in text and "`" not in text:
            return False
        return any(path in text for path in self.paths)

    def holds(self, word: Word) -> bool:
        """Whether the content of a secret is in the word."""
        return self.fills(word.text) or not self.names.isdisjoint(word.variables)

    def is_path(self, word: Word) -> bool:
        """Whether the word is the path of a secret."""
        return written(word) in self.paths


def leaks(build: Build, run: Instruction) -> Iterator[Leak]:
    """Those of a RUN with secret mounts, in order."""
    secrets = [mount for mount in build.mounts(run) if mount.type == "secret"]
    if not secrets:
        return
    paths = []
    names = set()
    for mount in secrets:
        if mount.env:
            names.add(mount.env)
        if mount.env is None or mount.target:
            paths.append(_path(mount))

    for script in build.scripts(run):
        if script.opaque or script.errors:
            continue
        flow = _Flow(build, run, script, tuple(paths), frozenset(names))
        flow = replace(flow, names=flow.names | set(_filled(flow)))
        for command in flow.commands:
            if not script.inside(command, "substitution", "process", "condition"):
                yield from _of_command(flow, command)


def _path(mount: Mount) -> str:
    """Where a secret is mounted: `/run/secrets/<id>` by default (BuildKit's convert_secrets.go)."""
    if mount.target:
        return mount.target
    name = (mount.id or mount.source).rpartition("/")[2]
    return f"/run/secrets/{name}"


def _filled(flow: _Flow) -> Iterator[str]:
    """The variables that the script fills from a secret."""
    text = flow.build.dockerfile.text
    for command in flow.script.commands:
        for assignment in command.assignments:
            if flow.fills(assignment.value_span.of(text)):
                yield assignment.name
        if command.name not in _SETTERS:
            continue
        for word in command.args:
            name, equals, _ = word.text.partition("=")
            if equals and flow.fills(word.text):
                yield name


def _of_command(flow: _Flow, command: Command) -> Iterator[Leak]:
    if command.name in _HARMLESS:
        return
    args = command.args
    if command.name in _COPIES and len(args) > 1 and flow.is_path(args[-2]):
        yield from _kept(flow, args[-1])
        return
    if command.name in _GPG and command.has("--import", "--fast-import"):
        yield from _imported(flow, command)
        return
    holding = [word for word in args if flow.holds(word)]
    if _prints(flow, command, holding) or _has_body(flow, command):
        yield from _printed(flow, command)
    elif holding:
        yield from _given(flow, command, holding[0])


def _imported(flow: _Flow, command: Command) -> Iterator[Leak]:
    """A private key that stays in a key ring, unless that is removed or lies elsewhere."""
    keys = [word for word in command.args if flow.is_path(word)]
    assigned = [assignment.name for assignment in command.assignments]
    if not keys or command.has("--homedir") or "GNUPGHOME" in assigned:
        return
    text = flow.script.text.text
    if "GNUPGHOME" in text or "--delete-secret" in text:
        return
    if "rm " not in text[keys[0].at :]:
        yield Leak("settings", f"{command.name} --import", keys[0].span)


def _prints(flow: _Flow, command: Command, holding: Sequence[Word]) -> bool:
    """Whether the command writes a secret to its standard output."""
    if command.name in _PRINTS:
        return bool(holding)
    return command.name in _READS and any(map(flow.is_path, command.args))


def _has_body(flow: _Flow, command: Command) -> bool:
    """`cat <<EOF` with a secret in its body."""
    if command.name not in ("cat", "tee"):
        return False
    for redirect in command.redirects:
        if redirect.body is None:
            continue
        text = redirect.body.text
        if flow.fills(text):
            return True
        for name in flow.names:
            if f"${name}" in text or f"${{{name}}}" in text:
                return True
    return False


def _printed(flow: _Flow, command: Command) -> Iterator[Leak]:
    """What is printed goes to the end of the pipe: a file, a command that takes it, or the log."""
    last = flow.script.pipe(command)[-1]
    target = _output(flow, last)
    if target is not None:
        if target.target is not None:
            yield from _kept(flow, target.target)
    elif last.name == "tee":
        for word in last.args:
            if not word.text.startswith("-"):
                yield from _kept(flow, word)
    elif last is command:
        yield Leak("log", command.name, command.span)


def _output(flow: _Flow, command: Command) -> Redirect | None:
    """Where the standard output of a command goes, by itself or by a block around it."""
    redirects = list(command.redirects)
    for block in flow.script.enclosing(command):
        redirects += block.redirects
    for redirect in redirects:
        if redirect.operator in _OUTPUT and redirect.fd in (None, 1):
            return redirect
    return None


def _kept(flow: _Flow, target: Word) -> Iterator[Leak]:
    """A file that is in the layer when the RUN is done."""
    path = written(target)
    if path.startswith(_SAFE_PLACES) or path in flow.paths:
        return
    whole = _whole(flow, target)
    if whole is None or hides(flow.build.mounts(flow.run), whole, flow.workdir or "/"):
        return
    if not _is_removed(flow, path, whole):
        yield Leak("file", path, target.span)


def _whole(flow: _Flow, word: Word) -> str | None:
    """The path from the root; None where a variable other than HOME is in it."""
    path = _HOME.sub("/root", written(word))
    if "$" in path or flow.workdir is None:
        return None
    return in_workdir(flow.workdir, path)


def _is_removed(flow: _Flow, path: str, whole: str) -> bool:
    """Whether a later command, or a trap, removes it: by its name, or with its directory."""
    if any(flow.script.named("trap")):
        return True
    for command in flow.commands:
        if command.name not in _REMOVERS:
            continue
        for word in command.args:
            if written(word) == path:
                return True
            removed = (_whole(flow, word) or "").rstrip("/*")
            if removed and f"{whole}/".startswith(f"{removed}/"):
                return True
    return False


def _given(flow: _Flow, command: Command, word: Word) -> Iterator[Leak]:
    """A command that keeps its settings in a file, unless they are removed after it."""
    texts = [command.name, *map(written, command.args)]
    plain = " ".join(text for text in texts if not text.startswith("-"))
    for start, undone in _KEEPS.items():
        if not f"{plain} ".startswith(f"{start} "):
            continue
        if any(text.startswith(_UNSETS) for text in texts):
            return
        end = word.at + len(word.text)
        after = flow.script.text.text[end:]
        if undone not in after and "rm " not in after:
            yield Leak("settings", start, word.span)
        return
