"""Which images a repository makes itself, where no file says that it tags or pushes them.

A Dockerfile that is called like the image, the name of the project, manuals, and programs that
build images tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lightship.base_images.reference import Reference
from lightship.builds.build_programs import programs_that_build
from lightship.builds.own_packages import PROJECT_FILES, PROJECT_NAME
from lightship.builds.tagged_images import names_tagged_in
from lightship.builds.workspace import Workspace, folders_above
from lightship.regex import regex

# What a name has beside the name of its image: `Dockerfile-base` is one of `base`
_KIND = regex(r"(?i)^(?:docker|container)file-?")
_SEPARATORS = regex(r"[-_.]+")
_CACHE_SETTING = regex(r"\b(?:PIP_NO_CACHE_DIR|UV_NO_CACHE)\b(?=[ =])")
_PIP_CONFIGURED = regex(r"(?<!-)\bno-cache-dir[ \t]*=|config set \S*no-cache-dir")
# Letters of a project that is long enough to tell its images: `shop-base`
_SHORTEST = 4
_MANUAL = regex(
    r"(?i)(?:readme|install|contributing|build)[^/]*|.+\.(?:md|mdx|rst|adoc)"
)
_MOST_MANUALS = 50
# A program that a project of Python installs: `sherlock = "sherlock_project:main"`
_SCRIPT = regex(r"(?m)^[^\S\n]*[\"']?([\w.-]+)[\"']?\s*=\s*[\"'][\w.]+:\w+")
# Where the repository is, as a manifest says: `"Homepage" = "https://github.com/acme/shop"`
_ADDRESS = regex(
    r"(?mi)^[^\S\n]*[\"']?(?:home-?page|repository|source(?: ?code)?|code|url)[\"']?"
    r"\s*[=:]\s*[\"']?https?://(?:www\.)?(?:github|gitlab|bitbucket|codeberg)\.(?:com|org)/[\w.-]+/([\w.-]+)"
    r"(?=[\"',\s/]|$)"
)


def own_images(
    workspace: Workspace, dockerfile: str, images: Iterable[Reference]
) -> frozenset[str]:
    """The names of those `images` that the repository of a Dockerfile makes itself."""
    wanted = {image.name: image for image in images if not image.official}
    if not wanted:
        return frozenset()

    projects = set(_project_names(workspace))
    names = projects.union(_dockerfile_names(workspace, dockerfile))
    starts = tuple(f"{name}-" for name in projects if len(name) >= _SHORTEST)
    own: set[str] = set()
    for name, image in wanted.items():
        called = _plain(image.path.rpartition("/")[2])
        if (
            called in names
            or called.startswith(starts)
            or _is_sibling(workspace, dockerfile, image)
        ):
            own.add(name)
    if own != wanted.keys():
        own.update(wanted.keys() & _tagged_in_manuals(workspace, dockerfile))
    for name in wanted.keys() - own:
        image = wanted[name]
        is_own = _is_in_own_namespace(workspace, dockerfile, image, projects)
        if is_own or any(programs_that_build(workspace, dockerfile, image)):
            own.add(name)
    return frozenset(own)


def _is_in_own_namespace(
    workspace: Workspace, dockerfile: str, image: Reference, projects: Iterable[str]
) -> bool:
    """Whether manuals have their readers pull `acmeshop/latest`, and the project is `shop`.

    `acmeshop/min-requirements` is then its own as well.
    """
    namespace = image.path.rpartition("/")[0]
    if not any(len(name) > 2 and name in namespace for name in projects):
        return False
    pull = f"docker pull {namespace}/".encode()
    manuals = islice(_manuals(workspace, dockerfile), _MOST_MANUALS)
    return any(pull in (workspace.read(path) or b"") for path in manuals)


def _is_sibling(workspace: Workspace, dockerfile: str, image: Reference) -> bool:
    """Whether compose runs `acme/bot-worker`, of this Dockerfile, beside `acme/bot-app`, the image.

    `app` and `worker` are what their Dockerfiles are called.
    """
    stem, dash, part = image.path.rpartition("-")
    others = set(_dockerfile_names(workspace, dockerfile))
    if not dash or "/" not in stem or part not in others:
        return False
    siblings = [f"{stem}-{name}".encode() for name in names_of_dockerfile(dockerfile)]
    for path in workspace.paths:
        if "compose" not in path:
            continue
        data = workspace.read(path) or b""
        if any(sibling in data for sibling in siblings):
            return True
    return False


def names_of_dockerfile(dockerfile: str) -> Iterator[str]:
    """What a Dockerfile is called, by the parts of its name and by its directory."""
    folder, _, name = dockerfile.rpartition("/")
    for part in name.split("."):
        called = _KIND.sub("", part)
        if called:
            yield _plain(called)
    if folder:
        yield _plain(folder.rpartition("/")[2])


def _tagged_in_manuals(workspace: Workspace, dockerfile: str) -> set[str]:
    """What manuals beside a Dockerfile, above it and in `docs` have their readers build and tag."""
    names: set[str] = set()
    manuals = _manuals(workspace, dockerfile)
    for path in islice(manuals, _MOST_MANUALS):
        names.update(names_tagged_in(workspace.read(path) or b""))
    return names


def _manuals(workspace: Workspace, dockerfile: str) -> Iterator[str]:
    for folder in (*folders_above(dockerfile), "docs"):
        for name in workspace.names(folder):
            path = name if folder == "." else f"{folder}/{name}"
            if _MANUAL.fullmatch(name) and workspace.is_file(path):
                yield path


def cache_settings(workspace: Workspace, dockerfile: str) -> frozenset[str]:
    """The variables with which other Dockerfiles and scripts switch caches of installers off.

    A configuration file of pip that does so counts as its variable.
    """
    settings: set[str] = set()
    for path in workspace.paths:
        is_script = path.endswith(".sh")
        if path == dockerfile or not (is_script or workspace.dockerfiles(path)):
            continue
        text = workspace.text(path) or ""
        settings.update(_CACHE_SETTING.findall(text))
        if _PIP_CONFIGURED.search(text):
            settings.add("PIP_NO_CACHE_DIR")
    return frozenset(settings)


def _plain(name: str) -> str:
    """A name with one kind of separator: `pulp_ci_centos` and `pulp-ci-centos` are the same."""
    return _SEPARATORS.sub("-", name.lower()).strip("-")


def _dockerfile_names(workspace: Workspace, dockerfile: str) -> Iterator[str]:
    """What other Dockerfiles are called: `base` for `docker/base/Dockerfile`, `Dockerfile.base`."""
    own_folder = dockerfile.rpartition("/")[0]
    for path in workspace.paths:
        if path == dockerfile or not workspace.dockerfiles(path):
            continue
        folder, _, name = path.rpartition("/")
        yield from names_of_dockerfile(name)
        if folder and folder != own_folder:
            yield _plain(folder.rpartition("/")[2])


def _project_names(workspace: Workspace) -> Iterator[str]:
    """The names of the project at the root of the repository, of that, and of its programs."""
    for path in PROJECT_FILES:
        text = workspace.text(path)
        if text is None:
            continue
        name = PROJECT_NAME.search(text)
        if name is not None:
            yield _plain(name[1])
        for address in _ADDRESS.finditer(text):
            yield _plain(address[1].removesuffix(".git"))
        for script in _SCRIPT.finditer(text):
            yield _plain(script[1])
