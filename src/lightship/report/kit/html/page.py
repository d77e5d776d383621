"""The frame of every page: one file that asks the network for nothing.

What others wrote is in one block of data, compressed and in base64: nothing in it ends the block,
and paths, which repeat one another, take a fifth of their room. The script puts it into the page as
text. A Content-Security-Policy names the script by its hash: no other one runs, and nothing is
fetched.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from json import dumps
from typing import Any
from zlib import compress

from lightship.record import record

_STYLES = ("page.css", "table.css", "treemap.css")
_SCRIPTS = (
    "text.js",
    "parts.js",
    "table.js",
    "squares.js",
    "sunburst.js",
    "treemap.js",
    "start.js",
)
_HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
"""
_BODY = """\
</style>
</head>
<body>
<main id="page"><noscript>This page needs JavaScript.</noscript></main>
<script type="application/octet-stream" id="data">"""
_FOOT = "</body>\n</html>\n"


@record
class Room:
    """What a report adds to the frame: files of the package `package`.

    The last of the scripts calls `start` with a function for each kind of data.
    """

    package: str
    scripts: tuple[str, ...]
    styles: tuple[str, ...] = ()


def page(title: str, data: Mapping[str, Any], room: Room) -> Iterator[str]:
    """The page in pieces; `data` is what the room's scripts read, with its `kind`."""
    script = _script(room)
    yield _HEAD.format(policy=_policy(script), title=escape(title))
    yield from _read(__package__, _STYLES)
    yield from _read(room.package, room.styles)
    yield _BODY
    yield packed(data)
    yield f"</script>\n<script>{script}</script>\n{_FOOT}"


def packed(data: Mapping[str, Any]) -> str:
    """JSON in zlib's format (RFC 1950), in base64, as start.js unpacks it."""
    text = dumps(data, separators=(",", ":"))
    return b64encode(compress(text.encode(), level=9)).decode()


def _script(room: Room) -> str:
    """All scripts as one, in a scope of their own."""
    shared = _read(__package__, _SCRIPTS)
    own = _read(room.package, room.scripts)
    joined = "\n".join((*shared, *own))
    return f'"use strict";\n(() => {{\n{joined}\n}})();\n'


def _policy(script: str) -> str:
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _read(package: str, names: tuple[str, ...]) -> list[str]:
    folder = files(package)
    return [folder.joinpath(name).read_text("utf-8") for name in names]
