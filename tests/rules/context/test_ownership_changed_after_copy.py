"""When ownership-changed-after-copy reports something, and when it is silent."""

from __future__ import annotations

import pytest
from judged import findings, said, severities

from lightship.lint.finding import Severity
from lightship.text import apply_edits

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
APP = 'CMD ["/app/server"]'
PYTHON = "FROM python:3.13-slim\n"


@pytest.mark.parametrize(
    ("size", "expected"), [(9_000_000, []), (20_000_000, [WARNING])]
)
def test_a_second_copy_of_a_few_megabytes_is_not_worth_a_word(size, expected):
    text = (
        f"{PYTHON}RUN useradd app\nCOPY . /app\nRUN chown -R app /app\nUSER app\n{APP}"
    )
    found = severities("ownership-changed-after-copy", text, {"a": "x" * size})
    assert found == expected


def test_a_user_of_the_build_stage_does_not_own_files_of_the_final_one():
    build = "FROM python:3.13 AS build\n{}\nWORKDIR /app\nFROM python:3.13-slim\n"
    text = (
        "COPY --from=build /venv /app\nRUN adduser --disabled-password app\nUSER app\n"
        f"WORKDIR /tmp\nUSER root\nRUN chown -R app:app /app\nUSER app\n{APP}"
    )
    user = "RUN adduser --disabled-password app"
    (same,) = findings("ownership-changed-after-copy", build.format("") + text)
    (made,) = findings("ownership-changed-after-copy", build.format(user) + text)
    assert made.fix is None or len(made.fix.edits) == len(same.fix.edits)


STAGES = (
    "FROM node:24 AS build\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM node:24-slim\n"
    "COPY --from=build /app/{} /app/{}\nRUN chown -R node /app/{}\nUSER node\n"
)


@pytest.mark.parametrize(
    ("directory", "expected"),
    [("small", []), ("large", [WARNING]), ("built", [WARNING])],
)
def test_files_that_come_through_a_stage_have_their_size(directory, expected):
    files = {"small/a.js": "x", "large/a.bin": "x" * 11_000_000}
    text = STAGES.format(directory, directory, directory) + APP
    assert severities("ownership-changed-after-copy", text, files) == expected


LARGE = {"a.bin": "x" * 11_000_000}


def test_a_chmod_of_the_same_run_writes_them_too():
    text = f"{PYTHON}RUN useradd app\nCOPY . /app\nRUN chown -R app /app && {{}}\nUSER app\n{APP}"
    (both,) = findings(
        "ownership-changed-after-copy", text.format("chmod -R g+rwX /app"), LARGE
    )
    assert both.message.endswith("use COPY --chown and --chmod")
    assert both.fix is None
    (one,) = findings(
        "ownership-changed-after-copy", text.format("chmod -R a+rX /app"), LARGE
    )
    assert one.message.endswith("use COPY --chown")


@pytest.mark.parametrize("path", ["/usr/local/bin", "/etc"])
def test_no_copy_reaches_what_the_base_image_has(path):
    text = f"{PYTHON}RUN useradd app\nCOPY --from=acme/tool:1 /x {path}\nRUN chown -R app {path}\n"
    assert severities("ownership-changed-after-copy", f"{text}USER app\n{APP}") == []


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("curl -fo /srv/tool https://example.com/tool", []),
        ("sed -i s/a/b/ /srv/tool", []),
        ("cat /tmp/a > /srv/tool", []),
        ("cat /srv/tool", [WARNING]),
    ],
)
def test_what_a_command_of_the_same_run_writes_is_in_this_layer_anyway(
    before, expected
):
    text = (
        f"{PYTHON}COPY tool.bin /srv/tool\nRUN {before} && chmod 755 /srv/tool\n{APP}"
    )
    files = {"tool.bin": "x" * 11_000_000}
    assert severities("ownership-changed-after-copy", text, files) == expected


