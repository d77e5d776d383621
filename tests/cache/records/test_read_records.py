"""Files of several forms that tell of a build, and files that tell of none."""

from __future__ import annotations

import json

import pytest
from amounts import share_of
from cache.records.dockerbuilds import dockerbuild, parts, recorded
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.cache.records.build_record import RecordForm, image_of_material
from lightship.cache.records.read_records import merged, read_records
from lightship.errors import UsageError

METADATA = recorded("requirements.metadata.json")


def one(data):
    (found,) = read_records(data, "a file")
    return found


def test_a_log_of_ci_has_the_steps_of_the_record_of_the_same_build():
    record, log = (
        one(recorded(f"requirements.{end}")) for end in ("dockerbuild", "log")
    )
    assert log.form is RecordForm.PLAIN
    hits = [{step.name for step in each.steps if step.cached} for each in (record, log)]
    assert hits[0] == hits[1]
    times = [
        {
            step.name: step.seconds
            for step in each.steps
            if step.seconds and "[" in step.name
        }
        for each in (record, log)
    ]
    for name, seconds in times[1].items():
        assert seconds == pytest.approx(times[0][name], abs=0.06)


PREFIXES = {
    "github": "2026-11-26T19:51:57.2305313Z ",
    "gitlab": "2026-11-26T19:51:57.230531Z 01O ",
    "jenkins": "[2026-11-26T19:51:57.230Z] ",
}


@pytest.mark.parametrize("ci", PREFIXES)
def test_a_log_may_have_the_times_of_its_runner(ci):
    rows = recorded("requirements.log").decode().splitlines()
    prefixed = "".join(
        f"{PREFIXES[ci]}{row}\n" for row in ("Run docker build", *rows, "Post job")
    )
    assert one(prefixed.encode()).steps == one(recorded("requirements.log")).steps


def test_rawjson_knows_when_a_build_was():
    found = one(recorded("min.rawjson"))
    assert found.form is RecordForm.RAWJSON
    assert 2 < found.seconds < 60
    (imported,) = found.imports
    assert imported.source.endswith("/cache:min")


def test_a_metadata_file_has_what_provenance_says():
    found = one(METADATA)
    assert found.form is RecordForm.METADATA
    assert (found.steps, found.build_args) == ((), {"VERSION": "077d50f"})
    assert found.revision.startswith("077d50f")
    assert sorted(found.lines.values()) == [3, 4, 5, 6, 7, 12, 13, 14, 15]
    assert found.bases == one(recorded("requirements.dockerbuild")).bases


def test_provenance_of_both_versions_says_the_same():
    predicate = json.loads(parts(recorded("requirements.dockerbuild"))[2])
    statement = {
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": predicate,
    }
    first, second = one(json.dumps(statement).encode()), one(METADATA)
    assert "buildDefinition" in predicate
    assert "buildConfig" in json.loads(METADATA)["buildx.build.provenance"]
    assert first.form is RecordForm.PROVENANCE
    assert first.lines == second.lines
    assert first.materials == second.materials
    assert first.build_args == second.build_args


def test_files_of_one_build_are_put_together():
    found = merged((one(recorded("requirements.log")), one(METADATA)))
    assert found.form is RecordForm.PLAIN
    assert len(found.steps) > 9
    assert found.revision.startswith("077d50f")
    assert (
        merged((one(METADATA), one(recorded("requirements.log")))).form
        is RecordForm.PLAIN
    )


@pytest.mark.parametrize(
    ("uri", "image"),
    [
        (
            "pkg:docker/python@3.12-slim?platform=linux%2Famd64",
            "docker.io/library/python:3.12-slim",
        ),
        ("pkg:docker/bitnami/redis@7", "docker.io/bitnami/redis:7"),
        ("pkg:docker/ghcr.io/a/b@v1?digest=sha256:00", "ghcr.io/a/b:v1"),
        ("pkg:docker/localhost%3A5000/b@1", "localhost:5000/b:1"),
        ("pkg:docker/python", "docker.io/library/python:latest"),
        ("https://github.com/a/b.git", ""),
    ],
)
def test_a_material_is_called_as_buildkit_shows_it(uri, image):
    assert image_of_material(uri) == image


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"hello\n",
        b'{"steps": []}',
        b'{"predicate": {}}',
        b"\xff\xfe",
        b"{" * 100_000,
    ],
)
def test_what_tells_of_no_build_is_refused_with_its_name(data):
    with pytest.raises(UsageError, match=r"^a file: "):
        read_records(data, "a file")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "predicate buildConfig buildDefinition resolvedDependencies materials uri digest sha256 metadata "
                "buildkit_metadata source locations ranges start line digestMapping invocation parameters args "
                "runDetails startedOn internalParameters externalParameters request root vcs revision".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=share_of(200))
@given(
    JSON,
    st.sampled_from(
        ("{}", '{"buildx.build.ref": "a/b/c", "buildx.build.provenance": %s}')
    ),
)
def test_fuzz_any_json_is_read_or_refused(document, frame):
    text = json.dumps(document)
    data = frame % text if "%s" in frame else text
    try:
        found = read_records(data.encode(), "a file")
    except UsageError:
        return
    for each in found:
        assert all(isinstance(line, int) for line in each.lines.values())
        assert all(isinstance(value, str) for value in each.attributes.values())


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        assert read_records(data, "a file")
    except UsageError:
        return


def test_a_record_of_no_build_is_not_a_log():
    (found,) = read_records(dockerbuild({"Ref": "x"}), "a file")
    assert found.steps == ()
