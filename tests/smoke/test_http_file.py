"""The text of a smoke file: what all its clients read alike, and where it is wrong."""

from __future__ import annotations

import pytest
from amounts import share_of
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.errors import UsageError
from lightship.smoke.http_file import MOST_REQUESTS, read_http_file
from lightship.smoke.http_request import Expectation, HttpRequest

WHOLE = """\
@base = http://localhost:8000
@name = lamp

# a comment
GET /

### find one
# @name find
# @status 200
// @contains lamp
{{base}}/items
    ?name={{name}}
    &most=3
Accept: application/json
# in between

###

POST http://127.0.0.1:9000/items HTTP/1.1
Content-Type: application/json

{"item": "{{name}}",

 "note": "# no comment"}

?? status == 2xx
?? header Content-Type includes json
# @json $.items[0].id == 3
"""


@pytest.mark.parametrize(
    ("row", "wrong", "instead"),
    [
        ("# @status: 200", "@status:", "@status 200"),
        ("# @Status 200", "@Status", "@status 200"),
        ("//@status=200", "@status=200", "@status 200"),
        ("# @statuses 200", "@statuses", "@status 200"),
        (" # @contain milk", "@contain", "@contains TEXT"),
        ("# @notcontains milk", "@notcontains", "@not-contains TEXT"),
        ("# @jsonpath $.a", "@jsonpath", "@json $.path == VALUE"),
    ],
)
@pytest.mark.parametrize("place", ["{row}\nGET /\n", "POST /\n\nbody\n{row}\n"])
def test_what_is_nearly_an_expectation_is_no_comment(
    row: str, wrong: str, instead: str, place: str
) -> None:
    text = place.format(row=row)
    number = 1 + text.splitlines().index(row)
    with pytest.raises(UsageError) as raised:
        read_http_file(text)
    first, _, carets = str(raised.value).splitlines()
    at = row.index("@")
    assert first == (
        f"lightship.http:{number}:{at + 1}: "
        f"unknown expectation {wrong}: write # {instead}"
    )
    assert carets == f"  | {' ' * at}{'^' * len(wrong)}"


@pytest.mark.parametrize(
    "word",
    """name note prompt no-redirect no-cookie-jar no-log timeout connection-timeout ref forceRef
    import disabled jwt loop keepStreaming title description proxy sleep extension debug verbose
    no-client-cert no-reject-unauthorized responseRef injectVariables language save openWith
    no-auto-encoding use-os-credentials const rateLimit""".split(),
)
def test_words_of_other_clients_stay_comments(word: str) -> None:
    [request] = read_http_file(f"# @{word} a\nGET /\n")
    assert request.expected == ()


def test_a_comment_within_a_body_is_its_text() -> None:
    body = "a: 1\n# @status 500\n# @status: 500\nb: 2"
    [request] = read_http_file(
        f"# @status 200\nPUT /a\nX-A: 1\n\n{body}\n\n# @json $.a\n"
    )
    assert request.body == body
    assert [each.written for each in request.expected] == ["@status 200", "@json $.a"]


def test_a_tab_parts_an_expectation_too() -> None:
    [request] = read_http_file("# @status\t404\nGET /\n")
    assert [each.value for each in request.expected] == ["404"]


def test_an_expectation_is_shown_as_it_stands_in_the_file() -> None:
    """The value of a variable may be a credential, and reports are kept."""
    text = (
        "@token = s3cr3t\n# @contains {{token}}\nGET /\n\n?? body contains {{token}}\n"
    )
    [request] = read_http_file(text)
    assert [each.value for each in request.expected] == ["s3cr3t"] * 2
    assert [each.written for each in request.expected] == [
        "@contains {{token}}",
        "?? body contains {{token}}",
    ]


