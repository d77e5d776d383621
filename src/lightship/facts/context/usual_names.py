"""Names that stand in many ignore files, whether or not a project has such files."""

from __future__ import annotations

from lightship.context.files import File, FileKind
from lightship.context.needless import (
    CACHES,
    EDITORS,
    NODE,
    PYTHON,
    VERSIONS,
    Finder,
    NeedlessFile,
    NeedlessGroup,
)

# What programs write beside their files, in any directory
_LEFTOVERS = """*.log *.tmp *.bak *.orig *~ *.egg-info *.class .cache .terraform .next .turbo
    .gradle .parcel-cache .nyc_output .coverage htmlcov bower_components Thumbs.db""".split()
LEFTOVERS = NeedlessGroup("leftovers", tuple(f"**/{name}" for name in _LEFTOVERS))
_GENERATED = Finder((LEFTOVERS, VERSIONS, PYTHON, NODE, CACHES, EDITORS))
# Words that stand in such lists as a precaution, or that mean something else at every depth
_COMMON = frozenset(
    """test tests testing spec specs e2e doc docs build builds dist lib libs bin obj data db log
    logs tmp temp src app apps config configs conf static media public assets images target out
    output outputs coverage example examples script scripts env envs venv venvs vendor vendors
    license licence readme changelog contributing authors makefile dockerfile containerfile
    docker-compose compose package package-lock yarn npm-debug tox setup pyproject poetry pipfile
    requirements justfile taskfile jenkinsfile procfile cache caches deploy notebooks models local
    storage downloads common utils core main index api web server client tools internal charts
    helm k8s infra terraform demo demos locale locales migrations fixtures samples reports results
    site""".split()
)
# Files that somebody wrote: a module that is left out is missed by the program
CODE = tuple(".py .pyi .js .mjs .cjs .ts .jsx .tsx .vue .svelte .go .rs .java".split())
_SHORTEST = 4  # characters of a name that says something


def generated(name: str, kind: FileKind = FileKind.CLOSED) -> NeedlessFile | None:
    """What a file or a directory of that name usually is, where programs make it."""
    return _GENERATED.find(File(name, kind=kind))


def is_common(name: str) -> bool:
    """Whether a name may stand for many things."""
    lower = name.lower()
    stem, _, _ = lower.partition(".")
    if len(name) < _SHORTEST or not stem:
        return True
    return stem in _COMMON or lower in _COMMON


def is_usual(name: str) -> bool:
    """Whether a name is one of those that lists have as a precaution."""
    return is_common(name) or generated(name) is not None
