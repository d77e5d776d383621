"""Names of additional build contexts, wherever a repository writes them."""

from __future__ import annotations

import pytest

from lightship.builds.declared_contexts import declared_contexts, may_declare
from lightship.builds.workspace import Workspace

BAKE = 'target "a" {\n  dockerfile = "Dockerfile.${ARCH}"\n  contexts = {\n    deps = "."\n  }\n}\n'
JSON = '{"target": {"a": {"contexts": {"deps": "target:deps"}}}}'
COMPOSE = (
    "services:\n  a:\n    build:\n      additional_contexts:\n        - deps=./deps\n"
)
MAPPING = (
    "services:\n  a:\n    build:\n      additional_contexts:\n        deps: ./deps\n"
)
SCRIPT = (
    'docker build \\\n  --build-context other=a \\\n  --build-context deps="$PWD" .\n'
)
ACTION = "      - uses: ./.github/actions/image\n        with:\n          build-contexts: |\n            a=.\n            deps=.\n"
INPUT = "      - uses: ./actions/image\n        with: {build_contexts: deps=.}\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-bake.hcl", BAKE),
        ("docker/gpu.hcl", BAKE),
        ("docker-bake.json", JSON),
        ("compose.yaml", COMPOSE),
        ("compose.yaml", MAPPING),
        ("build.sh", SCRIPT),
        ("Makefile", f"image:\n\t{SCRIPT}"),
        (".github/workflows/a.yml", ACTION),
        (".github/workflows/a.yml", INPUT),
    ],
)
def test_a_name_is_a_context_wherever_the_repository_uses_it_as_one(path, text):
    assert may_declare(path)
    workspace = Workspace.of({path: text})
    assert declared_contexts(workspace, {"deps", "dep", "eps"}) == {"deps"}


@pytest.mark.parametrize(
    "text",
    ["services:\n  deps:\n    build: .\n", "docker build --build-arg deps=1 .\n", ""],
)
def test_a_name_that_stands_in_a_build_file_alone_is_no_context(text):
    assert declared_contexts(Workspace.of({"compose.yaml": text}), {"deps"}) == set()
