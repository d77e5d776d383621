"""What two RUN have in common that makes one step of them."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from lightship.build import Build
from lightship.dockerfile.tree import Instruction
from lightship.facts.packages.apt import AptRun
from lightship.regex import regex
from lightship.shell.commands import Command, Script
from lightship.shell.packages import PackageCommand, package_commands

_MANAGERS = {
    "apk": frozenset(("apk",)),
    "dnf": frozenset(("dnf", "microdnf", "rpm", "tdnf", "yum")),
    "zypper": frozenset(("zypper",)),
}
_FILES = frozenset(
    "chmod chown cp curl gunzip ln mkdir mv rm tar touch unzip wget".split()
)
# What the layer below is kept for in vain
_CHANGING = frozenset("chmod chown gunzip mv rm tar unzip".split())
# What works on files of lower layers
_ALTERING = frozenset("chmod chown rm".split())
# Packages of hundreds of megabytes: a layer each is pulled beside the others
_LARGE = regex(
    r"(?i)(?:torch(?:vision|audio)?\b|tensorflow|tf-nightly|jax\b|mxnet|paddlepaddle|cudf|dask-cudf|nvidia-"
    r"|onnxruntime-gpu|xformers|vllm|flash[-_]attn|neuronx|intel-extension|openvino|pyspark)"
)
# What pip compiles for minutes, since there is no wheel of it
_COMPILED = frozenset(
    """uwsgi pyuwsgi psycopg2 psycopg mysqlclient gdal pygraphviz pycairo pygobject pyicu
    python-ldap mpi4py dlib scikit-sparse fasttext pycuda horovod apex llama-cpp-python
    box2d-py pyaudio""".split()
)
_FOR_COMPILER = regex(r"CC|CXX|\w*(?:FLAGS|ARGS|CUDA|BUILD|JOBS|ARCH_LIST)\w*")
_ELSEWHERE = (
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--dry-run",
)
_ACCOUNTS = frozenset(("addgroup", "adduser", "groupadd", "useradd", "usermod"))
# Directories that many things share
_SHARED = frozenset(
    """. .. /bin /etc /home /opt /root /tmp /usr /usr/bin /usr/lib /usr/local
    /usr/local/bin /usr/local/lib /usr/local/share /usr/share /usr/src /var""".split()
) | {""}


def apt_bond(first: AptRun, second: AptRun) -> str:
    """The second only calls apt, after the last command of the first, and reads no index."""
    if not _uses_index(first) and not _uses_index(second):
        return ""  # what they remove lies in lower layers
    if first.is_update_alone:
        return ""
    if not first.ends_in_apt or not second.only_apt:
        return ""
    if second.updates or second.uses:
        return ""  # what it reads is another rule's matter
    return "call apt" if second.commands else "work on what apt keeps"


def _uses_index(run: AptRun) -> bool:
    """Whether it reads or writes the index of apt."""
    return bool(run.updates or run.uses)


def bond(build: Build, first: Instruction, second: Instruction) -> str:
    """What the two have in common; empty where nothing, or where one has options alone and no
    script.
    """
    before = build.scripts(first)
    after = build.scripts(second)
    if not before or not after:
        return ""
    return _common(before[0], after[0])


def _common(first: Script, second: Script) -> str:
    both = (*first.commands, *second.commands)
    names = {command.name for command in both}
    for manager, own in _MANAGERS.items():
        if names <= own:
            return f"call {manager}"
    if _installs_by_name(first) and _installs_by_name(second):
        return "call pip"

    if names <= _ACCOUNTS:
        return _shared(first, second, are_paths=False)
    if names <= _FILES and _saves_bytes(first, second):
        return _shared(first, second, are_paths=True)
    return ""


def _saves_bytes(first: Script, second: Script) -> bool:
    """Whether a layer would keep what the first makes and the second changes."""
    if not any(map(_changes, second.commands)):
        return False
    if any(map(_makes, first.commands)):
        return True
    return _change_all(first, second)


def _changes(command: Command) -> bool:
    """Whether the layer below keeps without effect what it works on."""
    return command.name in _CHANGING


def _makes(command: Command) -> bool:
    """Whether it puts files into its own layer."""
    return command.name in _FILES - _ALTERING


def _change_all(first: Script, second: Script) -> bool:
    """Whether both change the owner or mode of a whole tree: each layer has a copy of it."""
    for command in (*first.commands, *second.commands):
        if command.name == "rm" or not _is_recursive(command):
            return False
    return True


def _is_recursive(command: Command) -> bool:
    words = [word.value for word in command.args]
    return "-R" in words or "--recursive" in words


def _shared(first: Script, second: Script, *, are_paths: bool) -> str:
    before = _things(first, are_paths=are_paths)
    after = _things(second, are_paths=are_paths)
    both = before & after
    if not both:
        return ""
    # A name says more than a number does
    return f"work on {min(both, key=_by_meaning)}"


def _by_meaning(thing: str) -> tuple[bool, str]:
    return thing.isdecimal(), thing


def _installs_by_name(script: Script) -> bool:
    """Whether it does nothing but pip install, and needs no file for it."""
    calls = list(package_commands(script, "pip"))
    if not calls or len(calls) != len(script.commands):
        return False
    if any(map(_compiles, script.commands)):
        return False

    kinds: set[str] = set()
    for does in calls:
        if does.action != "install" or does.requirements:
            return False
        if _stands_alone(does):
            return False
        kinds.update(package.kind for package in does.packages)
    return kinds == {"registry"}


def _compiles(command: Command) -> bool:
    """Whether a variable before the command is for a compiler: that takes its time."""
    names = [assignment.name for assignment in command.assignments]
    return any(map(_FOR_COMPILER.fullmatch, names))


def _stands_alone(does: PackageCommand) -> bool:
    """Whether an install is worth a layer of its own: it is large, slow, or from elsewhere."""
    if does.option(*_ELSEWHERE) is not None:
        return True
    names = [package.name.lower().replace("_", "-") for package in does.packages]
    return any(_LARGE.match(name) or name in _COMPILED for name in names)


def _things(script: Script, *, are_paths: bool) -> set[str]:
    """What it works on: the operands, as far as they name something of this image alone."""
    things: set[str] = set()
    for value in _operands(script):
        if value.startswith("-"):
            continue
        is_path = "/" in value or "." in value
        if is_path or not are_paths:
            things.add(value.rstrip("/"))
    return things - _SHARED


def _operands(script: Script) -> Iterator[str]:
    """The words after all commands; of a URL also the name of its file."""
    for command in script.commands:
        for word in command.args:
            value = word.value or ""
            yield value
            if "://" in value:
                yield basename(value)
