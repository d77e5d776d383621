"""What one compose file says of how a service is built, and how two such files are merged.

Source: compose-go, override/merge.go, loader/normalize.go and paths/resolve.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from lightship.builds.build_paths import Setting, local
from lightship.builds.compose.service_options import (
    BakeSection,
    Options,
    bake_section,
    compose_options,
    known_texts,
    merged_options,
    replaced_options,
)
from lightship.builds.compose.service_volumes import (
    mounts_project,
    project_mounts,
    volumes_of,
)
from lightship.builds.definition import ProjectMount, Written
from lightship.builds.interpolation import (
    Lookup,
    UnknownValueError,
    interpolate,
)
from lightship.builds.workspace import rooted
from lightship.builds.yaml_tree import YamlNode
from lightship.record import record
from lightship.regex import regex
from lightship.repository_facts import GivenLabel, MountedVolume

# `FLASK_ENV: development`, `ENVIRONMENT=dev`
_ENVIRONMENT = regex(r"(?:\w+_)?(?:ENV|ENVIRONMENT)")
_DEVELOPMENT = frozenset({"development", "dev"})
# Variables that switch the debugger of a framework on
_DEBUGGERS = frozenset(
    "FLASK_DEBUG QUART_DEBUG LITESTAR_DEBUG DJANGO_DEBUG DEBUG".split()
)
_TRUE = frozenset({"1", "true", "on", "yes"})
_REPLACING = ("!reset", "!override")
_ROOT = frozenset({"root", "0"})
_RESTARTS = frozenset({"always", "unless-stopped"})
_DEPLOYED = frozenset({"replicas", "restart_policy", "placement", "update_config"})
_SERVICE = "service:"
_NOT_TEXT = "it is not a text"


@record
class Origin:
    """The file that is read, the directory that its paths count from, and its variables.

    `started_in` is where a shell starts compose, None where that is not known.
    """

    path: str
    folder: str
    variables: Lookup
    started_in: str | None = None

    def of_path(self, name: str) -> str | None:
        """The value of a variable in a path: `$PWD` is a directory of the workspace there."""
        if name == "PWD" and self.started_in is not None:
            return rooted(self.started_in)
        return self.variables(name)


@record
class BuildSection:
    """`build:` of a service, as far as it is written; paths count from the workspace.

    `inline_path` is the file that holds `inline`. `replaced` are the keys that take nothing over
    from what is merged below them. `options` say how it is built, by their names on the command
    line; `bake` is what bake alone reads.
    """

    written: Written
    context: Setting | None = None
    dockerfile: Setting | None = None
    inline: Setting | None = None
    target: Setting | None = None
    args: Mapping[str, Setting] = field(default_factory=dict)
    platforms: tuple[Setting, ...] = ()
    contexts: Mapping[str, Setting] = field(default_factory=dict)
    inline_path: str = ""
    replaced: frozenset[str] = frozenset()
    options: Options = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    bake: BakeSection | None = None
    labels: Mapping[str, GivenLabel] = field(default_factory=dict)


@record(eq=False)
class ServicePart:
    """A service as one file has it: what `run_settings` reads, if ever it is to be run."""

    node: YamlNode
    origin: Origin


@record
class Service:
    """A service, as far as its images are concerned.

    `folder` is the project's directory, the context where none is written. `replaces` is whether
    its `build:` takes nothing over from what is merged below it. `volumes` are what its containers
    may write to of what is mounted. `has_init` is whether an init is process 1 in them. `parts`
    are what files say of it, each on top of those before. `start` is the command that they get in
    place of the image's own; empty where there is none. `is_worked_on` is whether a variable says
    that they are for development, and files of the project are mounted. `has_user` is whether they
    run as a user other than root, whatever the image says; None where nothing is said. `mounts`
    are what is mounted of the project; `is_kept_running` is whether its containers start again by
    themselves, as those that are deployed do. `is_reached` is whether the host or other machines
    may talk to it.
    """

    name: str
    written: Written
    folder: str
    build: BuildSection | None = None
    image: str | None = None
    profiles: tuple[str, ...] = ()
    replaces: bool = False
    volumes: tuple[MountedVolume, ...] = ()
    has_init: bool = False
    parts: tuple[ServicePart, ...] = ()
    start: str = ""
    is_worked_on: bool = False
    has_user: bool | None = None
    mounts: tuple[ProjectMount, ...] = ()
    is_kept_running: bool = False
    is_reached: bool = False

    @property
    def stands_alone(self) -> bool:
        """Whether it could be started without another file."""
        if self.build is None:
            return self.image is not None
        return self.build.context is not None or self.build.inline is not None


def read_service(name: str, node: YamlNode, origin: Origin) -> Service:
    """A service as one file has it, before anything is merged."""
    build = node.entries.get("build")
    image = setting(node.get("image"), origin.variables)
    profiles = node.entries.get("profiles")
    names = [item.text for item in profiles.items] if profiles else []
    return Service(
        name,
        Written(origin.path, node.line),
        origin.folder,
        _read_build(build, origin, node.get("dockerfile"))
        if build is not None
        else None,
        image.text if image is not None else None,
        tuple(name for name in names if name),
        build is not None and build.tag in _REPLACING,
        volumes_of(node),
        _has_init(node),
        (ServicePart(node, origin),),
        " ".join(_words_of_start(node)),
        is_worked_on=mounts_project(node) and _is_for_development(node, origin),
        has_user=_has_user(node, origin),
        mounts=_mounts(node, origin),
        is_kept_running=_is_kept_running(node),
        is_reached=_is_reached(node),
    )


def _mounts(node: YamlNode, origin: Origin) -> tuple[ProjectMount, ...]:
    def path(text: str) -> str | None:
        filled = _filled(text, node.line, origin.of_path)
        placed = local(origin.folder, filled)
        return placed.text if placed is not None else None

    return project_mounts(node, path)


def _is_kept_running(node: YamlNode) -> bool:
    """Whether `restart:` says so, or `deploy:` does for a swarm."""
    restart = node.get("restart")
    if restart is not None and restart.text in _RESTARTS:
        return True
    deploy = node.get("deploy")
    return deploy is not None and not _DEPLOYED.isdisjoint(deploy.entries)


def _is_reached(node: YamlNode) -> bool:
    """Whether it publishes ports, shares the network of the host, or stands behind a proxy."""
    network = node.get("network_mode")
    if network is not None and network.text == "host":
        return True
    return any(node.get(key) is not None for key in ("ports", "labels"))


def _is_for_development(node: YamlNode, origin: Origin) -> bool:
    """Whether a variable such as FLASK_ENV or FLASK_DEBUG says so."""
    for name, value in pairs(node.get("environment"), origin.variables).items():
        if _ENVIRONMENT.fullmatch(name) and value.text in _DEVELOPMENT:
            return True
        if name in _DEBUGGERS and (value.text or "").lower() in _TRUE:
            return True
    return False


def _has_user(node: YamlNode, origin: Origin) -> bool | None:
    """Whether `user:` names another than root; a value that is not known is the caller's."""
    found = setting(_kept(node, "user"), origin.variables)
    if found is None:
        return None
    name, _colon, _group = (found.text or "").partition(":")
    return name not in _ROOT


