"""Pages that the running program states: in its OpenAPI document, and by what a page links."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

from lightship.regex import regex
from lightship.routes.route import LONGEST, may_be_asked

OPENAPI = "/openapi.json"
_MOST_PATHS = 2_000  # of a document
_LINKING = {"script": "src", "img": "src", "link": "href"}
_RELATIONS = frozenset(("stylesheet", "icon", "manifest", "modulepreload", "preload"))
_LINK = regex(r"/(?!/)[^\s?#]+")


def openapi_paths(text: str) -> list[str]:
    """The paths with a GET that has no required parameter; none of any other text."""
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    stated = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(stated, dict):
        return []
    found: list[str] = []
    for path, item in list(stated.items())[:_MOST_PATHS]:
        if isinstance(item, dict) and _is_plain(item) and may_be_asked(path):
            found.append(path)
    return found


def _is_plain(item: dict[str, Any]) -> bool:
    """Whether it answers a GET without parameters, and nobody says that it is out of use."""
    get = item.get("get")
    if not isinstance(get, dict) or get.get("deprecated") is True:
        return False
    given = (item.get("parameters"), get.get("parameters"))
    for parameters in given:
        for each in parameters if isinstance(parameters, list) else ():
            # A reference may stand for anything
            if not isinstance(each, dict) or each.get("required") or "$ref" in each:
                return False
    return True


class _Links(HTMLParser):
    """Style sheets, scripts and pictures of the same origin."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        link = given.get(_LINKING.get(tag, "")) or ""
        relations = (given.get("rel") or "").lower().split()
        if tag == "link" and not _RELATIONS & {*relations}:
            return
        if len(link) <= LONGEST and _LINK.fullmatch(link) and may_be_asked(link):
            self.found[link] = None


def redirect_path(headers: Sequence[str], port: int) -> str:
    """Where an answer sends its client, if that is a page of the same program; empty if not."""
    for line in headers:
        name, _, value = line.partition(": ")
        if name.lower() != "location":
            continue
        place = value.partition("?")[0].partition("#")[0]
        path = place.removeprefix(f"http://localhost:{port}")
        return path if may_be_asked(path) else ""
    return ""


def linked_paths(text: str, most: int) -> list[str]:
    """The first `most` files that a page needs; none of any other text."""
    parser = _Links()
    try:
        parser.feed(text)
    except (ValueError, AssertionError):  # of what is no HTML at all
        return []
    return list(parser.found)[:most]
