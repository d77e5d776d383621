"""What the names of targets, files, services and directories say an image is for.

The one list of such words: the builds of a repository are told apart by it, and so is a Dockerfile
that no repository is known of.
"""

from __future__ import annotations

from lightship.builds.definition import Purpose
from lightship.record import record
from lightship.regex import regex

_WORDS = regex(r"[^a-z0-9]+")
# For those who work on the project: it is not shipped
FOR_WORK = frozenset({Purpose.DEVELOPMENT, Purpose.TEST, Purpose.CI})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@record
class NameSign:
    """Words of a name, as `dev` of `Dockerfile.dev`, and what they say."""

    purpose: Purpose
    words: frozenset[str]


# In this order: an image for tests of a production image is for tests
NAME_SIGNS = (
    NameSign(
        Purpose.TEST,
        _words(
            "test tests testing tester testbed unittest unittests itest itests e2e integration "
            "pytest tox cypress playwright selenium fuzz mock mocks fake fakes"
        ),
    ),
    NameSign(
        Purpose.CI,
        _words(
            "ci lint linter linting validate precommit coverage checks qa pylint flake8 mypy ruff "
            "eslint hadolint yamllint shellcheck"
        ),
    ),
    NameSign(
        Purpose.DEVELOPMENT,
        _words(
            "dev devel develop development developer local localdev devcontainer debug debugger "
            "hotreload worktree editable jupyter playground sandbox"
        ),
    ),
    NameSign(
        Purpose.TOOL,
        _words(
            "tool tools builder codegen protoc vendor generate packaging package artifact "
            "artifacts binaries deb rpm wheel wheels docs"
        ),
    ),
    NameSign(
        Purpose.PRODUCTION,
        _words("prod production release runtime deploy deployment final"),
    ),
)
# Of directories only whole names count, and only these
FOLDER_SIGNS = (
    NameSign(
        Purpose.DEVELOPMENT,
        _words(
            ".devcontainer devcontainer .cursor dev development local playground sandbox "
            # Binder starts a notebook server from it for each reader
            "binder .binder "
            # What is kept for the record is not shipped
            "archive archived attic deprecated obsolete"
        ),
    ),
    NameSign(
        Purpose.TEST,
        _words(
            "test tests testbed itest itests e2e functional integration testing fixture fixtures "
            "test_data testdata smoketest smoketests .clusterfuzzlite clusterfuzzlite fuzzing"
        ),
    ),
    NameSign(Purpose.CI, _words("ci .ci .circleci .github .gitlab .buildkite")),
    NameSign(Purpose.TOOL, _words("tools hack packaging")),
    NameSign(Purpose.PRODUCTION, _words("prod production")),
)

# `acceptance_tests`, `k8s_itests`, `local-pytest`, `test-server`, `github_mock`, `fake_backend`
_TEST_FOLDER = regex(
    r"tests?[-_].+|.+[-_](?:i?tests?|e2e)"
    r"|(?:.+[-_])?(?:pytest|unittests?|(?:mock|fake)s?(?:[-_].+)?)"
)
# `.viewer-tmp`, `.backup`
_SCRATCH_FOLDER = regex(
    r"\.(?:[\w-]+[-_])?(?:tmp|temp|scratch|backups?|bak|old|trash)(?:[-_][\w-]+)?"
)
# They name the last stage of an image for tests just as well
_WEAK_WORDS = _words("runtime final")
# `Dockerfile.oldev`; udev is a program
_DEVELOPERS = regex(r"(?!.*udev$)[a-z]+dev")


# Directories of what tests read: nobody's image
_FIXTURES = _words("test_data testdata test-data fixture fixtures test_configs")
_TEST_FOLDERS = _words("test tests")
_DATA_FOLDERS = _words("data files resources samples assets")
# What a checker is to find, and what not: `failure`, `success_multi_stage`, `valid2`
_OUTCOME_FOLDER = regex(
    r"(?:success|failure|pass(?:ing|ed)?|fail(?:ing|ed)?|good|bad|valid|invalid"
    r"|positive|negative|golden|expected|snapshots)(?:[0-9]+|[_-].+)?"
)
# Directories of what readers try out
_EXAMPLE_FOLDERS = _words(
    "example examples demo demos sample samples tutorial tutorials quickstart quickstarts "
    "workshop workshops cookbook cookbooks exercise exercises exercise_files lesson lessons "
    "homework homeworks assignment assignments coursework"
)
# `Dockerfile.before` is what a page improves
_EXAMPLE_WORDS = _words("demo before")
# At the root of the repository: what a manual shows, or what makes its pages
_MANUALS = regex(r"docs?|documentation")
# `demo-app`, `flask_demo`; an example may be a template
_DEMO_FOLDER = regex(r"demos?[-_].+|.+[-_]demos?")

