"""The frame of every page: one file that asks the network for nothing.

What comes from an image is in one block of JSON, where `<`, `>` and `&` are escaped, so that nothing in it ends the
block; the script puts it into the page as text. A Content-Security-Policy names the two scripts by their hashes: no
other one runs, and nothing is fetched.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from json import dumps
from typing import Any

from lightship.errors import UsageError

Asset = str | tuple[str, str]  # a file beside this one, or of another package
NEEDED = "html needs plotly: pip install 'lightship[report]'"


def page(
    title: str,
    data: Mapping[str, Any],
    drawing: str,
    scripts: Sequence[Asset],
    styles: Sequence[Asset],
) -> Iterator[str]:
    """The page in pieces; `drawing` is plotly.js, or what draws instead."""
    own = "\n".join(map(_read, scripts))
    own = f'"use strict";\n(() => {{\n{own}\n}})();\n'
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(drawing, own)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>\n"
    )
    yield from map(_read, styles)
    yield '</style>\n</head>\n<body>\n<main id="page"><noscript>This page needs JavaScript.</noscript></main>\n'
    yield f'<script type="application/json" id="data">{as_json(data)}</script>\n'
    yield f"<script>{drawing}</script>\n"
    yield f"<script>{own}</script>\n</body>\n</html>\n"


def as_json(data: Mapping[str, Any]) -> str:
    """JSON in ASCII that stands in a script element: no `<`, `>` or `&` in it."""
    text = dumps(data, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _policy(*scripts: str) -> str:
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'"
        for each in scripts
    )
    rest = (
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return f"default-src 'none'; script-src {hashes}; {rest}"


def plotly_script() -> str:
    """plotly.js as it may stand in a page; a UsageError where plotly is not installed."""
    try:
        from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra, and 5 MB
    except ImportError:
        raise UsageError(NEEDED) from None
    text: str = get_plotlyjs().replace(
        "\r", ""
    )  # a browser reads \r as \n, and hashes what it read
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _read(asset: Asset) -> str:
    package, name = (__package__, asset) if isinstance(asset, str) else asset
    return files(package).joinpath(name).read_text("utf-8")
