"""Expansion as BuildKit does it; every expected value was compared with its own lexer."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from amounts import share_of
from hypothesis import given
from hypothesis import strategies as st

from lightship.errors import ExpansionError
from lightship.expansion.shell_pattern import (
    PatternError,
    compile_pattern,
    replace_all,
    reverse,
)
from lightship.expansion.variables import (
    LIMIT,
    Budget,
    Expansion,
    expand,
    is_plain,
    words,
)

ENV = {
    "a": "one",
    "b": "two words",
    "e": "",
    "p": "/usr/local/bin",
    "n": "x\ny\nx",
    "d": "$0",
    "é": "accent",
}

TEXTS = [
    ("plain", "plain"),
    ("$a${a}", "oneone"),
    ("$axe ${a}xe", " onexe"),
    ("$1a $12 $é", "a  accent"),
    ("$", "$"),
    ("$ $. $=", "$ $. $="),
    ("$@ $*$#$?$-$!", " "),
    ("'$a' \"$a\" \\$a", "$a one $a"),
    ("'it''s' \"it's\"", "its it's"),
    (r"a\ b\'c\"", "a b'c\""),
    (r'"a\b\"\$\\"', r'a\b"$' + "\\"),
    ("a\\", "a"),
    ("${a:-x}${u:-x}${e:-x}${e-x}|", "onexx|"),
    ("${a:+x}${u:+x}${e:+x}${e+x}|", "xx|"),
    ("${a:?x}${e?x}|", "one|"),
    ("${u:-${v:-${a}}}", "one"),
    ("${u:-'a b'\"$a\"}", "a bone"),
    ("${p#*/}|${p##*/}|${p%/*}|${p%%/*}", "usr/local/bin|bin|/usr/local|"),
    (
        "${p#/usr}|${p#usr}|${p%bin}|${p%b?n}",
        "/local/bin|/usr/local/bin|/usr/local/|/usr/local/",
    ),
    ("${p/local/x}|${p//l/L}|${p//\\//_}", "/usr/x/bin|/usr/LocaL/bin|_usr_local_bin"),
    ("${n#*y}|${n//x/z}", "x\ny\nx|z\ny\nz"),
    ("${a//n/[$0]}|${a//n/'[$0]'}|${a//n/$d}", "o[]e|o[n]e|one"),
    ("${a/n/$d}|${a//*/<$d>}", "o$0e|<one>"),
    ("${a//}/x}", "one"),
    ("<<a < <<<b", "<<a < <<<b"),
    ("\ufeff$a", "one"),
    ("a\udcff$a", "a\ufffdone"),
]

FAILURES = [
    ("${", "syntax error: missing '}'"),
    ("${}", "syntax error: bad substitution"),
    ("${{a}}", "syntax error: bad substitution"),
    ("${:a}", "syntax error: bad substitution"),
    ("${a", "unsupported modifier (\ufffd) in substitution"),
    ("${a:-x", "syntax error: missing '}'"),
    ("${a/x}", "syntax error: missing '/' in ${}"),
    ("${a/x/y", "syntax error: missing '}'"),
    ("${a!x}", "unsupported modifier (!) in substitution"),
    ("${a:x}", "unsupported modifier (:x) in substitution"),
    ("${a:#x}", "unsupported modifier (:#) in substitution"),
    ("${u?}", "u: is not allowed to be unset"),
    ("${u:?no u}", "u: no u"),
    ("${e:?}", "e: is not allowed to be empty"),
    ("${a#\\x}", r"invalid pattern (\x) in substitution: invalid escape '\x'"),
    ("${a%x\\y}", r"invalid pattern (\yx) in substitution: invalid escape '\y'"),
    ("'a", "unexpected end of statement while looking for matching single-quote"),
    ('"a', "unexpected end of statement while looking for matching double-quote"),
    ("${u:-'a}", "syntax error: missing '}'"),
    ("${u:-${v?x}} ", "v: x"),
    ("${u:-${v?x}", "syntax error: missing '}'"),
]

WORDS = [
    ("a b\t c", ["a", "b", "c"]),
    ("$b 'two words' two\\ words", ["two", "words", "two words", "two words"]),
    ('"$b"', ["two words"]),
    ("x${u:-a b}y", ["a", "by"]),
    ("'' \"\"", []),
    ("a << b", ["a", "<< b"]),
    (" a\u2003b\x1cc ", ["a", "b\x1cc"]),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_a_word_is_expanded(text, expected):
    assert expand(text, ENV.get).text == expected


@pytest.mark.parametrize(("text", "reason"), FAILURES)
def test_what_buildkit_refuses_is_refused(text, reason):
    with pytest.raises(ExpansionError, match=f"^{re.escape(reason)}$"):
        expand(text, ENV.get)


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words_are_cut_at_blanks_after_expansion(text, expected):
    assert words(text, ENV.get) == expected


def test_variables_that_were_read_are_told():
    assert expand("$a$u${e:-$v}", ENV.get) == Expansion(
        "one", frozenset("ae"), frozenset("uv")
    )


def test_variables_that_were_read_are_told_after_a_refusal():
    with pytest.raises(ExpansionError) as refused:
        expand("$a$u${", ENV.get)
    assert (refused.value.used, refused.value.unset) == ({"a"}, {"u"})


def test_the_escape_character_can_be_a_backtick():
    assert expand("`$a \\$a", ENV.get, escape="`").text == "$a \\one"


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({"raw_quotes": True}, "'x' \"one\" $a ${u:-y}"),
        ({"raw_escapes": True}, "x one \\$a ${u:-y}"),
        ({"skip_quotes": True}, "'x' \"one\" $a ${u:-y}"),
        ({"keep_unset": True}, "x one $a ${u:-y}"),
    ],
)
def test_the_switches(switches, expected):
    text = "'x' \"$a\" \\$a ${u:-y}"
    expected = (
        expected if "keep_unset" in switches else expected.replace("${u:-y}", "y")
    )
    assert expand(text, ENV.get, **switches).text == expected


def test_raw_escapes_rest_inside_a_default_and_come_back_behind_it():
    assert expand(r"\a${u:-\b}\c", ENV.get, raw_escapes=True).text == r"\ab\c"


def test_a_backslash_in_double_quotes_is_doubled_where_escapes_stay():
    assert expand(r'"a\b"', ENV.get, raw_escapes=True).text == r"a\\b"


def test_unset_variables_stay_as_they_were_written():
    text = "$u ${u} ${u:-$a} ${u/x$a/y} ${u//x/y}"
    assert (
        expand(text, ENV.get, keep_unset=True).text
        == "$u ${u} ${u:-one} ${u/xone/y} ${u/x/y}"
    )


@pytest.mark.parametrize(
    ("pattern", "greedy", "value", "end"),
    [
        ("*b", False, "abab", 2),
        ("*b", True, "abab", 4),
        ("a*b*c", True, "abcbc", 5),
        ("a*b*c", False, "abcbc", 3),
        ("*\nb", True, "a\nb\nb", 3),
        ("a*", True, "ab\nc", 2),
        ("?", False, "\n", None),
        (r"\*\?\\", True, "*?\\x", 3),
        (r"\}\/", True, "}/", 2),
        ("", True, "x", 0),
    ],
)
def test_patterns(pattern, greedy, value, end):
    assert compile_pattern(pattern, greedy).match(value) == end


def test_a_pattern_turned_round_keeps_its_escapes():
    assert reverse(r"a\*b") == r"b\*a"
    assert reverse("ab\\") == "\\ba"


def test_a_pattern_that_is_too_long_is_refused():
    with pytest.raises(PatternError):
        compile_pattern("a" * 100_000, greedy=True)


def test_replacing_everything_replaces_no_empty_match_behind_a_match():
    spent: list[int] = []
    assert replace_all("a*", "xay", "-", spent.append) == "x-"
    assert replace_all("", "ab", "-", spent.append) == "-a-b-"


def test_the_template_of_a_replacement():
    def spend(_: int) -> None:
        return None

    assert replace_all("b", "abc", "[$0${0}$$$1$x${0 $]", spend) == "a[bb$${0 $]c"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("${u:-", "}"),
        ("${u:+", "}"),
        ("${a#", "}"),
        ("${u/", "/}"),
        ("${a?", "}"),
        ('"${u:-', '}"'),
        ("${u", "}"),
    ],
)
@pytest.mark.parametrize("closed", [True, False])
def test_nesting_has_no_end(opening, closing, closed):
    deep = share_of(30_000)
    text = opening * deep + "x" + closing * deep * closed
    if not closed or opening == "${u":
        with pytest.raises(ExpansionError):
            expand(text, ENV.get, keep_unset=True)
    else:
        assert "\n" not in expand(text, ENV.get, keep_unset=True).text


def test_a_doubling_variable_is_stopped():
    value = "x" * (LIMIT // 2 + 1)
    with pytest.raises(ExpansionError, match="more text than"):
        expand("$v$v", {"v": value}.get)


def test_a_budget_is_shared():
    budget = Budget(5)
    assert expand("$a", ENV.get, budget=budget).text == "one"
    with pytest.raises(ExpansionError):
        expand("$a", ENV.get, budget=budget)


@pytest.mark.parametrize(
    "text",
    [
        "${v##" + "*a" * 3000 + "b}",
        "${v//" + "a*" * 300 + "b/x}",
        "${v//?/xxxx}",
        "${v%%*" + "?" * 3000 + "b}",
    ],
)
def test_patterns_take_bounded_time(text):
    start = time.process_time()
    with suppress(ExpansionError):
        expand(text, {"v": "a" * 50_000}.get)
    assert time.process_time() - start < 5


ALPHABET = st.text(alphabet="${}:-+?#%/\\'\" \t<ab*`_1é\ufeff\udc80\n", max_size=40)
VALUES = st.dictionaries(st.sampled_from("ab"), ALPHABET)


@given(ALPHABET, VALUES, st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_nothing_but_a_refusal_is_raised(
    text, env, raw_quotes, raw_escapes, skip_quotes, keep_unset
):
    for function in (expand, words):
        with suppress(ExpansionError):
            function(
                text,
                env.get,
                raw_quotes=raw_quotes,
                raw_escapes=raw_escapes,
                skip_quotes=skip_quotes,
                keep_unset=keep_unset,
            )


@given(ALPHABET)
def test_a_single_quoted_text_stands_for_itself(text):
    inner = text.replace("'", "").replace("\udc80", "")
    assert expand(f"'{inner}'", ENV.get).text == inner


@given(ALPHABET)
def test_plain_text_is_left_alone(text):
    if is_plain(text, "\\"):
        assert expand(text, ENV.get) == Expansion(text)


@given(
    st.text(alphabet="ab*?\\x\n", max_size=8),
    st.text(alphabet="abx\n", max_size=12),
    st.booleans(),
)
def test_a_pattern_matches_as_python_would(pattern, value, greedy):
    try:
        compiled = compile_pattern(pattern, greedy)
    except PatternError:
        return
    star = ".*" if greedy else ".*?"
    tokens = re.findall(r"\\.|.", pattern, re.DOTALL)
    source = "".join(
        {"*": star, "?": "."}.get(token, re.escape(token[-1])) for token in tokens
    )
    expected = re.match(source, value)
    assert compiled.match(value) == (expected.end() if expected else None)
    found = re.search(source, value)
    if greedy:
        assert compiled.find(value, 0) == (found.span() if found else None)
