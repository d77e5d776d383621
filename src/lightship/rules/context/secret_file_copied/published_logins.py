"""Files of logins whose password the repository itself gives to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from posixpath import basename

from lightship.build import Build
from lightship.facts.start.container_lines import run_texts
from lightship.facts.start.manuals import manuals

_FILE = ".htpasswd"
# `Password: 123`, in the languages of many READMEs
_WORD = (
    r"(?i:pass(?:word|wort)?|pwd|密碼|密码|パスワード|пароль|contraseña|senha"
    r"|mot de passe|şifre)"
)
_COLON = "[:=\N{FULLWIDTH COLON}]"
_MOST_LOGINS = 5


def are_published(build: Build, paths: Iterable[str]) -> bool:
    """Whether all are `.htpasswd`, and a manual or a comment has a password beside each user.

    `admin:changeme`, `admin / changeme`, or a line `Password: changeme` soon after one with the
    user: who builds it for others sets a login of their own.
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
    # Of all the texts of a repository a pair `admin: yes` means little
    more = list(islice(run_texts(build) or (), 200))
    return all(_has_password(user, texts, more) for user in users)


def _has_password(user: str, texts: Iterable[str], more: Iterable[str]) -> bool:
    name = rf"(?<![\w./@-]){re.escape(user)}"
    beside = re.compile(rf"{name}[`'\"]? ?[:/] ?[`'\"]?\w")
    below = re.compile(
        rf"{name}\b.{{0,20}}\n.{{0,20}}{_WORD}[`'\"*]* ?{_COLON} ?[`'\"*]*\w"
    )
    if any(map(beside.search, texts)):
        return True
    return any(map(below.search, (*texts, *more)))
