"""`uses: OWNER/NAME@REF` of a workflow: a ref becomes a commit, and the ref a comment."""

from __future__ import annotations

import re
from dataclasses import replace

from lightship.builds.yaml_places import scalar_span
from lightship.builds.yaml_tree import YamlNode
from lightship.pins.pin_place import ActionRepository, PinPlace, PlaceKind, UsedAction
from lightship.regex import regex
from lightship.text import Edit, Lines, Span

_USES = regex(
    r"(?P<owner>[A-Za-z0-9][A-Za-z0-9-]*)/(?P<name>[A-Za-z0-9._-]+)(?P<path>(?:/[^@\s]*)?)"
    r"@(?P<ref>[^\s@:~^?*\[\\]+)"
)
# A version, also as a branch: `release/v1`
_VERSION = r"(?:[A-Za-z][\w-]*/)*v?\d[\w.+-]*|main|master"
_WHOLE_VERSION = regex(_VERSION)
_COMMENT = regex(
    rf"(?P<gap>[ \t]+)#(?P<space>[ \t]*)(?:(?:tag=|pin@|ratchet:\S+@)?(?P<version>{_VERSION})"
    r"(?=[\s,;]|$)[ \t]*)?(?P<rest>.*)"
)
_DOTS = frozenset((".", ".."))
_NO_VERSION = "its ref is neither a version nor main: pin it by hand"
_IN_PIECES = "it is not written on one line as it is: pin it by hand"
_NO_PLACE = "more follows on its line, where a comment with the version would be: pin it by hand"


def place_of_action(node: YamlNode, lines: Lines) -> PinPlace | None:
    """What a step or a job uses of another repository; None for anything else."""
    match = _USES.fullmatch(node.text or "")
    if match is None or match["name"] in _DOTS:
        return None
    repository = ActionRepository(match["owner"], match["name"])
    action = UsedAction(repository, match["path"], match["ref"])
    span = scalar_span(node, lines)
    if span is None or node.is_block:
        return _without_end(action, node, node.span, _IN_PIECES)
    rest = _rest_of_line(node, lines)
    comment = _COMMENT.fullmatch(rest)
    if comment is None and rest.strip():
        return _without_end(action, node, span, _NO_PLACE)
    action = replace(action, version=_version_in(comment))
    if not action.is_pinned and not _WHOLE_VERSION.fullmatch(action.ref):
        return _without_end(action, node, span, _NO_VERSION)
    edit = _comment_edit(action, node.span.end, comment)
    whole = replace(action, comment=edit)
    end = Span(span.end - len(action.ref), span.end)
    return PinPlace(PlaceKind.ACTION, node.text or "", span, end=end, action=whole)


def _version_in(comment: re.Match[str] | None) -> str:
    """The version that a comment names; empty without any."""
    if comment is None:
        return ""
    return comment["version"] or ""


def _without_end(action: UsedAction, node: YamlNode, span: Span, why: str) -> PinPlace:
    name = node.text or ""
    return PinPlace(PlaceKind.ACTION, name, span, why=why, action=action)


def _rest_of_line(node: YamlNode, lines: Lines) -> str:
    """What follows a value on its line."""
    line = lines.span(lines.line(node.span.end))
    return lines.text[node.span.end : line.end]


def _comment_edit(
    action: UsedAction, at: int, comment: re.Match[str] | None
) -> Edit | None:
    """What becomes of the comment after `at` where the ref is pinned, or unpinned again."""
    if action.is_pinned:
        return _without_version(at, comment)
    if comment is None:
        return Edit.insert(at, f" # {action.ref}")
    if comment["version"]:
        start, end = comment.span("version")
        return Edit.replace(Span(at + start, at + end), action.ref)
    gap = "" if comment["space"] else " "
    place = at + comment.end("space")
    return Edit.insert(place, f"{gap}{action.ref} ")


def _without_version(at: int, comment: re.Match[str] | None) -> Edit | None:
    """The edit that takes the version out of a comment, and the comment where it is all of it."""
    if comment is None or not comment["version"]:
        return None
    if not comment["rest"]:
        whole = Span(at, at + comment.end())
        return Edit.delete(whole)
    start = at + comment.end("space")
    end = at + comment.start("rest")
    return Edit.delete(Span(start, end))