def test_several_paths_of_one_command_are_one_finding():
    text = (
        "FROM debian:13\nRUN useradd app\nCOPY a /srv/a\nCOPY b /srv/b\nRUN make\n"
        "RUN chown -R app /srv/a /srv/b\nUSER app\nCMD serve"
    )
    assert said("ownership-changed-after-copy", text) == [
        "chown duplicates all of /srv/a and all of /srv/b in this layer: use COPY --chown"
    ]


@pytest.mark.parametrize(
    ("after", "flags"),
    [
        (" && chmod -R 755 /app", "COPY --chown and --chmod"),
        (" && chmod -R 755 /other", "COPY --chown"),
        ("", "COPY --chown"),
    ],
)
def test_a_mode_that_follows_is_named_too(after, flags):
    build = "FROM node:22 AS build\nRUN make /dist\nFROM nginx:1.29-alpine\n"
    text = (
        f"{build}COPY --from=build /dist /app\nRUN chown -R nginx:nginx /app{after}\n"
    )
    (message,) = said("ownership-changed-after-copy", f"{text}USER nginx\n{APP}")
    assert message.endswith(f"use {flags}")


def test_what_an_install_has_made_may_stay_with_root():
    text = (
        "FROM node:22-slim\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\n"
        f"RUN chown -R node:node /app\nUSER node\n{APP}"
    )
    (message,) = said("ownership-changed-after-copy", text, {"package.json": "{}"})
    assert message.endswith("use COPY --chown for the sources alone")


@pytest.mark.parametrize(
    ("script", "fixed"),
    [
        (
            "mkdir -p results logs && chown -R app:app /app",
            "mkdir -p results logs && chown app:app /app results logs",
        ),
        (
            "mkdir -p data/raw/a /srv/x && chown -R app:app /app",
            "mkdir -p data/raw/a /srv/x && chown app:app /app data data/raw data/raw/a",
        ),
        (
            "mkdir /app/logs && cd / && chown -R app:app /app",
            "mkdir /app/logs && cd / && chown app:app /app /app/logs",
        ),
        # What comes after the command belongs to root before the fix as well
        (
            "chown -R app:app /app && mkdir tmp",
            "chown app:app /app && mkdir tmp",
        ),
        ("mkdir -p $DATA && chown -R app:app /app", None),
        ("mkdir -m 700 keys && chown -R app:app /app", None),
        ("python manage.py collectstatic && chown -R app:app /app", None),
        ("mkdir logs && chown app:app /app -R", None),
    ],
)
def test_what_the_same_run_makes_gets_the_owner_too(script, fixed):
    text = f"{PYTHON}RUN useradd app\nWORKDIR /app\nCOPY . .\nRUN {{}}\nUSER app\n{APP}"
    before = text.format(script)
    [item] = findings("ownership-changed-after-copy", before, LARGE)
    if fixed is None:
        assert item.fix is None
        return
    assert item.fix is not None
    after = text.replace("COPY", "COPY --chown=app:app").format(fixed)
    assert apply_edits(before, item.fix.edits) == after


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("https://example.com/v1/tini", 0),
        ("https://example.com/v1/tini-amd64", 0),
        ("https://example.com/gosu-arm64", 0),
        ("https://example.com/dumb-init_1.2.5_x86_64", 0),
        ("https://example.com/tinish", 0),
        ("https://example.com/kubectl", 1),
        ("https://example.com/kubectl-v1.30.0", 1),
    ],
)
def test_a_small_program_is_stored_twice_at_no_cost(source, count):
    text = f"{PYTHON}ADD {source} /sbin/init\nRUN chmod +x /sbin/init\n{APP}"
    assert len(said("ownership-changed-after-copy", text)) == count


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("sudo -Hu app python3", 0),
        ("sudo --user=app python3", 0),
        ("gosu app:app python3", 0),
        ("runuser -u app -- python3", 0),
        ("runuser --user app python3", 0),
        ("python3", 1),
        ("sudo -Hu other python3", 1),
        ("sudo -H python3", 1),
    ],
)
def test_what_the_new_owner_has_made_is_not_stored_twice(start, count):
    text = (
        f"{PYTHON}RUN useradd -m app\nRUN {start} -m venv /home/app/env\n"
        f"COPY a.py /home/app/a.py\nRUN chown -R app:app /home/app\n{APP}"
    )
    assert len(said("ownership-changed-after-copy", text, {"a.py": "1"})) == count


