"""What the examples of node-lock-not-checked leave out."""

from __future__ import annotations

import json

import pytest
from judged import found, said
from made import findings

from lightship.lint.finding import Safety
from lightship.repository_facts import MountedVolume
from lightship.rules.packages.node_lock_not_checked import RULE

TEXT = "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\n"
LOCK = {
    "lockfileVersion": 3,
    "packages": {"": {"dependencies": {"a": "^1.0.0"}}, "node_modules/a": {}},
}


def files(wanted: str) -> dict[str, str]:
    return {
        "package.json": json.dumps({"dependencies": {"a": wanted}}),
        "package-lock.json": json.dumps(LOCK),
    }


@pytest.mark.parametrize(
    ("entry", "is_stale"),
    [
        ({"dependencies": {"b": "1"}}, True),
        ({"dependencies": {"b": "1"}, "bundleDependencies": ["b"]}, False),
        ({"dependencies": {"b": "1"}, "optional": True}, False),
    ],
)
def test_what_is_bundled_or_optional_need_not_be_in_a_lock(entry, is_stale):
    packages = {**LOCK["packages"], "node_modules/a": entry}
    lock = json.dumps({**LOCK, "packages": packages})
    [finding] = findings(RULE, TEXT, {**files("^1.0.0"), "package-lock.json": lock})
    assert ("renew it" in finding.message) is is_stale


def test_a_stale_lock_beside_that_of_another_tool_was_left_behind():
    stale = files("^2.0.0")
    [finding] = findings(RULE, TEXT, stale)
    assert "renew it" in finding.message
    assert findings(RULE, TEXT, {**stale, "pnpm-lock.yaml": ""}) == []


def test_a_lock_that_agrees_is_used_whatever_stands_beside_it():
    assert findings(RULE, TEXT, {**files("^1.0.0"), "pnpm-lock.yaml": ""})


NODE = "FROM node:24-slim AS build\nWORKDIR /app\n"
NODE_END = "\nFROM scratch\nCOPY --from=build /app/dist /"
PNPM_FILES = {
    "package.json": '{"dependencies": {"axios": "^1.13.5"}}',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n"
    "      axios:\n        specifier: ^1.13.5\n        version: 1.13.5\n",
}


def pnpm(run, files=None, copies="package.json pnpm-lock.yaml"):
    text = f"{NODE}COPY {copies} ./\nRUN {run}{NODE_END}"
    return found("node-lock-not-checked", text, {**PNPM_FILES, **(files or {})})


def test_ci_that_is_set_in_the_command_counts():
    assert pnpm("pnpm install")
    assert pnpm("CI=true pnpm install && pnpm run build") == []
    assert pnpm("export CI=1 && pnpm install") == []


@pytest.mark.parametrize(
    ("name", "lock", "tool"),
    [
        (
            "package-lock.json",
            '{"packages": {"": {"dependencies": {"axios": "^1.12.0"}}, "node_modules/axios": {}}}',
            "npm",
        ),
        ("yarn.lock", "# yarn lockfile v1\n\naxios@^1.12.0:\n", "yarn"),
        (
            "pnpm-lock.yaml",
            "importers:\n  .:\n    dependencies:\n      axios:\n        specifier: ^1.12.0\n",
            "pnpm",
        ),
    ],
)
def test_a_stale_lock_has_no_fix_that_would_break_the_build(name, lock, tool):
    text = f"{NODE}COPY package.json {name} ./\nRUN {tool} install{NODE_END}"
    files = {"package.json": PNPM_FILES["package.json"], name: lock}
    (item,) = found("node-lock-not-checked", text, files)
    assert item.finding.fix is None
    assert "does not agree with package.json" in item.finding.message

    files[name] = lock.replace("1.12.0", "1.13.5")
    (item,) = found("node-lock-not-checked", text, files)
    assert item.finding.fix is not None


def test_settings_of_pnpm_do_not_make_the_lock_of_npm_fit():
    text = f"{NODE}COPY package.json package-lock.json ./\nRUN npm install{NODE_END}"
    files = {
        "package.json": '{"dependencies": {"axios": "^1.13.5"}, "pnpm": {"overrides": {}}}',
        "package-lock.json": '{"packages": {"": {"dependencies": {"axios": "^1.12.0"}}}}',
    }
    (item,) = found("node-lock-not-checked", text, files)
    assert item.finding.fix is None


def test_overrides_of_pnpm_need_the_file_that_says_them():
    files = {
        "pnpm-workspace.yaml": "overrides:\n  ms: '>=2'\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n\noverrides:\n  ms: '>=2'\n",
    }
    (item,) = pnpm("pnpm install", files)
    assert item.finding.fix is None
    assert "needs pnpm-workspace.yaml" in item.finding.message
    (item,) = pnpm(
        "pnpm install", files, "package.json pnpm-lock.yaml pnpm-workspace.yaml"
    )
    assert item.finding.fix is not None


