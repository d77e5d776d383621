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


def is_secret_name(name: str) -> bool:
    """Whether a part between underscores says so, and none says that it is none."""
    return _SECRET.search(name) is not None and _ALLOWED.search(name) is None
