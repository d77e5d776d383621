"""The schemas of our JSON; to check and to read one costs more than most tests, so it is done once, where it is needed."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from jsonschema import Draft202012Validator


@cache
def validator(room: str, name: str) -> Draft202012Validator:
    """What judges by `NAME.schema.json` of a room of `lightship.report`."""
    folder = files("lightship.report") / room
    schema = json.loads((folder / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
