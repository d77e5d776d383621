from __future__ import annotations

import pytest

from lightship.context.files import Context
from lightship.pyproject.manifests import of_project


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_is_no_text(mark):
    context = Context.of(
        {
            "pyproject.toml": f"{mark}[project]\r\nname = 'a'\r\n",
            "package.json": f"{mark}{{}}",
        }
    )
    assert of_project(context, "uv", "").paths == ("pyproject.toml",)
    assert not of_project(context, "uv", "").refusal
    assert not of_project(context, "npm", "").refusal


@pytest.mark.parametrize("text", ["[]", "[" * 100_000, "7", "", "\0"])
def test_a_manifest_of_another_shape_is_refused(text):
    assert of_project(Context.of({"package.json": text}), "npm", "").refusal
