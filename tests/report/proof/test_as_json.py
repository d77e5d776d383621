"""What is kept: all of a proof, as the schema says, without secrets; and read back, whoever wrote it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st
from proofs import ALL, HOSTILE, all_hostile, history, hostile, proof
from schemas import validator

from lightship.errors import UsageError
from lightship.report.kit.view import View
from lightship.report.proof.clean import clean
from lightship.report.proof.formats import FORMATS, proof_writer, trend_writer
from lightship.report.proof.read_json import LONGEST, read_json
from lightship.smoke.http_file import read_http_file
from lightship.wording.printable import escaped as printable

WRITE = proof_writer("json")
TOKEN = "ghp_" + "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW1xY3"  # of no account


def text_of(value):
    return "".join(WRITE(value, View()))


def escaped(value):
    found = json.loads(text_of(value).encode())
    validator("proof", "proof").validate(found)
    return found


def objects(schema):
    """Every object that a schema describes."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield schema
        for each in schema.values():
            yield from objects(each)


@pytest.mark.parametrize("name", ["proof", "trend"])
def test_every_key_is_described_and_no_other_is_allowed(name):
    found = list(objects(validator("proof", name).schema))
    assert found
    for each in found:
        assert each["additionalProperties"] is False
        assert sorted(each["required"]) == sorted(each["properties"])
        for key, about in each["properties"].items():
            assert about.get("description"), key


@pytest.mark.parametrize("name", ALL)
def test_it_is_as_the_schema_says_and_reads_back_as_it_was(name):
    given = ALL[name]()
    escaped(given)
    assert read_json(text_of(given)) == clean(given)
    assert text_of(read_json(text_of(given))) == text_of(given)


def test_values_of_variables_of_a_smoke_file_are_not_kept():
    text = (
        "@token = s3cr3t\n# @contains {{token}}\nPOST /a\nX-A: {{token}}\n\n{{token}}\n"
    )
    given = proof()
    running = replace(given.asked.running, smoke=read_http_file(text))
    given = replace(given, asked=replace(given.asked, running=running))
    kept = text_of(given)
    assert "s3cr3t" not in kept
    assert "@contains {{token}}" in kept


