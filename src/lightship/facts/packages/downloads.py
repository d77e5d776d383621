"""What the RUN of a build fetch from the network with curl and wget, and whether they look at what they got."""

from __future__ import annotations

from collections.abc import Iterator

from lightship.build import Build, Invocation
from lightship.dockerfile.tree import Instruction
from lightship.facts.values.command_values import value
from lightship.record import record
from lightship.shell.commands import Assignment, Command, Word
from lightship.shell.fetching import Fetch, is_url, read_fetch
from lightship.shell.specs import written

_SUMS = frozenset(
    """b2sum b3sum cksum md5sum openssl sha1sum sha224sum sha256sum sha384sum sha512sum shasum""".split()
)
_SIGNATURES = frozenset(
    "cosign gpgv gpgv2 minisign signify slsa-verifier sq sqv".split()
)
_UNPACKING = frozenset(
    "bsdtar bunzip2 cpio dpkg gunzip gzip rpm rpm2cpio tar unxz unzip unzstd xz zcat".split()
)
_PROGRAM_ENDS = tuple(
    """.7z .appimage .apk .bin .br .bz2 .deb .dmg .egg .exe .gem .gz .jar .lz .lzma .msi .nupkg .phar .pkg .rpm .run .so
    .tar .tbz .tbz2 .tgz .txz .tzst .war .whl .xz .zip .zst""".split()
)
_PROGRAM_PARTS = (
    "linux-amd64",
    "linux-arm64",
    "linux-x86_64",
    "linux_amd64",
    "linux_x86_64",
    "x86_64-linux",
)
_LOCAL = ("localhost", "127.", "0.0.0.0", "[::1]")  # noqa: S104 - compared, not bound


@record
class Download:
    """One file that a command fetches: its URL as far as it is known, the word that gives it, and the file's name."""

    found: Invocation
    fetch: Fetch
    url: str
    word: Word
    target: str

    @property
    def scheme(self) -> str:
        return self.url.partition("://")[0].lower() if "://" in self.url else ""

    @property
    def is_piped(self) -> bool:
        """Whether another command reads it."""
        item = self.found.script.pipelines[self.found.command.pipeline]
        return not self.target and self.found.command.stage + 1 < item.length

    @property
    def is_unpacked(self) -> bool:
        """Whether it is piped to what unpacks or installs it."""
        pipe = self.found.script.pipe(self.found.command) if self.is_piped else ()
        return any(other.name in _UNPACKING for other in pipe)

    @property
    def is_local(self) -> bool:
        """Whether it comes from this very machine."""
        return is_local_url(self.url)


def is_local_url(url: str) -> bool:
    """Whether it names this very machine."""
    return url.rpartition("://")[2].startswith(_LOCAL)


def downloads(build: Build) -> tuple[Download, ...]:
    """All downloads of all RUN, in order."""
    return build.once(_downloads)


def _downloads(build: Build) -> tuple[Download, ...]:
    return tuple(
        each for found in build.commands("curl", "wget") for each in _read(build, found)
    )


def _read(build: Build, found: Invocation) -> Iterator[Download]:
    fetch = read_fetch(found.command)
    for word in fetch.urls if fetch is not None else ():
        url = expanded(build, found, word)
        if fetch is not None and is_url(url):
            yield Download(found, fetch, url, word, fetch.target(url))


def is_program(path: str) -> bool:
    """Whether a URL or a path is that of an archive, a package or a program, by its name."""
    name = path.partition("?")[0].partition("#")[0].rstrip("/").lower()
    if name.endswith(_PROGRAM_ENDS):
        return True
    parts = name.split("/")
    return any(part in parts[-1] for part in _PROGRAM_PARTS) or (
        len(parts) > 1 and parts[-2] == "bin" and "." not in parts[-1]
    )


def expanded(build: Build, found: Invocation, word: Word) -> str:
    """The word with its variables put in, as far as ENV, ARG and the script say; else as it is written."""
    name, text = word.variable, written(word)
    if name is not None:
        given = (
            each
            for command in found.script.commands[: found.command.index]
            for each in _set_by(command)
        )
        text = next(
            (
                each.value
                for each in given
                if each.name == name and each.value is not None
            ),
            text,
        )
    return value(build, found, text) or text


def _set_by(command: Command) -> tuple[Assignment, ...]:
    """What a command that is nothing but assignments sets for those behind it."""
    return () if command.words else command.assignments


def is_verified(build: Build, instruction: Instruction) -> bool:
    """Whether the RUN compares a checksum or a signature of anything."""
    return any(
        _verifies(command)
        for script in build.scripts(instruction)
        for command in script.commands
    )


def _verifies(command: Command) -> bool:
    name = command.name
    if name in _SUMS:
        return name != "openssl" or command.has(
            "dgst", "sha256", "sha512", "sha1", "md5", "smime", "pkeyutl"
        )
    if name in _SIGNATURES:
        return True
    if name in ("gpg", "gpg2"):
        return any(
            (word.value or "").startswith(("--verify", "--decrypt", "-d"))
            for word in command.args
        )
    if name in ("gh", "rekor-cli", "notation", "sigstore"):
        return command.has("verify", "attestation")
    if name in ("rpm", "rpmkeys"):
        return command.has("-K", "--checksig", "--import")
    return "verify" in name or "checksum" in name
