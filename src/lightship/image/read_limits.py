"""How much is read of an image that may be hostile.

What is beyond is an error that names the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lightship.errors import ImageError, UsageError
from lightship.record import record

KB, MB, GB = 1 << 10, 1 << 20, 1 << 30
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


@record
class Limits:
    """`docs/image.md` lists them. Each can be raised: `--limit NAME=VALUE`.

    Sizes are in bytes. A layer may inflate to `layer_bytes`, and to `ratio` times what it is as
    stored (deflate itself ends at 1032) once that is more than `small`. `header_bytes` is what
    Go's archive/tar allows a PAX header or a long name (`maxSpecialFileSize`).
    """

    layers: int = 5_000
    entries: int = 5_000_000  # of all layers
    layer_bytes: int = 64 * GB
    ratio: int = 300
    small: int = GB
    json_bytes: int = 64 * MB  # an index, a manifest, a config, a table of contents
    # Commas and opening brackets: `[],` is three bytes, and seventy in memory
    json_values: int = 5_000_000
    header_bytes: int = MB
    path_bytes: int = 64 * KB
    # Of files whose content is looked at: databases of packages
    kept_bytes: int = 256 * MB


def limited(limits: Limits, changes: Mapping[str, str]) -> Limits:
    """`limits` with `NAME=VALUE` pairs read.

    A value may end in K, M or G. A UsageError where that means nothing.
    """
    fields = tuple(Limits.__dataclass_fields__)
    values = {}
    for name, text in changes.items():
        field = name.replace("-", "_")
        if field not in fields:
            known = ", ".join(fields).replace("_", "-")
            raise UsageError(f"unknown limit {name!r}; known limits are {known}")

        digits = text
        unit = text[-1:].upper()
        if unit in ("K", "M", "G"):
            digits = text[:-1]
        else:
            unit = ""
        if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
            raise UsageError(
                f"--limit {name}={text}: must be a whole number, optionally with K, M or G"
            )
        values[field] = int(digits) * _UNITS[unit]
    return replace(limits, **values)


_SAID = {
    "ratio": "it inflates to more than {:,} times its size, like a decompression bomb"
}


def over(limit: str, value: int, where: str) -> ImageError:
    """The error for what is beyond a limit."""
    name = limit.replace("_", "-")
    most = _SAID.get(limit, f"more than {{:,}} {name.replace('-', ' ')}").format(value)
    return ImageError(
        f"{where}: {most}; if you trust the image, raise this with --limit {name}=…"
    )