def test_all_of_a_proof_is_kept():
    given = proof()
    kept = read_json(text_of(given))
    running = replace(given.asked.running, env={"DATABASE_URL": ""})
    options = (
        "--build-arg",
        "TOKEN=…",
        "--build-arg=MODE",
        "--secret",
        "id=ca,src=ca.pem",
    )
    assert kept == replace(
        given, asked=replace(given.asked, running=running, options=options)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_others_say_is_kept_and_read(text):
    given = hostile(text)
    escaped(given)
    assert read_json(text_of(given)) == clean(given)
    assert text_of(read_json(text_of(given))) == text_of(given)


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_is_kept_and_read(text):
    whole = text_of(hostile(text))
    assert text_of(read_json(whole.encode())) == whole
    assert not {
        char
        for char in whole
        if char != "\n" and (ord(char) < 32 or char in "\x7f\x9b\u202e\u2028")
    }


def test_numbers_are_numbers():
    found = escaped(proof())
    content = next(each for each in found["figures"] if each["key"] == "content")
    assert (content["before"], content["after"], content["unit"]) == (
        [813_000_000.0],
        [216_000_000.0],
        "bytes",
    )
    assert found["before"]["builds"][0]["seconds"] == 73.1
    assert found["before"]["shape"]["content"] == 813_000_000


def test_an_infinite_bound_is_none():
    first = replace(proof().figures[0], low=float("inf"), high=float("nan"))
    found = escaped(replace(proof(), figures=(first,)))
    assert (found["figures"][0]["low"], found["figures"][0]["high"]) == (None, None)


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_has_a_value_of_a_variable_or_a_secret(form):
    whole = "".join(
        proof_writer(form)(
            replace(hostile(f"TOKEN={TOKEN}"), asked=proof().asked), View()
        )
    )
    for secret in (TOKEN, "postgres://u:p@db", "not-to-be-kept"):
        assert secret not in whole


def test_names_of_variables_are_kept():
    found = escaped(proof())
    assert found["asked"]["running"]["env"] == {"DATABASE_URL": None}
    assert found["asked"]["options"][:3] == [
        "--build-arg",
        "TOKEN=…",
        "--build-arg=MODE",
    ]


def test_to_clean_twice_is_to_clean_once():
    for each in (proof(), all_hostile(), hostile(f"export API_TOKEN={TOKEN} && x")):
        assert clean(clean(each)) == clean(each)


def test_a_trend_is_as_the_schema_says():
    found = json.loads("".join(trend_writer("json")(history(), View())))
    validator("proof", "trend").validate(found)
    assert [each["verdict"] for each in found["proofs"]].count("broken") == 1
    assert found["proofs"][5]["cold"] is None
    assert (
        found["proofs"][0]
        | {"content": 813_000_000, "cold": 41.3, "edit": 1.71, "start": 0.4}
        == found["proofs"][0]
    )
    assert json.loads("".join(trend_writer("json")((), View()))) == {
        "version": 1,
        "proofs": [],
        "gate": {"passed": None, "limits": []},
    }


def test_a_trend_is_in_the_order_of_time():
    there, back = (
        "".join(trend_writer("json")(each, View()))
        for each in (history(), history()[::-1])
    )
    assert there == back


# --- reading what anybody may have written


def changed(**more):
    return json.dumps(json.loads(text_of(proof())) | more)


def without(name):
    found = json.loads(text_of(proof()))
    del found[name]
    return json.dumps(found)


WRONG = [
    ("", "not valid JSON"),
    ("[]", "`version` is missing"),
    ("{}", "`version` is missing"),
    ('{"version": true}', "`version` is missing"),
    ('{"version": 1e400}', "`version` is missing"),
    (
        '{"version": 2}',
        "version 2 is from a newer lightship; this one reads version 1",
    ),
    (
        '{"version": 0}',
        "version 0 is from an older lightship; this one reads version 1",
    ),
    ('{"version": 1}', "after is missing"),
    ('{"version": 1, "x": NaN}', "NaN is not a JSON number"),
    ("[" * 100_000, "nested too deeply"),
    ('{"version": ' + "9" * 10_000 + "}", "not valid JSON"),
    (b"\xff\xfe{", "not valid JSON"),
    (b"\x80", "not valid JSON"),
    (without("verdict"), "verdict is missing"),
    (changed(more=1), "more is not a known key"),
    (changed(**{"x\x1b[31m": 1}), r"x\x1b[31m is not a known key"),
    (changed(created="now"), "created is not a whole number"),
    (changed(created=True), "created is not a whole number"),
    (changed(created=10**30), "created is too large"),
    (changed(seconds=None), "seconds is not a number"),
    (changed(notes="x"), "notes is not a list"),
    (changed(notes=["x", 1]), "notes[1] is not a string"),
    (changed(figures=[{"key": "x"}]), "figures[0].after is missing"),
    (
        changed(verdict={"kind": "best", "reasons": []}),
        "verdict.kind is not one of broken, cannot tell, worse, mixed",
    ),
    (
        changed(asked={"running": {"env": {"A": "b"}}}),
        "asked.running.env has values, which a proof never stores",
    ),
    (changed(before=[]), "before is not an object"),
    (
        changed(before={"source": "a", "shape": {"directories": {"usr": 1.5}}}),
        "before.shape.directories.usr is not",
    ),
]


def test_a_key_that_earlier_files_of_this_version_have_is_passed_over():
    old = json.loads(text_of(proof()))
    old["asked"]["reproduce"] = False
    assert read_json(json.dumps(old)) == read_json(text_of(proof()))


@pytest.mark.parametrize(("text", "reason"), WRONG)
def test_what_is_no_proof_is_refused_in_a_sentence(text, reason):
    with pytest.raises(UsageError) as error:
        read_json(text, "old.json")
    assert str(error.value).startswith("old.json: ")
    assert reason in str(error.value)
    assert str(error.value) == printable(str(error.value))
    assert len(str(error.value)) < 300


def test_what_is_too_long_is_not_read():
    with pytest.raises(UsageError, match="too large for a proof"):
        read_json(" " * (LONGEST + 1))


def test_a_key_that_an_older_file_has_not_has_its_default():
    found = json.loads(text_of(proof()))
    for each in found["before"]["builds"]:
        for step in each["steps"]:
            del step["start"]
    assert read_json(json.dumps(found)) == clean(proof())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.text(max_size=5), inside, max_size=3)
    ),
    max_leaves=5,
)
NUMBERS = st.sampled_from([0, -1, 0.0, -0.5, 1e-320, 1e18, -(2**63) + 1, 2**63 - 1, 5])


def mutated(draw, value, other):
    """The value with one part of it another."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        return value | {key: mutated(draw, value[key], other)}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], mutated(draw, value[at], other), *value[at + 1 :]]
    return other


@settings(max_examples=share_of(60))
@given(st.data())
def test_whatever_is_read_can_be_shown_in_every_format(data):
    value = json.loads(text_of(hostile("x") if data.draw(st.booleans()) else proof()))
    for _ in range(data.draw(st.integers(1, 4))):
        value = mutated(data.draw, value, data.draw(NUMBERS | VALUES))
    try:
        found = read_json(json.dumps(value))
    except UsageError as error:
        found = error
    if isinstance(found, UsageError):
        assert str(found) == printable(str(found))
        return
    for form in FORMATS:
        assert "".join(proof_writer(form)(found, View()))
    for form in ("text", "json", "html"):
        assert "".join(trend_writer(form)((found, proof()), View()))
    validator("proof", "proof").validate(json.loads(text_of(found)))