@pytest.mark.parametrize("pattern", ["pnpm-lock.yaml*", "pnpm-lock*"])
def test_a_lock_that_is_copied_only_if_it_is_there_is_not_insisted_on(pattern):
    assert pnpm("pnpm install", copies=f"package.json {pattern}") == []


@pytest.mark.parametrize(
    "start",
    [
        "# An image for local development with a dev server\n",
        "# The development image\n",
    ],
)
def test_an_image_that_says_it_is_for_development_needs_no_lock(start):
    text = f"{start}{NODE}COPY package.json pnpm-lock.yaml ./\nRUN pnpm install"
    assert said("node-lock-not-checked", text, PNPM_FILES) == []
    shipped = text.replace(start, f"{start[:-1]} and production\n")
    assert said("node-lock-not-checked", shipped, PNPM_FILES)


def test_sources_that_are_mounted_over_the_working_directory_show_development():
    text = f"{NODE}COPY package.json pnpm-lock.yaml ./\nRUN pnpm install"
    volume = MountedVolume("/app", from_host=True)
    assert said("node-lock-not-checked", text, PNPM_FILES, volumes=(volume,)) == []
    assert said(
        "node-lock-not-checked",
        text,
        PNPM_FILES,
        volumes=(volume,),
        purpose="production",
    )


def _npm(**packages):
    root = {"": {"dependencies": {"a": "^1.0.0"}}}
    return json.dumps({"lockfileVersion": 3, "packages": root | packages})


@pytest.mark.parametrize(
    ("lock", "safety"),
    [
        (
            _npm(
                **{"node_modules/a": {"dependencies": {"b": "1"}}, "node_modules/b": {}}
            ),
            "unsafe",
        ),
        (
            _npm(
                **{
                    "node_modules/a": {"dependencies": {"b": "1"}},
                    "node_modules/a/node_modules/b": {
                        "optionalDependencies": {"c": "1"}
                    },
                }
            ),
            "unsafe",
        ),
        # What another package needs is not in it
        (_npm(**{"node_modules/a": {"dependencies": {"b": "1"}}}), None),
        (_npm(**{"node_modules/a": {"peerDependencies": {"b": "1"}}}), None),
        (_npm(), None),
        ('{"lockfileVersion": 1, "dependencies": {}}', None),
        (
            '{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0"}}}',
            "manual",
        ),
        ("{", "manual"),
    ],
)
def test_the_build_insists_on_a_lock_of_npm_only_where_it_is_complete(lock, safety):
    wanted = {
        "package.json": files("^1.0.0")["package.json"],
        "package-lock.json": lock,
    }
    [finding] = findings(RULE, TEXT, wanted)
    assert (finding.fix and finding.fix.safety) == safety


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("if [ -f package-lock.json ]; then npm ci; else npm install; fi", 0),
        ("if test -e ./package-lock.json; then npm ci; else npm install; fi", 0),
        ("if [ -f .npmrc ]; then npm ci; else npm install; fi", 1),
        ("if [ -f package-lock.json ]; then npm install; fi", 1),
    ],
)
def test_the_branch_for_projects_without_a_lock_file_does_not_run(script, count):
    text = TEXT.replace("npm install", script)
    assert len(said("node-lock-not-checked", text, files("^1.0.0"))) == count


@pytest.mark.parametrize(
    ("tag", "count"),
    [
        ("9.7.1-slim", 0),
        ("9", 0),
        ("6-alpine", 0),
        ("8.11", 0),
        ("8.12", 1),
        ("8", 1),
        ("10.2.1", 0),
        ("10.3.0", 1),
        ("10", 1),
        ("lts-slim", 1),
    ],
)
def test_an_old_npm_has_no_npm_ci(tag, count):
    text = TEXT.replace("24-slim", tag)
    assert len(findings(RULE, text, files("^1.0.0"))) == count


def test_an_old_image_may_install_a_newer_npm():
    text = TEXT.replace("24-slim", "9").replace("RUN ", "RUN npm i -g npm@6 && ")
    assert len(findings(RULE, text, files("^1.0.0"))) == 1


@pytest.mark.parametrize(
    ("comment", "safety"),
    [
        ("Dependencies (temporarily using npm install for a test)", Safety.MANUAL),
        ("npm ci does not do, so install instead of it", Safety.MANUAL),
        ("Dependencies, by npm install", Safety.UNSAFE),
        ("Temporary files go to /tmp", Safety.UNSAFE),
    ],
)
def test_a_command_that_a_comment_explains_is_changed_by_hand(comment, safety):
    text = TEXT.replace("RUN", f"# {comment}\nRUN")
    [finding] = findings(RULE, text, files("^1.0.0"))
    assert finding.fix is not None
    assert finding.fix.safety is safety
