"""What the RUN of a build fetch with curl and wget, and whether they look at what they got."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction, Stage
from lightship.facts.values.command_values import value
from lightship.record import record
from lightship.regex import regex
from lightship.shell.commands import Command, Word
from lightship.shell.fetching import Fetch, is_url, read_fetch
from lightship.shell.specs import written

_SUMS = frozenset(
    """b2sum b3sum cksum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum shasum""".split()
)
_SIGNATURES = frozenset(
    "cosign gpgv gpgv2 minisign signify slsa-verifier sq sqv".split()
)
_UNPACKING = frozenset(
    "bsdtar bunzip2 cpio dpkg gunzip gzip rpm rpm2cpio tar unxz unzip unzstd xz zcat".split()
)
_PROGRAM_ENDS = tuple(
    """.7z .appimage .apk .bin .br .bz2 .deb .dmg .egg .exe .gem .gz .jar .lz .lzma .msi .nupkg
    .phar .pkg .rpm .run .so .tar .tbz .tbz2 .tgz .txz .tzst .war .whl .xz .zip .zst""".split()
)
_PROGRAM_PARTS = (
    "linux-amd64",
    "linux-arm64",
    "linux-x86_64",
    "linux_amd64",
    "linux_x86_64",
    "x86_64-linux",
)
# With them openssl makes a digest, or verifies a signature
_OF_OPENSSL = (
    "dgst",
    "sha256",
    "sha512",
    "sha1",
    "md5",
    "smime",
    "pkeyutl",
)
_OF_GPG = ("--verify", "--decrypt", "-d")
_NAME_ENDS = regex(r"[\s/\"'*;|&()]+")
_LOCAL = ("localhost", "127.", "0.0.0.0", "[::1]")  # noqa: S104 - compared, not bound


@record
class Download:
    """One file that a command fetches.

    `url` is its URL as far as it is known, `word` the word that gives it, `target` the file's name.
    """

    call: Invocation
    fetch: Fetch
    url: str
    word: Word
    target: str

    @property
    def is_piped(self) -> bool:
        """Whether another command reads it."""
        if self.target:
            return False
        command = self.call.command
        pipeline = self.call.script.pipeline_of(command)
        return command.stage + 1 < pipeline.length

    @property
    def is_unpacked(self) -> bool:
        """Whether it is piped to what unpacks or installs it."""
        if not self.is_piped:
            return False
        commands = self.call.script.pipe(self.call.command)
        return any(command.name in _UNPACKING for command in commands)

    @property
    def is_local(self) -> bool:
        """Whether it comes from this very machine."""
        return is_local_url(self.url)


def is_local_url(url: str) -> bool:
    """Whether it names this very machine."""
    _, _, address = url.rpartition("://")
    return address.startswith(_LOCAL)


def downloads(build: Build) -> tuple[Download, ...]:
    """All downloads of all RUN, in order."""
    return build.once(_downloads)


def _downloads(build: Build) -> tuple[Download, ...]:
    fetched: list[Download] = []
    for call in build.commands("curl", "wget"):
        fetched.extend(_read(build, call))
    return tuple(fetched)


def _read(build: Build, call: Invocation) -> Iterator[Download]:
    fetch = read_fetch(call.command)
    if fetch is None:
        return
    for word in fetch.urls:
        url = expanded(build, call, word)
        if not is_url(url):
            continue
        target = fetch.target(url)
        yield Download(call, fetch, url, word, target)


def is_program(path: str) -> bool:
    """Whether a URL or a path is that of an archive, a package or a program, by its name."""
    path, _, _ = path.partition("?")
    path, _, _ = path.partition("#")
    path = path.rstrip("/").lower()
    if path.endswith(_PROGRAM_ENDS):
        return True
    directory, _, name = path.rpartition("/")
    for part in _PROGRAM_PARTS:
        if part in name:
            return True
    is_in_bin = directory == "bin" or directory.endswith("/bin")
    return is_in_bin and "." not in name


def expanded(build: Build, call: Invocation, word: Word) -> str:
    """The word with its variables put in, as far as ENV, ARG and the script say.

    Where they do not, it stays as it is written.
    """
    text = written(word)
    if word.variable is not None:
        assigned = _assigned(call, word.variable)
        if assigned is not None:
            text = assigned
    return value(build, call, text) or text


def _assigned(call: Invocation, name: str) -> str | None:
    """The first known value that commands before this one, mere assignments, give to a variable."""
    end = call.command.index
    for command in call.script.commands[:end]:
        if command.words:
            continue
        for assignment in command.assignments:
            if assignment.name != name:
                continue
            if assignment.value is not None:
                return assignment.value
    return None


def is_verified(build: Build, instruction: Instruction) -> bool:
    """Whether the RUN compares a checksum or a signature of anything."""
    for script in build.scripts(instruction):
        for command in script.commands:
            if _verifies(command):
                return True
    return False


def is_verified_later(build: Build, download: Download) -> bool:
    """Whether a later RUN of the stage compares a checksum or a signature of that very file."""
    path = download.target.rstrip("/")
    _, _, name = path.rpartition("/")
    if not name:
        return False

    fetching = download.call.instruction
    stage = build.dockerfile.stage_of(fetching)
    verified = build.once(_verified_names)
    return (stage, name) in verified


def _verified_names(build: Build) -> frozenset[tuple[Stage | None, str]]:
    """By stage, the names of files in the scripts of RUN that compare checksums or signatures."""
    names: set[tuple[Stage | None, str]] = set()
    for instruction in build.each("RUN"):
        if not is_verified(build, instruction):
            continue
        stage = build.dockerfile.stage_of(instruction)
        text = instruction.span.of(build.dockerfile.text)
        words = _NAME_ENDS.split(text)
        names.update((stage, word) for word in words)
    return frozenset(names)


def _verifies(command: Command) -> bool:
    name = command.name
    if name == "openssl":
        return command.has(*_OF_OPENSSL)
    if name in _SUMS or name in _SIGNATURES:
        return True
    if name in ("gpg", "gpg2"):
        options = (word.value or "" for word in command.args)
        return any(option.startswith(_OF_GPG) for option in options)
    if name in ("gh", "rekor-cli", "notation", "sigstore"):
        return command.has("verify", "attestation")
    if name in ("rpm", "rpmkeys"):
        return command.has("-K", "--checksig", "--import")
    return "verify" in name or "checksum" in name