@pytest.mark.parametrize(
    ("make", "count"),
    [
        ("RUN su app -c 'python3 -m venv /home/app/env'", 0),
        ("RUN su - app -c 'python3 -m venv /home/app/env'", 0),
        ("RUN sudo -u app sh -c 'python3 -m venv /home/app/env'", 0),
        ("USER app\nRUN python3 -m venv /home/app/env\nUSER root", 0),
        ("RUN su -s /bin/sh app -c 'python3 -m venv /home/app/env'", 0),
        ("RUN su root -c 'python3 -m venv /home/app/env'", 1),
    ],
)
def test_the_new_owner_may_have_run_a_script(make, count):
    text = (
        f"{PYTHON}RUN useradd -m app\n{make}\n"
        f"COPY a.py /home/app/a.py\nRUN chown -R app:app /home/app\n{APP}"
    )
    assert len(said("ownership-changed-after-copy", text, {"a.py": "1"})) == count


FROM_STAGE = (
    "FROM python:3.13 AS build\nRUN python -m venv {venv}\nWORKDIR /app\nCOPY src src\n"
    "RUN {run}\nFROM python:3.13-slim\nCOPY --from=build /app /app\n"
    "RUN useradd app && chown -R app /app\nUSER app\n"
)


@pytest.mark.parametrize(
    ("venv", "run", "size", "is_silent"),
    [
        ("/venv", "pip install -r src/a.txt && pip install -e src", 9, True),
        ("/venv", "mkdir data && uv pip install -e src", 9, True),
        ("/venv", "pip install -e src", 9_999_999, False),
        ("/app/venv", "pip install -e src", 9, False),
        ("/venv", "python -m shop.download", 9, False),
        ("/venv", "pip install --target=lib -r src/a.txt", 9, False),
        ("/venv", "make", 9, False),
    ],
)
def test_sources_of_another_stage_are_as_large_as_in_the_context(
    venv, run, size, is_silent
):
    text = FROM_STAGE.format(venv=venv, run=run) + APP
    files = {"src/a.py": "x" * size, "src/a.txt": "flask\n"}
    found = severities("ownership-changed-after-copy", text, files)
    assert (found == []) is is_silent


BUNDLE = (
    "FROM node:24 AS build\nWORKDIR /web\nCOPY package.json .\nRUN npm ci\nCOPY . .\n"
    "RUN {run}\nFROM nginx:1.29-alpine\nCOPY --from=build /web/{taken} /srv/web\n"
    "RUN chown -R nginx:nginx /srv/web\nUSER nginx\n"
)


@pytest.mark.parametrize(
    ("run", "taken", "size", "is_silent"),
    [
        ("npm run build", "dist", 9, True),
        ("npx vite build", "build", 9, True),
        ("npm run build", "dist", 11_000_000, False),
        ("npm run build && make assets", "dist", 9, False),
        # It has node_modules
        ("npm run build", "", 9, False),
        ("npm run build", ".next/standalone", 9, False),
    ],
)
def test_the_bundle_of_small_sources_is_small(run, taken, size, is_silent):
    text = BUNDLE.format(run=run, taken=taken) + APP
    files = {
        "package.json": "{}",
        "src/a.ts": "x" * size,
        # No bundle has them
        "test-results/a.png": "x" * 11_000_000,
    }
    found = severities("ownership-changed-after-copy", text, files)
    assert (found == []) is is_silent