def _words_of_start(node: YamlNode) -> Iterator[str]:
    """The words of `entrypoint` and `command`."""
    for key in ("entrypoint", "command"):
        value = node.get(key)
        if value is None or value.tag == "!reset":
            continue
        if value.text is not None:
            yield value.text
        for item in value.items:
            yield item.text or ""


def _has_init(node: YamlNode) -> bool:
    """Whether `init: true` starts the containers under an init, as `docker run --init` does."""
    init = node.get("init")
    return init is not None and init.text == "true"


def _read_build(
    node: YamlNode, origin: Origin, beside: YamlNode | None
) -> BuildSection | None:
    """`build:`; None where it is empty or reset.

    In the first version of the format `dockerfile` stands beside it.
    """
    if node.tag == "!reset" or node.value is None:
        return None
    variables = origin.variables
    written = Written(origin.path, node.line)
    if node.text is not None:
        context = local(origin.folder, setting(node, origin.of_path))
        return BuildSection(written, context, setting(beside, origin.of_path))

    def filled(item: YamlNode) -> Setting | None:
        return setting(item, variables)

    args = node.get("args")
    contexts = node.get("additional_contexts")
    replaced = [key for key, item in node.entries.items() if item.tag in _REPLACING]
    return BuildSection(
        written,
        local(origin.folder, setting(_kept(node, "context"), origin.of_path)),
        setting(_kept(node, "dockerfile"), origin.of_path),
        _inline(_kept(node, "dockerfile_inline"), variables),
        setting(_kept(node, "target"), variables),
        pairs(args, variables),
        _platforms(node.get("platforms"), variables),
        _contexts(contexts, origin),
        origin.path,
        frozenset(replaced),
        compose_options(node, origin.path, filled),
        known_texts(_kept(node, "tags"), filled),
        bake_section(node, origin.path, filled),
        _labels(node.get("labels"), origin),
    )


def _kept(node: YamlNode, key: str) -> YamlNode | None:
    """The value of a key; None where it is reset."""
    value = node.get(key)
    return None if value is not None and value.tag == "!reset" else value


def setting(node: YamlNode | None, variables: Lookup) -> Setting | None:
    """A scalar with its variables; None for null, and where there is none."""
    if node is None or node.value is None:
        return None
    if node.text is None:
        return Setting(None, node.line, _NOT_TEXT)
    return _filled(node.text, node.line, variables)


def _filled(text: str, line: int, variables: Lookup) -> Setting:
    try:
        return Setting(interpolate(text, variables), line)
    except UnknownValueError as error:
        return Setting(None, line, str(error))


