from __future__ import annotations

import json

import jsonschema

from lightship.lint.engine import report
from lightship.lint.examples import build_of
from lightship.lint.registry import dockerfile_rules
from lightship.lint.rule_selection import RuleSelection
from lightship.report.lint.as_sarif import write
from lightship.report.lint.formats import LintView

TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
COUNT = {"type": "integer", "minimum": 1}
REGION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "properties": dict.fromkeys(
        ("startLine", "startColumn", "endLine", "endColumn"), COUNT
    ),
}
PLACE = {
    "type": "object",
    "required": ["uri"],
    "properties": {"uri": {"type": "string", "format": "uri-reference"}},
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REPLACEMENT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["deletedRegion", "insertedContent"],
    "properties": {
        "deletedRegion": REGION,
        "insertedContent": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
        },
    },
}
FIX = {
    "type": "object",
    "additionalProperties": False,
    "required": ["artifactChanges"],
    "properties": {
        "description": TEXT,
        "properties": {"type": "object"},
        "artifactChanges": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["artifactLocation", "replacements"],
                "properties": {
                    "artifactLocation": PLACE,
                    "replacements": {
                        "type": "array",
                        "minItems": 1,
                        "items": REPLACEMENT,
                    },
                },
            },
        },
    },
}
RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "id",
        "shortDescription",
        "fullDescription",
        "help",
        "defaultConfiguration",
    ],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "format": "uri"},
        "defaultConfiguration": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"level": LEVEL, "enabled": {"type": "boolean"}},
        },
        "properties": {
            "type": "object",
            "properties": {
                "tags": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {"type": "string"},
                }
            },
        },
    },
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "physicalLocation": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["artifactLocation", "region"],
                        "properties": {"artifactLocation": PLACE, "region": REGION},
                    }
                },
            },
        },
        "fixes": {"type": "array", "minItems": 1, "uniqueItems": True, "items": FIX},
    },
}
# What the SARIF 2.1.0 schema says of the properties that we write, and stricter: there are no others.
SARIF = {
    "type": "object",
    "additionalProperties": False,
    "required": ["$schema", "version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool", "results", "columnKind"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                    "tool": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"const": "lightship"},
                                    "semanticVersion": {
                                        "type": "string",
                                        "pattern": r"^\d+\.\d+\.\d+",
                                    },
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": RULE,
                                    },
                                },
                            }
                        },
                    },
                },
            },
        },
    },
}


def valid(reports):
    log = json.loads("".join(write(reports, LintView())))
    jsonschema.validate(log, SARIF, format_checker=jsonschema.FormatChecker())
    run = log["runs"][0]
    for result in run["results"]:
        assert (
            run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
            == result["ruleId"]
        )
    return run


def every_example():
    for rule in dockerfile_rules():
        for number, example in enumerate(rule.examples):
            if example.bad:
                yield report(
                    build_of(
                        example.bad, example.files, example.modes, example.settings
                    ),
                    RuleSelection((rule,)),
                    f"{rule.id}/{number}/Dockerfile",
                )


def test_every_finding_and_fix_of_every_rule_is_valid():
    run = valid(every_example())
    found = {result["ruleId"] for result in run["results"]}
    assert found >= {
        rule.id
        for rule in dockerfile_rules()
        if any(example.bad for example in rule.examples)
    }


def test_nothing_found_is_valid():
    assert valid([])["results"] == []


def test_fixes_carry_their_replacements():
    stage = tuple(
        rule for rule in dockerfile_rules() if "StageNameCasing" in rule.aliases
    )
    run = valid(
        [
            report(
                build_of("FROM debian AS Build\n"),
                RuleSelection(stage),
                "a b/Docker#file",
            )
        ]
    )
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/Docker%23file"},
        "region": {"startLine": 1, "startColumn": 16, "endLine": 1, "endColumn": 21},
    }
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {
                "startLine": 1,
                "startColumn": 16,
                "endLine": 1,
                "endColumn": 21,
            },
            "insertedContent": {"text": "build"},
        }
    ]
