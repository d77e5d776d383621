"""What is read of contents that somebody asked for."""

from __future__ import annotations

from xxhash import xxh3_64_intdigest

from lightship.image.databases.package_lists import kept_size
from lightship.image.read_limits import over
from lightship.image.scan import EXTRACTED, SEARCHED, FilePart, Look, Scan, Wanted
from lightship.image.tar_progress import TarProgress, TarSource


class ContentLooks:
    """What is read of contents that somebody asked for."""

    def __init__(
        self, source: TarSource, wanted: Wanted, progress: TarProgress, scan: Scan
    ) -> None:
        self._source = source
        self._wanted = wanted
        self._progress = progress
        self._scan = scan

    def look(self, index: int, path: bytes, size: int, look: Look) -> None:
        """Read a content, which is at hand.

        Where it can be read later, what is only to be searched is noted.
        """
        extracts = look in EXTRACTED
        searches = look in SEARCHED
        if look is not Look.KEEP and self._scan.hashes is None:
            if searches:
                self._scan.unsearched.append(index)
            if extracts:
                self._extract(index, path, size, self._part(size))
            return
        data = self._read(path, size, look)
        if self._scan.hashes is not None:
            self._scan.hashes.append(xxh3_64_intdigest(data))
        if look is Look.KEEP:
            self._scan.contents[index] = data
        if extracts:
            self._extract(index, path, size, lambda at, most: data[at : at + most])
        if searches and (found := self._wanted.find(path, data)):
            self._scan.secrets[index] = found

    def _read(self, path: bytes, size: int, look: Look) -> bytes:
        progress = self._progress
        most = progress.limits.kept_bytes
        if size > most:
            raise over("kept_bytes", most, progress.where)
        progress.keep(size if look is Look.KEEP else 0)
        data = self._source.read_at(progress.at, size)
        if len(data) < size:
            raise progress.cut_off(path, progress.at)
        return data

    def _part(self, size: int) -> FilePart:
        """What reads a part of the content at hand, and nothing after it."""
        start = self._progress.at

        def part(at: int, most: int) -> bytes:
            length = min(most, size - at)
            return self._source.read_at(start + at, length) if length > 0 else b""

        return part

    def _extract(self, index: int, path: bytes, size: int, part: FilePart) -> None:
        found = self._wanted.extract(path, size, part)
        if not found:
            return
        self._progress.keep(sum(map(kept_size, found)))
        self._scan.named[index] = found