def _inline(node: YamlNode | None, variables: Lookup) -> Setting | None:
    """A Dockerfile in the file; its line is that of its first instruction."""
    found = setting(node, variables)
    if found is None or node is None or not node.is_block:
        return found
    return replace(found, line=found.line + 1)


def pairs(node: YamlNode | None, variables: Lookup) -> dict[str, Setting]:
    """A mapping, or a list of `NAME=value`, with its variables.

    A name without a value takes that of the variable.
    """
    found: dict[str, Setting] = {}
    if node is None or node.tag == "!reset":
        return found
    for name, value in node.entries.items():
        filled = setting(value, variables)
        found[name] = filled or Setting(variables(name), value.line)
    for item in node.items:
        if item.text is None:
            continue
        name, equals, text = item.text.partition("=")
        if equals:
            found[name] = _filled(text, item.line, variables)
        else:
            found[name] = Setting(variables(name), item.line)
    return found


def _labels(node: YamlNode | None, origin: Origin) -> dict[str, GivenLabel]:
    """The labels of the image; a key without a value is a label that is empty."""
    found: dict[str, GivenLabel] = {}
    if node is None or node.tag == "!reset":
        return found
    for key, value in node.entries.items():
        filled = setting(value, origin.variables) or Setting("", value.line)
        found[key] = GivenLabel(filled.text, origin.path, filled.line)
    for item in node.items:
        key, _equals, text = (item.text or "").partition("=")
        if key:
            filled = _filled(text, item.line, origin.variables)
            found[key] = GivenLabel(filled.text, origin.path, filled.line)
    return found


def _platforms(node: YamlNode | None, variables: Lookup) -> tuple[Setting, ...]:
    if node is None or node.tag == "!reset":
        return ()
    found = [setting(item, variables) for item in node.items]
    return tuple(item for item in found if item is not None)


def _contexts(node: YamlNode | None, origin: Origin) -> dict[str, Setting]:
    """Named contexts; the result of another service stays `service:NAME`."""
    found = pairs(node, origin.variables)
    for name, value in found.items():
        if value.text is not None and not value.text.startswith(_SERVICE):
            placed = local(origin.folder, value)
            assert placed is not None
            found[name] = placed
    return found


def merged(base: Service, over: Service) -> Service:
    """A service of which a second file, or the one that extends it, says more."""
    build = over.build
    if not over.replaces and base.build is not None:
        build = _merged_build(base.build, over.build) if over.build else base.build
    profiles = dict.fromkeys((*base.profiles, *over.profiles))
    return Service(
        over.name,
        over.written,
        over.folder,
        build,
        over.image or base.image,
        tuple(profiles),
        volumes=tuple(dict.fromkeys((*base.volumes, *over.volumes))),
        has_init=base.has_init or over.has_init,
        parts=(*base.parts, *over.parts),
        start=over.start or base.start,
        is_worked_on=base.is_worked_on or over.is_worked_on,
        has_user=base.has_user if over.has_user is None else over.has_user,
        mounts=tuple(dict.fromkeys((*base.mounts, *over.mounts))),
        is_kept_running=base.is_kept_running or over.is_kept_running,
        is_reached=base.is_reached or over.is_reached,
    )


def _merged_build(base: BuildSection, over: BuildSection) -> BuildSection:
    """Scalars are replaced, mappings and lists are joined."""
    if over.replaced:
        base = _without(base, over.replaced)
    platforms = dict.fromkeys((*base.platforms, *over.platforms))
    return BuildSection(
        over.written,
        over.context or base.context,
        over.dockerfile or base.dockerfile,
        over.inline or base.inline,
        over.target or base.target,
        {**base.args, **over.args},
        tuple(platforms),
        {**base.contexts, **over.contexts},
        over.inline_path if over.inline else base.inline_path,
        options=merged_options(base.options, over.options),
        tags=tuple(dict.fromkeys((*base.tags, *over.tags))),
        bake=over.bake or base.bake,
        labels={**base.labels, **over.labels},
    )


def _without(base: BuildSection, keys: frozenset[str]) -> BuildSection:
    """What is left of a section when keys are reset or overridden."""
    replaced = replaced_options(keys)
    return BuildSection(
        base.written,
        None if "context" in keys else base.context,
        None if "dockerfile" in keys else base.dockerfile,
        None if "dockerfile_inline" in keys else base.inline,
        None if "target" in keys else base.target,
        {} if "args" in keys else base.args,
        () if "platforms" in keys else base.platforms,
        {} if "additional_contexts" in keys else base.contexts,
        base.inline_path,
        options={
            name: options
            for name, options in base.options.items()
            if name not in replaced
        },
        tags=() if "tags" in keys else base.tags,
        bake=None if "x-bake" in keys else base.bake,
        labels={} if "labels" in keys else base.labels,
    )
