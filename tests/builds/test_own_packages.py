"""The packages that a repository publishes."""

from __future__ import annotations

from lightship.builds.own_packages import own_packages
from lightship.builds.workspace import Workspace


def test_manifests_at_the_root_and_in_its_directories_name_them():
    files = {
        "pyproject.toml": '[project]\nname = "Shop_Core"\n',
        "api/setup.py": 'setup(\n    name="shop.api",\n)\n',
        "web/package.json": '{\n  "name": "shop-web"\n}\n',
        "old/setup.cfg": "[metadata]\nname = shop-old\n",
        "a/b/pyproject.toml": '[project]\nname = "deep"\n',
        "a/b/c/pyproject.toml": '[project]\nname = "deeper"\n',
        ".venv/pyproject.toml": '[project]\nname = "other"\n',
        "docs/pyproject.toml": "[tool.black]\n",
    }
    expected = {"shop-core", "shop-api", "shop-web", "shop-old", "deep"}
    assert own_packages(Workspace.of(files)) == expected
