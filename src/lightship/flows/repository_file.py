"""A file on the disk, and the path that it has in its repository."""

from __future__ import annotations

import os

from lightship.files.reading import path_inside
from lightship.record import record


@record(eq=False)
class RepositoryFile:
    """A file by its absolute path, and the repository that it lies in."""

    place: str
    root: str

    @property
    def folder(self) -> str:
        """The directory that it lies in."""
        return os.path.dirname(self.place)

    @property
    def path(self) -> str:
        """The file from the root of the repository; a link in its place is not followed."""
        folder = os.path.realpath(self.folder)
        name = os.path.basename(self.place)
        real = os.path.join(folder, name)
        path = path_inside(real, self.root)
        assert path is not None, "a repository is above its files"
        return path

    @property
    def followed(self) -> str | None:
        """The same with a link followed; None where it leads out of the repository."""
        real = os.path.realpath(self.place)
        return path_inside(real, self.root)
