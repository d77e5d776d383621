"""What the image reader says of a built image, as far as a proof compares it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from lightship.base_images import lifetimes
from lightship.build import Build
from lightship.image.choose import Choice
from lightship.image.codecs import LONGEST_MAGIC, compression
from lightship.image.layer import Cores, Reading
from lightship.image.limits import Limits
from lightship.image.scan import EntryKind
from lightship.image.stack import NEVER
from lightship.inspection.inspect_image import inspect
from lightship.inspection.inspection import FindingGroup, Inspection
from lightship.inspection.wanted import WANTED
from lightship.processes import beside, share
from lightship.proof.proof import ImageShape, ShapeLayer
from lightship.sources import SourceOptions, open_image

_WRITABLE_BY_OWNER, _WRITABLE = 0o200, 0o002
_MOST_DIRECTORIES = 60
_DEPTH = 3  # parts of the directories that a treemap shows
_SETUID = ("setuid", "setuid-unpackaged")
_SYMLINK = int(EntryKind.SYMLINK)
_PIECE = 1 << 20


@contextmanager
def inspected(image: str, build: Build) -> Iterator[Inspection]:
    """An image of the engine, by id or name, with its layers traced to its Dockerfile."""
    how = Reading(WANTED, Limits(), cores=Cores(beside, share))
    with open_image(
        f"docker://{image}", Choice("", ""), how, SourceOptions(keep=True)
    ) as opened:
        yield inspect(
            opened,
            how,
            build=build,
            dockerfile="Dockerfile",
            today=lifetimes.today(),
        )


def shape_of(inspection: Inspection) -> ImageShape:
    """The figures and facts of an image."""
    contents, counts = inspection.contents, Counter[str]()
    for found in inspection.findings:
        counts[found.id] += max(found.count, 1)
    user = contents.image.config.user
    secrets = sum(
        max(each.count, 1)
        for each in inspection.findings
        if each.group is FindingGroup.SECRETS
    )
    distribution = inspection.distribution
    packages = (
        f"{each.manager} {each.name} {each.version}"
        for each in inspection.owners.packages
    )
    return ImageShape(
        size=contents.size,
        compressed=_compressed(inspection),
        content=contents.content_bytes,
        waste=contents.wasted_bytes,
        files=contents.files,
        layers=tuple(_layers(inspection)),
        packages=tuple(sorted(packages)),
        user=user,
        is_root="root-user" in counts,
        setuid=sum(counts[each] for each in _SETUID),
        secrets=secrets,
        writable=_writable(inspection, user),
        ended="end-of-life" in counts,
        distribution=distribution.name if distribution is not None else "",
        directories=_directories(inspection),
        findings=dict(counts),
    )


def _compressed(inspection: Inspection) -> int:
    """The bytes of all layers in gzip, as a registry stores them near enough (isal, level 2).

    0 if one is not there.

    A layer that the engine keeps compressed counts as it is.
    """
    from isal import isal_zlib  # noqa: PLC0415 - only a proof compresses

    total = 0
    for blob in inspection.contents.opened.blobs:
        if blob is None:
            return 0
        packer = isal_zlib.compressobj(2, wbits=31)
        stream, at = blob.open(), 0
        is_packed = False
        while data := stream.read(_PIECE):
            is_packed = is_packed or (
                not at and compression(data[:LONGEST_MAGIC]) not in (None, "")
            )
            total += len(data) if is_packed else len(packer.compress(data))
            at += len(data)
        total += 0 if is_packed else len(packer.flush())
    return total


def _layers(inspection: Inspection) -> Iterator[ShapeLayer]:
    for blame, scan in zip(
        inspection.blame, inspection.contents.stack.scans, strict=False
    ):
        yield ShapeLayer(
            scan.content_bytes if scan is not None else 0, blame.first, blame.text
        )


def _writable(inspection: Inspection, user: str) -> int:
    """Paths of the final image that the user may write: all of them as root; links apart.

    A user that is a name is looked up nowhere: then what everybody may write counts alone.
    """
    number = user.partition(":")[0].strip()
    is_root = not number or number == "root" or not number.lstrip("0+-")
    uid = int(number) if number.isdecimal() and len(number) < 10 else -1
    stack, total = inspection.contents.stack, 0
    for scan, gone in zip(stack.scans, stack.gone, strict=True):
        if scan is None:
            continue
        allowed = [
            is_root
            or bool(each.mode & _WRITABLE)
            or (each.uid == uid and bool(each.mode & _WRITABLE_BY_OWNER))
            for each in scan.owners
        ]
        rows = zip(scan.attributes, scan.kinds, gone, strict=True)
        total += sum(
            allowed[at] and kind != _SYMLINK and end == NEVER for at, kind, end in rows
        )
    return total


def _directories(inspection: Inspection) -> dict[str, int]:
    """The largest directories of the final image, with all bytes of content below them.

    They are at most three parts deep.
    """
    sizes: Counter[bytes] = Counter()
    stack = inspection.contents.stack
    for scan, gone in zip(stack.scans, stack.gone, strict=True):
        if scan is not None:
            for path, size, end in zip(scan.paths, scan.sizes, gone, strict=True):
                if size and end == NEVER:
                    parts = path.split(b"/")[:-1][:_DEPTH]
                    for depth in range(1, len(parts) + 1):
                        sizes[b"/".join(parts[:depth])] += size
    return {
        path.decode("utf-8", "backslashreplace"): size
        for path, size in sizes.most_common(_MOST_DIRECTORIES)
    }
