"""Names that variables with secrets have.

Source: BuildKit's frontend/dockerfile/linter, SecretsUsedInArgOrEnv.
"""

from __future__ import annotations

import re

from lightship.regex import regex

_SECRET = regex(
    r"(?:_|^)(?:apikey|auth|credentials?|key|password|passwd|pword|secret|token)(?:_|\Z)",
    re.IGNORECASE,
)
_ALLOWED = regex(r"(?:_|^)(?:public|file|version)(?:_|\Z)", re.IGNORECASE)
# More of them, for what is only advice: `DB_PASS`, `DBPASSWORD`, `SENTRY_DSN`; not MAX_TOKENS, PWD
_LIKE = regex(
    r"pass(?:word|wd|phrase|code)|secret|credential|token(?!iz|s(?:_|\Z))"
    r"|(?:api|access|private|license)key|(?:_|^)pass(?:_|\Z)|_(?:pwd|pw|dsn|keys|pat)(?:_|\Z)",
    re.IGNORECASE,
)


def is_secret_name(name: str) -> bool:
    """Whether a part between underscores says so, and none says that it is none."""
    return _SECRET.search(name) is not None and _ALLOWED.search(name) is None


def may_be_secret(name: str) -> bool:
    """The same of more names, where to be wrong costs a word of advice."""
    if is_secret_name(name):
        return True
    return _LIKE.search(name) is not None and _ALLOWED.search(name) is None
