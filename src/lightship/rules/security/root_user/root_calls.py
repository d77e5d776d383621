"""Whether a program of the project does what only root may do."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build
from lightship.facts.copies.origins import file_of
from lightship.facts.copies.sources import sources_of
from lightship.facts.start.purpose import start_commands
from lightship.facts.start.read_launches import launches
from lightship.facts.start.start_files import script_of, start_files, text_of
from lightship.regex import regex

# `check_call(f"mount -o loop {image} {place}", shell=True)`, `subprocess.run(["modprobe", name])`
_PROGRAMS = ("mount", "modprobe", "chroot", "losetup")
_CALL = regex(
    r"\b(?:run|call|check_call|check_output|Popen|system|popen|getoutput|getstatusoutput"
    r"|create_subprocess_exec|create_subprocess_shell)\(\s*[\[(]?\s*[rRfFbB]{0,2}"
    r"[\"'](?:/usr)?(?:/s?bin/)?(?:u?mount|modprobe|chroot|losetup)[\"' ]"
)
# Owners, users and mounts are for root to change
_SYSTEM_CALL = regex(
    r"\bos\.(?:l?chown|setuid|setgid|setreuid|setresuid|initgroups|chroot|mount)\("
    r"|\bshutil\.chown\(|\blibc\.(?:mount|umount2?)\("
)
# Commands of a shell that change the kernel of the container or of its host
_COMMANDS = frozenset(
    "chroot insmod ip6tables ipset iptables losetup modprobe mount nft sysctl tc umount wg-quick"
    " wg".split()
)
# It does so only where it is root, or keeps its own owner
_ASKS = ("getuid()", "geteuid()")


def calls_for_root(build: Build) -> bool:
    """Whether it mounts, loads modules of the kernel or goes into another root, or whether the file
    that is started changes owners or users.
    """
    if any(map(_needs_root, _started_texts(build))) or _starts_command(build):
        return True
    if not launches(build):
        return False
    sources = sources_of(build, (".py",))
    return any(map(_calls_program, sources))


def _starts_command(build: Build) -> bool:
    """Whether a command of what is started, or of the script that is, is one for root."""
    if any(command.name in _COMMANDS for command in start_commands(build)):
        return True
    for file in start_files(build):
        script = script_of(build, file)
        if script is None:
            continue
        if any(
            command.words and command.name in _COMMANDS for command in script.commands
        ):
            return True
    return False


def _needs_root(text: str) -> bool:
    if _calls_program(text):
        return True
    if any(asked in text for asked in _ASKS):
        return False
    return _SYSTEM_CALL.search(text) is not None


def _calls_program(text: str) -> bool:
    if not any(program in text for program in _PROGRAMS):
        return False
    return _CALL.search(text) is not None


def _started_texts(build: Build) -> Iterator[str]:
    """The programs in Python that the image starts, by themselves or by the interpreter."""
    context = build.context
    if context is None:
        return
    for file in start_files(build):
        text = text_of(build, file) or ""
        first, _, _ = text.partition("\n")
        if file.name.endswith(".py") or "python" in first:
            yield text

    for launch in launches(build):
        if launch.is_module or not launch.texts[0].endswith(".py"):
            continue
        path = file_of(build, launch.texts[0])
        yield context.read(path) or ""
