"""Files that images are read from."""

from __future__ import annotations

from lightship.files.blobs import open_blob
from lightship.image.blob import Blob


def test_a_part_of_a_part_counts_from_that_part(root):
    (root / "file").write_bytes(bytes(range(100)))
    with open_blob("file") as blob:
        assert isinstance(blob, Blob)
        inner = blob.part(10, 50, "part").part(5, 20, "inner")
        assert inner.read_at(0, 3) == bytes([15, 16, 17])
        assert inner.read_at(18, 10) == bytes([33, 34]), "it ends where it ends"
        assert inner.open().read(2) == bytes([15, 16])
