"""What a page says, for tests that look into its text."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from zlib import decompress

DATA = re.compile('<script type="application/octet-stream" id="data">(.*?)</script>')


def block_of(page):
    """The block of data as it stands in the page."""
    (block,) = DATA.findall(page)
    return block


def unpacked(block):
    """What a block of data was made of, as start.js unpacks it."""
    return json.loads(decompress(b64decode(block)))


def data_of(page):
    """What a page was made of."""
    return unpacked(block_of(page))


def words_of(page):
    """All text of a page's data, as its script gets it, a line for each."""
    return "\n".join(_texts(data_of(page)))


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inside in value.items():
            yield name
            yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)
