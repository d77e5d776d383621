"""What a value says of itself: that it opens nothing, or only until there is a real one."""

from __future__ import annotations

import re

from lightship.build import Build
from lightship.dockerfile.places import comments_near
from lightship.dockerfile.tree import Pair
from lightship.evaluation.dispatch import Step
from lightship.regex import regex

# What is no secret: a truth value, a number, a way of logging in, a path or address, fingerprints
_HARMLESS = regex(
    r"(?:true|false|yes|no|none|null|on|off|enabled?|disabled?)?|[0-9]{1,5}"
    r"|(?:trust|peer|ident|md5|scram-sha-256|cert|basic|bearer|oauth2?|oidc|saml|ldap|jwt|token)"
    r"|[./~].*|[a-z]+://[^@]*|(?:(?:0x)?[0-9A-F]{40}\s*)+"
    # Keys that their vendors publish: of a project in PostHog, of a page in Stripe and Mapbox
    r"|phc_\w+|pk_(?:live|test)_\w+|pk\.[\w.-]+",
    re.IGNORECASE,
)
# What everybody writes until there is a real one: no secret is out by it
_PLACEHOLDER = regex(
    r".*(?:change|replace|insert|your|example|dummy|fake|placeholder|default|insecure|build).*"
    r"|(?:[\"'<{*.-]|x{3}).*|(?:test|dev|local|foo|bar|abc|123|admin|root|user|guest|demo)\w*"
    r"|pass(?:word|wd)?[0-9]*|secret[0-9]*|postgres|mysql|mariadb|mongo|redis|rabbitmq|empty"
    r"|minio(?:admin|123)?",
    re.IGNORECASE,
)
# What says of itself that it opens nothing: it lets a step of the build start, or asks for another
_DUMMY = regex(
    r".*(?:dummy|fake|placeholder|not[_-]?(?:set|used|needed|real|a[_-]?secret)|unused"
    r"|replace[_-]?(?:me|this)|change[_-]?(?:me|this|it)|insert[_-]|your[_-]|if[_-]you[_-]see[_-]this|(?:over|re)[_-]?(?:ridd?en|written|placed)|set[_-](?:at|in|by)[_-]).*"
    # The keys in AWS's own documentation
    r"|[\w/+]{20,}EXAMPLEKEY|A[KS]IA\w{8,}EXAMPLE",
    re.IGNORECASE,
)
_INSECURE = regex(
    r".*insecure.*"
    # It says that it is there for the build alone: `docker_build`, `build-time-only`
    r"|(?:.*[_-])?(?:docker|image|container|for|during|only)[_-]?(?:the[_-])?builds?(?:[_-].*)?"
    r"|(?:.*[_-])?builds?[_-]?(?:time|only|key|step|phase|stage)(?:[_-].*)?",
    re.IGNORECASE,
)
_ANY_WORD = regex(
    r"foo|bar|baz|x+|abc|test(?:ing)?|temp|none|build|changeme|dummy|example",
    re.IGNORECASE,
)
# In the comment of an instruction, in lower case
_NO_MATTER = regex(
    r"(?:don.t|doesn.t|does not|do not) matter|not (?:really )?(?:used|needed)|any value|dummy|fake"
    r"|placeholder|only (?:set )?(?:to|for) (?:let|make|prevent|build|collectstatic)"
)
_SHORTEST = 6  # characters


def does_not_matter(build: Build, step: Step, name: str, value: str) -> bool:
    """Whether a value that everybody writes only lets a step of the build start.

    It is an ARG, or stays in a stage that is not part of the image, and a comment above says so,
    or the value is no more than a word such as foo.
    """
    is_left_behind = step.stage not in build.lineage
    if not is_left_behind and step.instruction.keyword != "ARG":
        return False
    if not value or name in build.given_args or is_real(value):
        return False

    if is_left_behind and _ANY_WORD.fullmatch(value):
        return True
    comments = comments_near(build.dockerfile, step.instruction)
    return _NO_MATTER.search(comments) is not None


def is_dummy(build: Build, step: Step, name: str, value: str) -> bool:
    """Whether a value opens nothing, and no build gives another one."""
    is_arg = step.instruction.keyword == "ARG"
    if is_arg and name in build.given_args:
        return False
    if _DUMMY.fullmatch(value) is not None:
        return True
    return is_arg and _INSECURE.fullmatch(value) is not None


def is_real(value: str) -> bool:
    """Whether a value may be what opens something, and not what everybody writes at first."""
    return len(value) >= _SHORTEST and _PLACEHOLDER.fullmatch(value) is None


def is_harmless(step: Step, pair: Pair, value: str) -> bool:
    """Whether the value can hardly be a secret.

    An empty one may still come from outside the Dockerfile.
    """
    if pair.value is None or step.unset or _HARMLESS.fullmatch(value) is None:
        return False
    if value:
        return True
    return step.instruction.keyword == "ENV" and "$" not in pair.value.text
