"""Names that look like a secret's, of what is public or only a name itself."""

from __future__ import annotations

import re

from lightship.build import Build
from lightship.evaluation.dispatch import Step
from lightship.regex import regex
from lightship.shell.commands import Command

# Keys that a page shows to everyone, the name of a file, and settings beside a secret
_PUBLIC = regex(
    # A section of Grafana's settings, unless a secret of it follows
    r"^gf_auth_(?!(?:.*_)?(?:secret|key|token|password|pass)(?:_|$))"
    r"|_(?:groups?|audience)$"
    r"|(?:_|^)(?:site|publishable)_key|(?:_|^)pub(?:_|$)"
    r"|^(?:vite|react_app|next_public|nuxt_public|vue_app|gatsby|expo_public|ng_app)_"
    r"|^google_application_credentials$"
    r"|_(?:user(?:name)?|host|port|url|uri|path|dir|method|mode|type|backend|provider|server|realm"
    r"|domain|issuer|header|algorithm|length|lifetime|ttl|minutes|seconds|days|enabled|required"
    r"|usage|validators|hasher|id|name|prefix|roles?|org|organi[sz]ation|scopes?|scheme|form|format"
    r"|region)$|_dont_warn_|(?:^|_)no_(?:auth|credentials?|password|token)$",
    re.IGNORECASE,
)
_STORE_KEY = regex(
    r"(?:^|_)(?:redis|cache|s3|object|bucket|queue|stream)_key$", re.IGNORECASE
)
_ENTRY = regex(r"[A-Za-z]{2,}(?:[_:./-][A-Za-z]{2,})+")
# What tells rows apart, and a word in lower case, as tables and columns are called
_COLUMN_KEY = regex(
    r"(?:^|_)(?:table|column|partition|primary|foreign|sort|row|field|index|group|routing"
    r"|translation)_key$",
    re.IGNORECASE,
)
_WORD = regex(r"[a-z]{2,}(?:[_.:-][a-z]{2,})*")
# Keys of maps that every visitor of the page gets, and what builds such a page
_OF_MAPS = regex(
    r"(?:^|_)(?:mapbox|maptiler|google_?maps?)_(?:(?:access|public|api|js)_)*(?:token|key)$",
    re.IGNORECASE,
)
_PAGE_BUILDERS = frozenset("npm npx yarn pnpm bun ng vite webpack".split())
_CHECKOUTS = frozenset({"checkout", "switch", "-b", "--branch"})


def is_public(name: str) -> bool:
    """Whether everybody may know the value, or the name is that of a setting."""
    return _PUBLIC.search(name) is not None


def is_of_maps(build: Build, step: Step, name: str) -> bool:
    """Whether it is the key of a map in a page that the stage builds, and that serves the key."""
    if _OF_MAPS.search(name) is None:
        return False
    for item in step.stage.instructions:
        if item.keyword != "RUN":
            continue
        for script in build.scripts(item):
            if any(map(_builds_page, script.commands)):
                return True
    return False


def _builds_page(command: Command) -> bool:
    """`npm run build`, `yarn build`, `ng build`."""
    if command.name not in _PAGE_BUILDERS:
        return False

    words = [word.text for word in command.args]
    if "run" in words:
        return True
    return any(word.startswith("build") for word in words)


def is_name_of_entry(name: str, value: str) -> bool:
    """Whether a key is the name of what is stored: `REDIS_KEY=SPY_latest`, `TABLE_KEY=metrics`."""
    text = value.strip("\"'")
    if _COLUMN_KEY.search(name) and _WORD.fullmatch(text):
        return True
    if _STORE_KEY.search(name) is None:
        return False
    return _ENTRY.fullmatch(text) is not None


def is_revision(build: Build, name: str) -> bool:
    """Whether git is told to check it out: it names a tag, such as that of `pg_auth_mon`."""
    written = (f"${name}", f"${{{name}}}")
    # A look that costs little comes first
    if not any(use in build.dockerfile.text for use in written):
        return False

    for call in build.commands("git"):
        words = [word.text.strip("\"'") for word in call.command.args]
        if _CHECKOUTS.isdisjoint(words):
            continue
        if any(use in words for use in written):
            return True
    return False


def is_copied_path(build: Build, name: str) -> bool:
    """Whether a COPY or ADD takes it for a path: `COPY ${TLS_KEY} /etc/nginx/tls.key`.

    In the address of an ADD it may be what opens that.
    """
    written = (f"${name}", f"${{{name}}}", f"${{{name}:")
    # A look that costs little comes first
    if not any(use in build.dockerfile.text for use in written):
        return False

    use = regex(rf"\$(?:{re.escape(name)}(?!\w)|\{{{re.escape(name)}[:}}])")
    for instruction in build.dockerfile.instructions:
        if instruction.keyword not in ("ADD", "COPY"):
            continue
        for word in instruction.args:
            if "://" not in word.text and use.search(word.text):
                return True
    return False
