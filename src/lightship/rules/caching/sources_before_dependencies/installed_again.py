"""What every change to the sources installs again, and whether that is worth a finding."""

from __future__ import annotations

from lightship.base_images.known import has_python_stack
from lightship.rules.caching.sources_before_dependencies.base_with_packages import (
    base_installs_the_same,
)
from lightship.rules.caching.sources_before_dependencies.early_copies import EarlyCopy
from lightship.rules.caching.sources_before_dependencies.needed_sources import (
    brings_packages,
    installs_anything,
    installs_more,
)
from lightship.rules.caching.sources_before_dependencies.settled_before import (
    has_own_base,
    is_in_base_environment,
    was_installed_before,
)
from lightship.wording.counts import count as number_of


def count_again(early: EarlyCopy) -> int | None:
    """How many packages are installed again, where that is known.

    It is not over an image that has most of them.
    """
    if has_stack(early):
        return None
    # Only a finding needs it
    from lightship.rules.caching.sources_before_dependencies.reinstalled import (  # noqa: PLC0415
        package_count,
        total,
    )

    counts = [package_count(early.build, install) for install in early.installs]
    return total(counts)


def has_stack(early: EarlyCopy) -> bool:
    name = early.build.evaluation.root(early.stage).name
    return has_python_stack(name) or has_own_base(early)


def is_repeated(early: EarlyCopy, count: int | None) -> bool:
    """Whether a change to the sources installs `count` packages, or an unknown number, again."""
    if was_installed_before(early) or _is_only_in_base(early):
        return False
    if base_installs_the_same(early):
        return False
    if not installs_anything(early, count):
        return False
    return not brings_packages(early)


def _is_only_in_base(early: EarlyCopy) -> bool:
    """Whether a note would be about packages that the base image may have, or has for the most
    part.
    """
    if any(install.separable for install in early.installs):
        return False
    return has_stack(early) or is_in_base_environment(early)


def reinstalled_message(early: EarlyCopy, count: int | None) -> str:
    """What is said where the tool can install the dependencies alone."""
    title = early.installs[0].title
    problem = f"the sources are copied before {title}"
    return f"{problem}: every change to them reinstalls {_what_again(early, count)}"


def inseparable_message(early: EarlyCopy, count: int | None) -> str:
    """What is said where the tool installs the project with them, as `pip install .` does."""
    title = early.installs[0].title
    what = _what_again(early, count)
    problem = f"every change to the sources makes {title} reinstall {what}"
    return f"{problem}: install them from a file first"


def _what_again(early: EarlyCopy, count: int | None) -> str:
    """What is installed again, in the words of a message."""
    if has_stack(early):
        return "what the base lacks"
    if not count or installs_more(early):
        return "everything"
    return number_of(count, "package")
