"""What stands in for values that the repository does not have: passwords, keys, secrets."""

from __future__ import annotations

from lightship.builds.interpolation import (
    Lookup,
    UnknownValueError,
    interpolate,
)
from lightship.facts.secrets.secret_names import is_secret_name
from lightship.proof.services.services_plan import STAND_IN
from lightship.regex import regex

_KEY = "lightship-stand-in-0123456789abcdef0123456789abcdef"
# A user or a database: any name will do, if all sides have the same
_NAME = regex(r"(?i)(?:.*_)?(?:user|username|db|database|dbname|db_name|bucket)")
_KEY_NAME = regex(r"(?i).*(?:key|secret|token|salt|hash).*")
_PASSWORD = regex(r"(?i).*(?:pass|passwd|password|pwd|pw)(?:_.*)?")
# What only looks like a secret: ACCESS_TOKEN_EXPIRE_MINUTES is a number
_NUMBER = regex(
    r"(?i).*(?:_|^)(?:minutes?|seconds?|hours?|days?|ttl|lifetime|expir\w*|timeout|max_age)"
)
_ALGORITHM = regex(r"(?i)(?:.*_)?(?:alg|algorithm)")
_MOST = 100  # variables of one text


def stand_in(name: str) -> str:
    """The value of a variable that nobody says; empty where that will do, as with compose."""
    if _NUMBER.fullmatch(name):
        return "60"
    if _ALGORITHM.fullmatch(name):
        return "HS256"
    if _PASSWORD.fullmatch(name):
        return STAND_IN
    if is_secret_name(name) or _KEY_NAME.fullmatch(name):
        return _KEY
    return STAND_IN if _NAME.fullmatch(name) else ""


def is_made_up(value: str) -> bool:
    """Whether a value is one of those that stand in for others: there is nothing to hide in it."""
    return value in (STAND_IN, _KEY)


def is_password_or_key(name: str) -> bool:
    """Whether the value of a variable is a secret, by its name."""
    if _NUMBER.fullmatch(name) or _ALGORITHM.fullmatch(name):
        return False
    is_secret = is_secret_name(name) or _PASSWORD.fullmatch(name) is not None
    return is_secret and not name.lower().endswith("_file")


class StandIns:
    """Fills in texts. It knows which variables it had to make up, and which are empty."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self.empty: dict[str, None] = {}

    def filled(self, text: str, variables: Lookup) -> str | None:
        """A text with its variables; None where it is not written as it must be."""
        own: dict[str, str] = {}

        def value(name: str) -> str | None:
            return own[name] if name in own else variables(name)

        for _ in range(_MOST):
            try:
                return interpolate(text, value)
            except UnknownValueError as error:
                if not error.name or error.name in own:
                    return None
                own[error.name] = self.value(error.name)
        return None

    def value(self, name: str) -> str:
        """What stands in for a variable, which is noted."""
        made = stand_in(name)
        if made:
            self.made[name] = made
        else:
            self.empty[name] = None
        return made
