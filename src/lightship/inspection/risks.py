"""What makes an image unsafe: secrets, its user, modes of files, the end of its distribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from lightship.image.entry_changes import seen_name
from lightship.image.owners import UNOWNED
from lightship.image.scan import EntryKind, FoundSecret, Scan
from lightship.image.stack import NEVER, EndReason
from lightship.inspection.inspected_parts import (
    InspectedParts,
    finding,
    largest,
)
from lightship.inspection.inspection import FindingPlace, ImageFinding
from lightship.inspection.secrets import BY_NAME, KEY_STORE, in_config
from lightship.inspection.subjects import NAMED, SUBJECTS
from lightship.lint.finding import Severity
from lightship.regex import regex
from lightship.wording.counts import count
from lightship.wording.printable import escaped

MOST = 50  # findings of one id; the rest is counted in the last
_FILE, _DIRECTORY = int(EntryKind.FILE), int(EntryKind.DIRECTORY)
_SETUID, _WRITABLE, _STICKY = 0o6000, 0o002, 0o1000
_CAPABILITY = "security.capability"
_KEYS = ("a private key", KEY_STORE)
# Debian's ssl-cert makes it while it is installed, with a certificate that nobody trusts
_TRUSTED_BY_NOBODY = b"ssl/private/ssl-cert-snakeoil.key"
_SAMPLE = regex(
    r"(?:^|/)(?:tests?|testdata|testing|examples?|samples?|fixtures?|docs?)/"
)
# The programs with setuid or setgid of Debian, Alpine and Fedora: where no package is known, they
# are taken for theirs
_KNOWN = frozenset(
    b"""su sudo passwd mount umount newgrp chsh chfn gpasswd chage expiry wall write ping
    ping6 fusermount fusermount3 pkexec unix_chkpwd pam_timestamp_check ssh-agent
    ssh-keysign crontab at bbsuid newuidmap newgidmap sg vlock dbus-daemon-launch-helper
    polkit-agent-helper-1 utempter userhelper""".split()
)

Entries = list[tuple[int, int]]


def find_risks(known: InspectedParts) -> Iterator[ImageFinding]:
    """All findings except waste and needless bytes, by subject."""
    yield from _secrets(known)
    yield from _config(known)
    yield from _user(known)
    yield from _modes(known)
    yield from _life(known)


def _scans(known: InspectedParts) -> Iterator[tuple[int, Scan]]:
    for layer, scan in enumerate(known.contents.stack.scans):
        if scan is not None:
            yield layer, scan


def _secrets(known: InspectedParts) -> Iterator[ImageFinding]:
    """One for each path: a secret whose mode a later layer changed is in two layers."""
    by_path: dict[bytes, Entries] = defaultdict(list)
    for layer, index in sorted(known.secrets):
        path = known.contents.stack.scan(layer).paths[index]
        if not (known.ignored(path) or path.endswith(_TRUSTED_BY_NOBODY)):
            by_path[path].append((layer, index))

    findings: list[ImageFinding] = []
    for path in sorted(by_path):
        surest = _surest(known, by_path[path])
        findings.append(_secret(known, path, surest))

    for name in ("private-key", "secret-in-file", NAMED):
        same = [finding for finding in findings if finding.id == name]
        yield from _first(same)


def _hits(known: InspectedParts, entry: tuple[int, int]) -> tuple[FoundSecret, ...]:
    """The secrets in an entry."""
    return known.secrets[entry].hits


def _surest(known: InspectedParts, entries: Entries) -> Entries:
    """Those in which a secret was found; else those whose name alone says so."""
    inside: Entries = []
    for entry in entries:
        first, *_ = _hits(known, entry)
        if first.title != BY_NAME:
            inside.append(entry)
    return inside or entries


def _first(findings: list[ImageFinding]) -> list[ImageFinding]:
    """The worst `MOST`, of which the last says how many more there are, and has their places."""
    findings = sorted(findings, key=lambda finding: -finding.severity)
    if len(findings) <= MOST:
        return findings
    last = findings[MOST - 1]
    rest = count(len(findings) - MOST, "file")
    message = f"{last.message}, and more in {rest}"
    places: list[FindingPlace] = []
    for item in findings[MOST - 1 :]:
        places += item.places
    joined = replace(last, message=message, places=tuple(places), count=len(places))
    return [*findings[: MOST - 1], joined]


def _secret(known: InspectedParts, path: bytes, entries: Entries) -> ImageFinding:
    stack = known.contents.stack
    visible = [entry for entry in entries if seen_name(stack, *entry)]
    main = visible[-1] if visible else entries[-1]
    hits = _hits(known, main)
    message = _where(path, hits)
    if not visible:
        message += f", {_fate(known, *main)}"

    first_layer, _ = entries[0]
    blame = known.blamed(first_layer)
    subject = _id(hits[0])
    result = finding(subject, message, len(entries), blame)
    places = [_place(known, entry) for entry in entries]
    result = replace(result, places=tuple(places))

    is_sample = _SAMPLE.search(path.decode("latin-1")) is not None
    if is_sample:
        return replace(result, severity=Severity.WARNING)
    return result


def _id(hit: FoundSecret) -> str:
    if hit.title == BY_NAME:
        return NAMED
    return "private-key" if hit.title in _KEYS else "secret-in-file"


def _where(path: bytes, hits: tuple[FoundSecret, ...]) -> str:
    title, line = hits[0]
    name = _shown(path)
    if title == BY_NAME:
        return f"{name} holds secrets, judging by its name"

    text = _capital(title)
    others = len(hits) - 1
    if others:
        text += f" and {others} more"
    text += f" in {name}"
    if line:
        text += f", line {line}"
    return text


def _capital(title: str) -> str:
    return title[0].upper() + title[1:]


def _place(known: InspectedParts, entry: tuple[int, int]) -> FindingPlace:
    note = "; ".join(map(_named, _hits(known, entry)))
    seen = seen_name(known.contents.stack, *entry) is not None
    return replace(known.place(*entry, note), seen=seen)


def _named(hit: FoundSecret) -> str:
    return f"{hit.title}, line {hit.line}" if hit.line else hit.title


def _fate(known: InspectedParts, layer: int, index: int) -> str:
    stack = known.contents.stack
    cause = EndReason(stack.why[layer][index])
    word = "overwritten" if cause is EndReason.REPEATED else cause.name.lower()
    end = stack.gone[layer][index] + 1
    return f"{word} in layer {end}, still readable in layer {layer + 1}"


def _shown(path: bytes) -> str:
    return "/" + escaped(path, 200)


def _config(known: InspectedParts) -> Iterator[ImageFinding]:
    if not known.searches:
        return
    secrets = in_config(known.contents.image)
    for title, place, layer in secrets[:MOST]:
        blame = known.blamed(layer) if layer is not None else None
        shown = escaped(place, 200)
        message = f"{_capital(title)} is in {shown}"
        yield finding("secret-in-config", message, 1, blame)


def _user(known: InspectedParts) -> Iterator[ImageFinding]:
    name, _, _ = known.contents.image.config.user.partition(":")
    user = name.strip()
    if user and user != "root" and user.lstrip("0+-"):
        return
    reason = f"USER is {escaped(user, 40)}" if user else "The image has no USER"
    yield finding("root-user", f"{reason}: the container runs as root")


def _modes(known: InspectedParts) -> Iterator[ImageFinding]:
    by_subject: dict[str, Entries] = defaultdict(list)
    for layer, scan in _scans(known):
        for subject, index in _of_layer(known, layer, scan):
            path = scan.paths[index]
            if not known.ignored(path):
                by_subject[subject].append((layer, index))
    for subject in sorted(by_subject):
        yield _of_modes(known, subject, by_subject[subject])


def _of_modes(known: InspectedParts, subject: str, entries: Entries) -> ImageFinding:
    paths = [known.place(*entry).path for entry in entries[:3]]
    shown = ", ".join(map(_shown, paths))
    message = f"{SUBJECTS[subject].title}: {shown}"
    more = len(entries) - 3
    if more > 0:
        message += f" and {more} more"

    layers = {layer for layer, _ in entries}
    blame = known.blamed(layers.pop()) if len(layers) == 1 else None
    result = finding(subject, message, len(entries), blame)
    return replace(result, places=largest(known, entries))


def _of_layer(
    known: InspectedParts,
    layer: int,
    scan: Scan,
) -> Iterator[tuple[str, int]]:
    """Most layers have a handful of modes, so that few entries are looked at."""
    gone = known.contents.stack.gone[layer]
    owner = known.owners.owner[layer]
    odd: set[int] = set()  # numbers of attributes
    for number, attributes in enumerate(scan.owners):
        if attributes.mode & (_SETUID | _WRITABLE):
            odd.add(number)

    for index, number in enumerate(scan.attributes if odd else ()):
        if number not in odd or gone[index] != NEVER:
            continue
        mode = scan.owners[number].mode
        kind = scan.kinds[index]
        if mode & _SETUID and kind == _FILE:
            subject = _of_setuid(known, scan.paths[index], owner[index])
            yield subject, index
        if _is_writable(mode, kind):
            yield "world-writable", index

    for index, xattrs in scan.xattrs.items():
        is_seen = gone[index] == NEVER
        if is_seen and _CAPABILITY in xattrs:
            yield "file-capabilities", index


def _is_writable(mode: int, kind: int) -> bool:
    """Whether everyone may change a file, or what a directory has."""
    if not mode & _WRITABLE:
        return False
    if kind == _DIRECTORY:
        return not mode & _STICKY
    return kind == _FILE


def _of_setuid(known: InspectedParts, path: bytes, owner: int) -> str:
    if owner != UNOWNED:
        return "setuid"
    name = path.rpartition(b"/")[2]
    has_packages = bool(known.owners.packages)
    is_usual = not has_packages and name in _KNOWN
    return "setuid" if is_usual else "setuid-unpackaged"


def _life(known: InspectedParts) -> Iterator[ImageFinding]:
    release = known.distribution
    if release is None or release.end_of_life is None:
        return
    if release.end_of_life >= known.today:
        return
    name = escaped(release.name or f"{release.id} {release.version}", 80)
    message = f"{name} has had no security fixes since {release.end_of_life}"
    yield finding("end-of-life", message)