def test_all_that_clients_have_in_common_is_read() -> None:
    first, second, third = read_http_file(WHOLE)
    assert first == HttpRequest("/", origin="lightship.http:5")
    assert second.path == "/items?name=lamp&most=3"
    assert (second.method, second.port, second.origin) == (
        "GET",
        8000,
        "lightship.http:11",
    )
    assert second.headers == ("Accept: application/json",)
    assert [each.written for each in second.expected] == [
        "@status 200",
        "@contains lamp",
    ]
    assert (third.question, third.port) == ("POST :9000/items", 9000)
    assert third.body == '{"item": "lamp",\n\n "note": "# no comment"}'
    assert third.expected == (
        Expectation("status", "==", "2xx", "", "?? status == 2xx"),
        Expectation(
            "header",
            "contains",
            "json",
            "Content-Type",
            "?? header Content-Type includes json",
        ),
        Expectation("json", "==", "3", "$.items[0].id", "@json $.items[0].id == 3"),
    )


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("GTE /\n", "1:1", "unknown method 'GTE'"),
        ("\n\nGET https://shop.example/\n", "3:5", "inside the container"),
        ("GET http://shop.example/\n", "1:5", "inside the container"),
        ("GET /a b\n", "1:5", "no blanks"),
        ("GET {{host}}/\n", "1:5", "unknown variable host"),
        ("GET /{{$guid}}\n", "1:6", "differ in each run"),
        ("GET /\nbody without a blank line\n", "2:1", "not a header"),
        ("GET /\nContent-Length: 3\n", "2:1", "set by lightship"),
        ("# @status 99\nGET /\n", "1:11", "invalid status"),
        ("# @json items == 1\nGET /\n", "1:9", "invalid path"),
        ("# @header A ~ b\nGET /\n", "1:4", "unknown operator"),
        ("# @status\nGET /\n", "1:10", "needs a value"),
        ("# @status 200\n", "1:1", "without a request"),
        ("POST /\n\n< ./body.json\n", "3:1", "files are not read"),
        ("GET /\n\n> {% client.test() %}\n", "3:1", "scripts are not run"),
        ("GET /\n\n?? js response.ok\n", "3:3", "unknown subject"),
    ],
)
def test_an_error_names_the_place_and_what_to_do(
    text: str, place: str, why: str
) -> None:
    with pytest.raises(UsageError) as error:
        read_http_file(text, "a.http")
    first, source, carets = str(error.value).splitlines()
    assert first.startswith(f"a.http:{place}: ")
    assert why in first
    line, column = map(int, place.split(":"))
    assert source == f"{line} | {text.splitlines()[line - 1]}"
    assert carets.index("^") == len(f"{line} | ") + column - 1


@pytest.mark.parametrize(
    "text",
    [
        "GET /\n###\n" * (MOST_REQUESTS + 1),
        "GET /" + "a" * 9_000,
        "POST /\n\n" + "a" * 7_000 + "\n" + "a" * 7_000 + "\n" + "a" * 7_000,
        "x" * (300 << 10),
        "@a = xxxxxxxxxxxxxxxx\n"
        + "".join(
            f"@{one} = {{{{{two}}}}}{{{{{two}}}}}{{{{{two}}}}}{{{{{two}}}}}\n"
            for two, one in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "".join(f"@v{number} = 1\n" for number in range(200)),
    ],
)
def test_what_is_too_much_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"at most|too large"):
        read_http_file(text)


LINES = st.sampled_from(
    [
        "GET /",
        "###",
        "",
        "A: b",
        "# @status 200",
        "?? body == x",
        "@a = b",
        "{{a}}",
        "  ?x=1",
        "> {%",
    ]
)


@settings(max_examples=share_of(200))
@given(st.lists(LINES | st.text(max_size=12), max_size=12).map("\n".join))
def test_law_any_text_is_read_or_refused_in_words(text: str) -> None:
    requests, refused = (), ""
    try:
        requests = read_http_file(text)
    except UsageError as error:
        refused = str(error)
    assert not refused or refused.startswith("lightship.http:")
    for request in requests:
        assert request.path.startswith("/")
        assert not any(char.isspace() for char in request.path)
        assert all(
            "\n" not in header and "\r" not in header for header in request.headers
        )