# `templates/runtime/python3.13`, `{{cookiecutter.slug}}`
_TEMPLATE_FOLDER = regex(
    r"(?:[\w.]+[-_])?(?:templates?|scaffolds?|scaffolding|skeletons?|boilerplates?)"
    r"|\{\{.+\}\}"
)


def is_example_path(path: str) -> bool:
    """Whether a file shows how something is done, as one below `examples` or `demo-app`.

    Or its own name says so, `Dockerfile.demo`, or it lies among the pages of a manual.
    """
    *folders, name = path.lower().split("/")
    if not _EXAMPLE_FOLDERS.isdisjoint(folders):
        return True
    if any(map(_DEMO_FOLDER.fullmatch, folders)):
        return True
    if _MANUALS.fullmatch(folders[0] if folders else ""):
        return True
    return not _EXAMPLE_WORDS.isdisjoint(_WORDS.split(name))


def is_template_path(path: str) -> bool:
    """Whether a file is one that users of a generator get, to fill with what is their own."""
    folders = path.lower().split("/")[:-1]
    return any(map(_TEMPLATE_FOLDER.fullmatch, folders))


def is_fixture_path(path: str) -> bool:
    """Whether a file is data that tests read, as one below `testdata` or `tests/unit/data`."""
    folders = path.lower().split("/")[:-1]
    if not _FIXTURES.isdisjoint(folders):
        return True
    for at, folder in enumerate(folders):
        if folder in _TEST_FOLDERS:
            inner = folders[at + 1 :]
            has_outcome = any(map(_OUTCOME_FOLDER.fullmatch, inner))
            return has_outcome or not _DATA_FOLDERS.isdisjoint(inner)
    return False


def purpose_of_name(name: str) -> Purpose:
    """What the words of a name say (`Dockerfile.dev`, `unit-tests`), UNKNOWN if nothing does."""
    words = set(_WORDS.split(name.lower()))
    for sign in NAME_SIGNS:
        if words & sign.words:
            return sign.purpose
    return Purpose.UNKNOWN


def is_weak_name(name: str) -> bool:
    """Whether a name says `runtime` or `final`, which says less than a directory for tests."""
    words = set(_WORDS.split(name.lower()))
    return bool(words & _WEAK_WORDS)


def purpose_of_path(path: str) -> Purpose:
    """What the name of a Dockerfile says, or else the directories above it, the nearest first."""
    *folders, name = path.split("/")
    purpose = _purpose_of_file(name)
    if purpose is not Purpose.UNKNOWN and not is_weak_name(name):
        return purpose
    by_folder = _purpose_of_folders(folders)
    if is_fixture_path(path):
        by_folder = Purpose.TEST
    if by_folder in FOR_WORK or purpose is Purpose.UNKNOWN:
        return by_folder
    return purpose


def _purpose_of_file(name: str) -> Purpose:
    purpose = purpose_of_name(name)
    if purpose is not Purpose.UNKNOWN:
        return purpose
    words = _WORDS.split(name.lower())
    is_for_developers = any(map(_DEVELOPERS.fullmatch, words))
    return Purpose.DEVELOPMENT if is_for_developers else Purpose.UNKNOWN


def _purpose_of_folders(folders: list[str]) -> Purpose:
    for folder in map(str.lower, reversed(folders)):
        if _SCRATCH_FOLDER.fullmatch(folder):
            return Purpose.DEVELOPMENT
        if _TEST_FOLDER.fullmatch(folder):
            return Purpose.TEST
        for sign in FOLDER_SIGNS:
            if folder in sign.words:
                return sign.purpose
    return Purpose.UNKNOWN
