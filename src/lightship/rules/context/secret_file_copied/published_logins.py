"""Files of logins whose password the repository itself gives to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from posixpath import basename

from lightship.build import Build
from lightship.facts.start.manuals import manuals

_FILE = ".htpasswd"
_MOST_LOGINS = 5


def are_published(build: Build, paths: Iterable[str]) -> bool:
    """Whether all are `.htpasswd`, and a manual or a comment has a password beside each user.

    `admin:changeme`, or `admin / changeme`: who builds it for others sets a login of their own.
    """
    context = build.context
    if context is None:
        return False
    users: list[str] = []
    for path in paths:
        if basename(path) != _FILE:
            return False
        lines = (context.read(path) or "").splitlines()
        users += [line.partition(":")[0] for line in lines if ":" in line]
    if not users or len(users) > _MOST_LOGINS:
        return False

    text = build.dockerfile.text
    comments = [comment.text(text) for comment in build.dockerfile.comments]
    texts = [*comments, *islice(manuals(build), 20)]
    return all(_has_password(user, texts) for user in users)


def _has_password(user: str, texts: Iterable[str]) -> bool:
    login = re.compile(rf"(?<![\w./@-]){re.escape(user)}[`'\"]? ?[:/] ?[`'\"]?\w")
    return any(map(login.search, texts))
