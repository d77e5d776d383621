"""What we read of compose and bake files is what docker itself makes of them."""

from __future__ import annotations

import json
import posixpath

import pytest
from builds.docker_cases import ANSWERS, BAKE, BAKED, COMPOSE, SET

from lightship.builds.bake.bake_builds import BakeSet, _services, bake_builds
from lightship.builds.bake.bake_file import BakeFile, read_bake
from lightship.builds.bake.bake_overrides import read_override
from lightship.builds.bake.bake_targets import BakeTargets
from lightship.builds.compose.loader import ComposeLoader
from lightship.builds.compose.merged_services import merged
from lightship.builds.definition import BuildCall, BuildSourceKind, Written
from lightship.builds.workspace import ROOTED, Workspace

TRUE = json.loads(ANSWERS.read_text(encoding="utf-8"))
USUAL = (
    "docker-bake.json",
    "docker-bake.hcl",
    "docker-bake.override.json",
    "docker-bake.override.hcl",
)
# Where we say that a value is not known, and docker takes an empty or another one
UNKNOWN = {"try", "novar"}


def placed(text):
    """A path as docker prints it, from the root of the case."""
    if text is None or ":" in text:
        return text
    return posixpath.normpath(f"ROOT/{text}")


def compose_services(files, order):
    loader = ComposeLoader(Workspace.of(files))
    variables = loader.variables(".")
    services = {}
    for path in order:
        for name, service in loader.services(path, ".", variables).items():
            base = services.get(name)
            services[name] = merged(base, service) if base is not None else service
    return services


def compose_row(service):
    section = service.build
    if section is None:
        return None
    row = {
        "context": placed(section.context.text if section.context else service.folder)
    }
    if section.inline is not None:
        row["dockerfile_inline"] = section.inline.text
    else:
        row["dockerfile"] = (
            section.dockerfile.text if section.dockerfile else "Dockerfile"
        )
    args = {name: value.text for name, value in section.args.items()}
    known = {name: text for name, text in args.items() if text is not None}
    if known:
        row["args"] = known
    if section.target is not None:
        row["target"] = section.target.text
    if section.platforms:
        row["platforms"] = [item.text for item in section.platforms]
    contexts = {name: placed(item.text) for name, item in section.contexts.items()}
    if contexts:
        row["additional_contexts"] = contexts
    return row


def shown_by_docker(row):
    """An answer: `$` is written `$$` there, equal platforms are kept, `..` is not ours."""
    if row is None:
        return None
    plain = json.loads(json.dumps(row).replace("$$", "$"))
    if "platforms" in plain:
        plain["platforms"] = list(dict.fromkeys(plain["platforms"]))
    for name, text in plain.get("additional_contexts", {}).items():
        if ":" not in text and not text.startswith("ROOT"):
            plain["additional_contexts"][name] = None
    return plain


@pytest.mark.parametrize("name", COMPOSE)
def test_compose(name):
    services = compose_services(*COMPOSE[name])
    ours = {key: compose_row(service) for key, service in services.items()}
    assert ours == {
        key: shown_by_docker(row) for key, row in TRUE["compose"][name].items()
    }


def bake_row(target):
    row = {
        "context": target.context.text if target.context else ".",
        "dockerfile": target.dockerfile.text if target.dockerfile else "Dockerfile",
    }
    row["context"] = posixpath.normpath(row["context"].replace(f"{ROOTED}/", ""))
    if target.inline is not None:
        row["dockerfile-inline"] = target.inline.text
    if target.target is not None:
        row["target"] = target.target.text
    optional = {
        "args": dict(target.args),
        "platforms": list(target.platforms or ()),
        "contexts": dict(target.contexts),
        "labels": {key: label.value for key, label in target.labels.items()},
    }
    return row | {key: value for key, value in optional.items() if value}


@pytest.mark.parametrize("name", [name for name in BAKE if name not in UNKNOWN])
def test_bake(name):
    files = BAKE[name]
    order = tuple(path for path in USUAL if path in files)
    bake = BakeFile()
    for path in order:
        read_bake(bake, path, files[path])
    targets = BakeTargets(bake, _services(Workspace.of(files), BakeSet(order)))
    answer = TRUE["bake"][name]
    ours = {
        key: bake_row(targets.resolved(key)) for key in answer if key in targets.own
    }
    assert ours
    assert ours == {key: row for key, row in answer.items() if key in targets.own}


@pytest.mark.parametrize("name", SET)
def test_what_is_set_for_targets(name):
    files, given = SET[name]
    bake = BakeFile()
    for path, text in files.items():
        read_bake(bake, path, text)
    overrides = [read_override(text) for text in given]
    targets = BakeTargets(bake, {}, overrides)
    answer = TRUE["set"][name]
    assert {key: bake_row(targets.resolved(key)) for key in answer} == answer


@pytest.mark.parametrize("name", BAKED)
def test_options_of_services_that_are_baked(name):
    files, order = BAKED[name]
    workspace = Workspace.of({"Dockerfile": "FROM scratch\n", **files})
    call = BuildCall(BuildSourceKind.BAKE, Written("ci.yml"), ".", order)
    found = bake_builds(workspace, order, [call], with_services=True)
    ours = {}
    for build in found.builds:
        options = {"cache-from": [], "cache-to": [], "output": []}
        for option in build.called.options:
            options[option.name].append(option.value)
        ours[build.names[0]] = {**options, "tags": list(build.tags)}
    assert ours == TRUE["baked"][name]
