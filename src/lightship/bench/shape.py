"""What the image reader says of a built image, as far as a proof compares it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from lightship.base_images import lifetimes
from lightship.build import Build
from lightship.image.blob import Blob
from lightship.image.choose import Choice
from lightship.image.codecs import LONGEST_MAGIC, compression
from lightship.image.digest import Digest
from lightship.image.layer import Cores, Reading
from lightship.image.owners import InstalledPackage
from lightship.image.read_limits import Limits
from lightship.image.scan import Attributes, EntryKind
from lightship.image.stack import NEVER
from lightship.inspection.inspect_image import inspect
from lightship.inspection.inspection import FindingGroup, Inspection
from lightship.inspection.wanted import WANTED
from lightship.processes import beside, share
from lightship.proof.measured import ImageShape, ShapeLayer
from lightship.sbom.named.file_kinds import with_packages
from lightship.sources import SourceOptions, open_image
from lightship.wording.printable import escaped_bytes

_WRITABLE_BY_OWNER = 0o200
_WRITABLE = 0o002
_MOST_DIRECTORIES = 60
_DEPTH = 3  # parts of the directories that a treemap shows
_SETUID = ("setuid", "setuid-unpackaged")
_SYMLINK = int(EntryKind.SYMLINK)
_PIECE = 1 << 20


@contextmanager
def inspected(
    image: str, build: Build, *, packages_too: bool = False
) -> Iterator[Inspection]:
    """An image of the engine, by id or name, with its layers traced to its Dockerfile.

    With `packages_too` all files that name packages are read, for a bill of them.
    """
    cores = Cores(beside, share)
    wanted = with_packages(WANTED) if packages_too else WANTED
    how = Reading(wanted, Limits(), cores=cores)
    name = f"docker://{image}"
    choice = Choice("", "")
    options = SourceOptions(keep=True)
    with open_image(name, choice, how, options) as opened:
        yield inspect(
            opened,
            how,
            build=build,
            dockerfile="Dockerfile",
            today=lifetimes.today(),
        )


def shape_of(
    inspection: Inspection, packed: dict[Digest, int] | None = None
) -> ImageShape:
    """The figures and facts of an image.

    `packed` has the bytes in gzip of the layers that were looked at before, and gets these; without
    it they are not counted.
    """
    contents = inspection.contents
    counts: Counter[str] = Counter()
    secrets = 0
    for finding in inspection.findings:
        number = max(finding.count, 1)
        counts[finding.id] += number
        if finding.group is FindingGroup.SECRETS:
            secrets += number

    user = contents.image.config.user
    distribution = inspection.distribution
    name = distribution.name if distribution is not None else ""
    packages = map(_package, inspection.owners.packages)
    setuid = sum(counts[id_] for id_ in _SETUID)
    return ImageShape(
        size=contents.size,
        compressed=0 if packed is None else _compressed(inspection, packed),
        content=contents.content_bytes,
        waste=contents.wasted_bytes,
        files=contents.files,
        layers=tuple(_layers(inspection)),
        packages=tuple(sorted(packages)),
        user=user,
        is_root="root-user" in counts,
        setuid=setuid,
        secrets=secrets,
        writable=_writable(inspection, user),
        ended="end-of-life" in counts,
        distribution=name,
        directories=_directories(inspection),
        findings=dict(counts),
    )


def _compressed(inspection: Inspection, packed: dict[Digest, int]) -> int:
    """The bytes of all layers in gzip, as a registry stores them near enough (isal, level 2).

    0 if one is not there. A layer that the engine keeps compressed counts as it is.
    """
    opened = inspection.contents.opened
    total = 0
    for layer, blob in zip(opened.image.layers, opened.blobs, strict=True):
        if blob is None:
            return 0
        name = layer.digest or layer.diff_id
        size = packed.get(name) if name is not None else None
        if size is None:
            size = _packed_size(blob)
        if name is not None:
            packed[name] = size
        total += size
    return total


def _packed_size(blob: Blob) -> int:
    from isal import isal_zlib  # noqa: PLC0415 - only a proof compresses

    stream = blob.open()
    data = stream.read(_PIECE)
    is_packed = compression(data[:LONGEST_MAGIC]) not in (None, "")
    packer = isal_zlib.compressobj(2, wbits=31)
    total = 0
    while data:
        total += len(data) if is_packed else len(packer.compress(data))
        data = stream.read(_PIECE)
    return total if is_packed else total + len(packer.flush())


def _package(package: InstalledPackage) -> str:
    return f"{package.manager} {package.name} {package.version}"


def _layers(inspection: Inspection) -> Iterator[ShapeLayer]:
    scans = inspection.contents.stack.scans
    for blame, scan in zip(inspection.blame, scans, strict=False):
        content = scan.content_bytes if scan is not None else 0
        yield ShapeLayer(content, blame.first, blame.text)


def _writable(inspection: Inspection, user: str) -> int:
    """Paths of the final image that the user may write: all of them as root; links apart.

    A user that is a name is looked up nowhere: then what everybody may write counts alone.
    """
    number = user.partition(":")[0].strip()
    is_root = not number or number == "root" or not number.lstrip("0+-")
    uid = int(number) if number.isdecimal() and len(number) < 10 else -1

    def may_write(attributes: Attributes) -> bool:
        if is_root or attributes.mode & _WRITABLE:
            return True
        return attributes.uid == uid and bool(attributes.mode & _WRITABLE_BY_OWNER)

    stack, total = inspection.contents.stack, 0
    for scan, gone in zip(stack.scans, stack.gone, strict=True):
        if scan is None:
            continue
        allowed = list(map(may_write, scan.owners))
        rows = zip(scan.attributes, scan.kinds, gone, strict=True)
        total += sum(
            allowed[index] and kind != _SYMLINK and end == NEVER
            for index, kind, end in rows
        )
    return total


def _directories(inspection: Inspection) -> dict[str, int]:
    """The largest directories of the final image, with all bytes of content below them.

    They are at most three parts deep.
    """
    sizes: Counter[bytes] = Counter()
    for path, size in _seen_files(inspection):
        *folders, _name = path.split(b"/")
        deepest = min(len(folders), _DEPTH)
        for depth in range(1, deepest + 1):
            folder = b"/".join(folders[:depth])
            sizes[folder] += size
    largest = sizes.most_common(_MOST_DIRECTORIES)
    return {escaped_bytes(path): size for path, size in largest}


def _seen_files(inspection: Inspection) -> Iterator[tuple[bytes, int]]:
    """The files of the final image that are not empty, with their sizes."""
    stack = inspection.contents.stack
    for scan, gone in zip(stack.scans, stack.gone, strict=True):
        if scan is None:
            continue
        files = zip(scan.paths, scan.sizes, gone, strict=True)
        for path, size, end in files:
            if size and end == NEVER:
                yield path, size
