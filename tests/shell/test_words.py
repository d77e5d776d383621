"""Words: what a command receives, and what is known of it."""

import pytest

from lightship.shell.parse import parse
from lightship.shell.words import literal, unquote
from lightship.text import Mapped


def word(text):
    return parse(Mapped.plain(f"x {text}", 0)).commands[0].words[1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("flask", "flask"),
        ("'a b'", "a b"),
        ('"a b"', "a b"),
        ("a\\ b", "a b"),
        ("'it'\\''s'", "it's"),
        ('"say \\"hi\\" \\n"', 'say "hi" \\n'),
        ("$'a\\tb\\x41\\u00e9\\101'", "a\tbAéA"),
        ("\"a\"'b'c", "abc"),
        ("'$HOME'", "$HOME"),
        ("\\$HOME", "$HOME"),
        ("100$", "100$"),
        ('"$"', "$"),
        ("''", ""),
        ("{}", "{}"),
        ("'{a,b}'", "{a,b}"),
        ("foo~1.2", "foo~1.2"),
        ("flask[async]==2.*", "flask[async]==2.*"),
        ("a#b", "a#b"),
        ("a\\\nb", "ab"),
        ("é\u00a0x", "é\u00a0x"),
        ("$HOME", None),
        ("a${B}c", None),
        ('"$(ls)"', None),
        ("`ls`", None),
        ("$((1+2))", None),
        ("{a,b}", None),
        ("{1..3}", None),
        ("~/x", None),
        ("<(ls)", None),
    ],
)
def test_value(text, value):
    found = word(text)
    assert found.text == text
    assert found.value == value
    assert literal(text) == value or text.startswith("<(")


@pytest.mark.parametrize(
    ("text", "prefix", "suffix"),
    [
        ("flask==$V", "flask==", ""),
        ('"flask==${V}"', "flask==", ""),
        ("'a b'$X/c.deb", "a b", "/c.deb"),
        ("$X.deb", "", ".deb"),
        ("lib{a,b}-dev", "lib", "-dev"),
        ("~/x", "", "/x"),
        ("plain", "plain", "plain"),
    ],
)
def test_what_is_known_at_both_ends(text, prefix, suffix):
    assert (word(text).prefix, word(text).suffix) == (prefix, suffix)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("$FLASK", "FLASK"),
        ('"${FLASK}"', "FLASK"),
        ("${FLASK:-1}", "FLASK"),
        ("$@", "@"),
        ("$FLASK.x", None),
        ("'$FLASK'", None),
        ("$(FLASK)", None),
    ],
)
def test_a_word_that_is_one_variable(text, name):
    assert word(text).variable == name


def test_the_variables_in_a_word():
    assert word('"https://$HOST/${V%.*}/x-$V.tgz"').variables == ("HOST", "V", "V")


def test_a_glob_is_an_unquoted_one():
    assert word("/var/lib/apt/lists/*").glob
    assert word('"$X"/*').glob
    assert not word("'*.deb'").glob
    assert not word("\\*").glob


def test_unquoted_text_knows_its_source():
    text = "sh -c 'a b'\\''c'\"$X \\\"q\\\"\""
    script = parse(Mapped.plain(text, 100))
    inner = unquote(script.text, script.commands[0].words[2])
    assert inner.text == 'a b\'c$X "q"'
    for at, char in enumerate(inner.text):
        assert text[inner.offset(at) - 100] == char
