"""Whose content is looked at: databases of packages, and all that may be text with a secret in it.

The answer depends on the kind of a file, as its name tells it, and on its size, never on where it
lies; so it is the same for every source. Searched for secrets are all files of up to 5 MB but those
whose ending rules text out. What is in a file's first bytes decides then
(`secrets.py`), and whose file it is (`secret_search.py`).
"""

from __future__ import annotations

from lightship.image.owners import is_database
from lightship.image.scan import Look, Wanted
from lightship.inspection.secrets import search

MOST = 5_000_000  # bytes of a file that is searched

# Endings that rule text out, by their length: half a million paths are asked for
_SHORTEST = frozenset((b".a", b".o", b".z"))
_SHORT = frozenset((b".so", b".gz", b".xz", b".mo", b".ko", b".br", b".7z"))
_USUAL = frozenset(
    b""".pyc .pyo .png .jpg .gif .ico .bmp .tif .psd .ttf .otf .eot .pdf .doc .xls .ppt .odt .zip
    .tar .tgz .txz .tbz .bz2 .zst .lz4 .rar .whl .egg .jar .war .ear .deb .rpm .apk .gem .dll .exe
    .pdb .mp3 .mp4 .ogg .oga .wav .avi .mov .mkv .npy .npz .pkl .pth .bin .img .iso .swf .pak .gmo
    .cmi .msi .cab .dmg""".split()
)
_LONG = frozenset(
    b".jpeg .webp .avif .tiff .woff .docx .xlsx .pptx .rlib .wasm .flac .webm .onnx".split()
)


def choose(path: bytes, size: int) -> Look:
    """What is done with a file.

    Called for every file of an image, so the usual answer comes first.
    """
    end = path[-4:]
    if end in _USUAL or end[1:] in _SHORT or end[2:] in _SHORTEST:
        return Look.PASS
    if is_database(path, size):
        return Look.KEEP
    if size > MOST or path[-5:] in _LONG:
        return Look.PASS
    return Look.SEARCH


def _choose_databases(path: bytes, size: int) -> Look:
    return Look.KEEP if is_database(path, size) else Look.PASS


WANTED = Wanted(choose, search, searches=True)
WITHOUT_SECRETS = Wanted(_choose_databases, search)
"""Databases of packages alone."""
