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
    MOST_PLACES,
    InspectedParts,
    finding,
    largest,
)
from lightship.inspection.inspection import FindingPlace, ImageFinding
from lightship.inspection.secrets import BY_NAME, in_config
from lightship.inspection.subjects import NAMED, SUBJECTS
from lightship.lint.finding import Severity
from lightship.regex import regex
from lightship.wording.counts import count
from lightship.wording.printable import escaped

MOST = 50  # findings of one id; the rest is counted in the last
_FILE, _DIRECTORY = int(EntryKind.FILE), int(EntryKind.DIRECTORY)
_SETUID, _WRITABLE, _STICKY = 0o6000, 0o002, 0o1000
_CAPABILITY = "security.capability"
_KEYS = ("a private key", "a key store (PKCS #12)")
_SAMPLE = regex(
    r"(?:^|/)(?:tests?|testdata|testing|examples?|samples?|fixtures?|docs?)/"
)
# The programs with setuid or setgid of Debian, Alpine and Fedora: where no package is known, they
# are taken for theirs
_KNOWN = frozenset(
    b"""su sudo passwd mount umount newgrp chsh chfn gpasswd chage expiry wall write ping ping6 fusermount fusermount3
    pkexec unix_chkpwd pam_timestamp_check ssh-agent ssh-keysign crontab at bbsuid newuidmap newgidmap sg vlock
    dbus-daemon-launch-helper polkit-agent-helper-1 utempter userhelper""".split()
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
    return (
        (layer, scan)
        for layer, scan in enumerate(known.contents.stack.scans)
        if scan is not None
    )


def _secrets(known: InspectedParts) -> Iterator[ImageFinding]:
    """One for each path: a secret whose mode a later layer changed is in two layers."""
    found: dict[bytes, Entries] = defaultdict(list)
    for layer, scan in _scans(known):
        for index in scan.secrets:
            path = scan.paths[index]
            # What a package of the distribution has, everyone can fetch; but its settings may
            # have been changed
            if not known.ignored(path) and (
                path.startswith(b"etc/") or not known.is_packaged(layer, index)
            ):
                found[path].append((layer, index))
    all_of = [
        _secret(known, path, _surest(known, entries))
        for path, entries in sorted(found.items())
    ]
    for name in ("private-key", "secret-in-file", NAMED):
        yield from _first([each for each in all_of if each.id == name])


def _surest(known: InspectedParts, entries: Entries) -> Entries:
    """Those in which a secret was found; else those whose name alone says so."""
    scan = known.contents.stack.scan
    inside = [
        (layer, index)
        for layer, index in entries
        if scan(layer).secrets[index][0].title != BY_NAME
    ]
    return inside or entries


def _first(found: list[ImageFinding]) -> list[ImageFinding]:
    """The worst `MOST`, of which the last says how many more there are."""
    found = sorted(found, key=lambda each: -each.severity)
    if len(found) <= MOST:
        return found
    last = found[MOST - 1]
    return [
        *found[: MOST - 1],
        replace(
            last,
            message=f"{last.message}, and more in {count(len(found) - MOST, 'file')}",
        ),
    ]


def _secret(known: InspectedParts, path: bytes, entries: Entries) -> ImageFinding:
    hits = {
        entry: known.contents.stack.scan(entry[0]).secrets[entry[1]]
        for entry in entries
    }
    visible = [entry for entry in entries if seen_name(known.contents.stack, *entry)]
    main = visible[-1] if visible else entries[-1]
    where = _where(path, hits[main])
    found = finding(
        _id(hits[main][0]),
        where if visible else f"{where}, {_fate(known, *main)}",
        len(entries),
        known.blamed(entries[0][0]),
    )
    severity = (
        Severity.WARNING if _SAMPLE.search(path.decode("latin-1")) else found.severity
    )
    places = tuple(_place(known, entry, hits[entry]) for entry in entries[:MOST_PLACES])
    return replace(found, places=places, severity=severity)


def _id(hit: FoundSecret) -> str:
    if hit.title == BY_NAME:
        return NAMED
    return "private-key" if hit.title in _KEYS else "secret-in-file"


def _where(path: bytes, hits: tuple[FoundSecret, ...]) -> str:
    title, line = hits[0]
    if title == BY_NAME:
        return f"{_shown(path)} holds secrets, judging by its name"
    more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
    what = f"{title[0].upper()}{title[1:]}{more} in {_shown(path)}"
    return f"{what}, line {line}" if line else what


def _place(
    known: InspectedParts, entry: tuple[int, int], hits: tuple[FoundSecret, ...]
) -> FindingPlace:
    note = "; ".join(f"{title}, line {line}" if line else title for title, line in hits)
    return replace(
        known.place(*entry, note),
        seen=seen_name(known.contents.stack, *entry) is not None,
    )


def _fate(known: InspectedParts, layer: int, index: int) -> str:
    stack = known.contents.stack
    cause = EndReason(stack.why[layer][index])
    word = "overwritten" if cause is EndReason.REPEATED else cause.name.lower()
    return f"{word} in layer {stack.gone[layer][index] + 1}, still readable in layer {layer + 1}"


def _shown(path: bytes) -> str:
    return "/" + escaped(path, 200)


def _config(known: InspectedParts) -> Iterator[ImageFinding]:
    for title, place, layer in in_config(known.contents.image)[:MOST]:
        blame = known.blamed(layer) if layer is not None else None
        message = f"{title[0].upper()}{title[1:]} is in {escaped(place, 200)}"
        yield finding("secret-in-config", message, 1, blame)


def _user(known: InspectedParts) -> Iterator[ImageFinding]:
    user = known.contents.image.config.user.partition(":")[0].strip()
    if user and user != "root" and user.lstrip("0+-"):
        return
    says = f"USER is {escaped(user, 40)}" if user else "The image has no USER"
    yield finding("root-user", f"{says}: the container runs as root")


def _modes(known: InspectedParts) -> Iterator[ImageFinding]:
    found: dict[str, Entries] = defaultdict(list)
    for layer, scan in _scans(known):
        for subject, index in _of_layer(known, layer, scan):
            if not known.ignored(scan.paths[index]):
                found[subject].append((layer, index))
    for subject, entries in sorted(found.items()):
        blame = (
            known.blamed(entries[0][0])
            if len({layer for layer, _ in entries}) == 1
            else None
        )
        paths = [_shown(known.place(*entry).path) for entry in entries[:3]]
        rest = f" and {len(entries) - 3} more" if len(entries) > 3 else ""
        message = f"{SUBJECTS[subject].title}: {', '.join(paths)}{rest}"
        yield replace(
            finding(subject, message, len(entries), blame),
            places=largest(known, entries),
        )


def _of_layer(
    known: InspectedParts, layer: int, scan: Scan
) -> Iterator[tuple[str, int]]:
    """Most layers have a handful of modes, so that few entries are looked at."""
    gone, owner = known.contents.stack.gone[layer], known.owners.owner[layer]
    odd = {
        at
        for at, each in enumerate(scan.owners)
        if each.mode & _SETUID or each.mode & _WRITABLE
    }
    for index, at in enumerate(scan.attributes if odd else ()):
        if at in odd and gone[index] == NEVER:
            mode, kind = scan.owners[at].mode, scan.kinds[index]
            if mode & _SETUID and kind == _FILE:
                yield _of_setuid(known, scan.paths[index], owner[index]), index
            if mode & _WRITABLE and (
                kind == _FILE or (kind == _DIRECTORY and not mode & _STICKY)
            ):
                yield "world-writable", index
    for index, attributes in scan.xattrs.items():
        if _CAPABILITY in attributes and gone[index] == NEVER:
            yield "file-capabilities", index


def _of_setuid(known: InspectedParts, path: bytes, owner: int) -> str:
    is_known = owner != UNOWNED or (
        not known.owners.packages and path[path.rfind(b"/") + 1 :] in _KNOWN
    )
    return "setuid" if is_known else "setuid-unpackaged"


def _life(known: InspectedParts) -> Iterator[ImageFinding]:
    distribution = known.distribution
    if (
        distribution is None
        or distribution.end_of_life is None
        or distribution.end_of_life >= known.today
    ):
        return
    name = escaped(distribution.name or f"{distribution.id} {distribution.version}", 80)
    yield finding(
        "end-of-life",
        f"{name} has had no security fixes since {distribution.end_of_life}",
    )
