"""Images in a directory: OCI layouts, and skopeo's `dir:`.

Source: OCI image-spec, image-layout.md.

Who made the directory may be anybody: no link in it leads out of it, or an error would tell of
files of this machine.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Any

from lightship.errors import FileError, ImageError, ImageNotFoundError
from lightship.files.blobs import open_blob
from lightship.image.blob import Blob
from lightship.image.choose import Choice
from lightship.image.codecs import as_json
from lightship.image.descriptor import Descriptor, checked_json, wrong_size
from lightship.image.digest import Digest, digest_of
from lightship.image.image import Opened
from lightship.image.layout import open_descriptor, open_index
from lightship.image.read_limits import Limits, over


def open_folder(
    folder: str, choice: Choice, limits: Limits, stack: ExitStack
) -> Opened:
    """An OCI layout, or what skopeo calls `dir:`: one manifest, and its blobs beside it."""
    index, manifest = (
        os.path.join(folder, name) for name in ("index.json", "manifest.json")
    )
    if os.path.lexists(index):
        fetch = ImageFolder(folder, "blobs/{0}/{1}", limits, stack)
        return open_index(
            as_json(fetch.small(index), index, limits),
            fetch,
            choice,
            limits,
            folder,
            "oci",
        )
    if os.path.exists(manifest) and os.path.exists(os.path.join(folder, "version")):
        fetch = ImageFolder(folder, "{1}", limits, stack)
        data = fetch.small(manifest)
        top = Descriptor(digest_of(data), len(data))
        fetch.known[top.digest] = manifest
        return open_descriptor(top, fetch, choice, limits, folder, "oci")
    raise ImageError(
        f"{folder}: not an OCI layout (no index.json): write one with "
        "`skopeo copy docker://IMAGE oci:DIR`, or check its Dockerfiles with `lightship lint`"
    )


class ImageFolder:
    """The blobs in a directory, as a Fetch; `form` says how they are named.

    Files stay open until `stack` ends.
    """

    def __init__(
        self, folder: str, form: str, limits: Limits, stack: ExitStack
    ) -> None:
        self._folder, self._form, self._limits, self._stack = (
            folder,
            form,
            limits,
            stack,
        )
        self._root = os.path.join(os.path.realpath(folder), "")
        self.known: dict[Digest, str] = {}  # those that are named otherwise

    def has(self, descriptor: Descriptor, /) -> bool:
        return os.path.isfile(self._path(descriptor))

    def json(self, descriptor: Descriptor, /) -> Any:
        if not self.has(descriptor):
            raise ImageNotFoundError(
                f"{self._folder}: the blob {descriptor.digest}, which it names, is missing"
            )
        path = self._path(descriptor)
        if descriptor.size is not None and descriptor.size != (
            size := os.path.getsize(path)
        ):
            raise wrong_size(path, size, descriptor.size)
        return checked_json(self.small(path), descriptor, self._limits, path)

    def blob(self, descriptor: Descriptor, /) -> Blob | None:
        if not self.has(descriptor):
            return None
        stored = self._stack.enter_context(open_blob(self._path(descriptor)))
        return stored if isinstance(stored, Blob) else None

    def small(self, path: str) -> bytes:
        """A file of JSON; not a pipe, which would be waited for."""
        if not os.path.isfile(self._inside(path)):
            raise FileError(f"cannot read {path}: not a regular file")
        with open_blob(path) as stored:
            size = stored.size if isinstance(stored, Blob) else 0
            if size > self._limits.json_bytes:
                raise over("json_bytes", self._limits.json_bytes, path)
            return stored.read_at(0, size) if isinstance(stored, Blob) else b""

    def _path(self, descriptor: Descriptor) -> str:
        known = self.known.get(descriptor.digest)
        return known or self._inside(
            os.path.join(self._folder, self._form.format(*descriptor.digest))
        )

    def _inside(self, path: str) -> str:
        """The path itself; an ImageError where it leads out of the directory."""
        if not os.path.realpath(path).startswith(self._root):
            raise ImageError(
                f"{path}: this symbolic link leads out of {self._folder}; "
                "if you trust it, replace it with a copy (cp -rL)"
            )
        return path
