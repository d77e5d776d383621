"""Pages of Node, of health checks, of OpenAPI documents and of links; and what is never asked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.build import Build
from lightship.context.files import Context
from lightship.dockerfile.parse import parse
from lightship.routes.find_routes import find_routes, health_routes
from lightship.routes.route import may_be_asked
from lightship.routes.stated_pages import linked_paths, openapi_paths, redirect_path

EXPRESS = """\
const app = require('express')()
app.get('/', (req, res) => res.send('x'))
app.get("/orders", list)
  app.get(`/items`, list)
app.get('/items/:id', one)
app.get('setting')
app.post('/made', make)
// app.get('/old', old)
router.get('/mounted', x)
"""


def test_express_by_its_plainest_form() -> None:
    found = find_routes(Context.of({"server.js": EXPRESS, "app.test.js": EXPRESS}))
    assert [route.origin for route in found] == [
        "server.js:2",
        "server.js:4",
        "server.js:3",
    ]
    assert [route.path for route in found] == ["/", "/items", "/orders"]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/logout",
            "/accounts/sign-out/",
            "/api/delete_all",
            "/log-out",
            "/cache/flush",
        ),
        *(
            "/items/{id}",
            "/items/<id>",
            "/items/:id",
            "/a?b=1",
            "//evil",
            "x",
            "/a b",
            "/é",
        ),
        *("/deleteAll", "/resetDb", "/shutdownNow", "/removeUser", "/api/HTTPReset"),
        *("/x\r\nHost: y", "/" + "a" * 300, "/tasks/run", "/events"),
    ],
)
def test_what_may_do_more_than_show_a_page_is_not_asked(path: str) -> None:
    assert not may_be_asked(path)


def test_words_that_only_contain_such_a_word_are_asked() -> None:
    assert may_be_asked("/stopwatches")
    assert may_be_asked("/undeleted")


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("curl -f http://localhost:8000/healthz || exit 1", [("/healthz", 8000)]),
        ('["wget", "-qO-", "http://127.0.0.1/ready"]', [("/ready", 0)]),
        ("curl -f http://localhost", [("/", 0)]),
        ("curl -f http://elsewhere/healthz", []),
        ("python check.py", []),
    ],
)
def test_what_a_health_check_asks(check: str, found: list[tuple[str, int]]) -> None:
    text = f"FROM a\nHEALTHCHECK CMD {check}\n"
    routes = list(health_routes(Build(parse(text))))
    assert [(route.path, port) for route, port in routes] == found
    assert all(route.origin == "HEALTHCHECK:2" for route, _ in routes)


def test_an_openapi_document_states_pages_without_parameters() -> None:
    needed = [{"name": "q", "in": "query", "required": True}]
    free = [{"name": "q", "in": "query", "required": False}]
    paths = {
        "/": {"get": {}},
        "/free": {"get": {"parameters": free}},
        "/needed": {"get": {"parameters": needed}},
        "/shared": {"get": {}, "parameters": needed},
        "/old": {"get": {"deprecated": True}},
        "/made": {"post": {}},
        "/items/{n}": {"get": {}},
        "/logout": {"get": {}},
        "/odd": [],
    }
    assert openapi_paths(json.dumps({"paths": paths})) == ["/", "/free"]


@given(
    st.text(max_size=60)
    | st.recursive(st.none() | st.text(max_size=4), st.lists).map(str)
)
def test_law_any_text_states_pages_or_none(text: str) -> None:
    assert isinstance(openapi_paths(text), list)
    assert isinstance(openapi_paths(f'{{"paths": {{"/a": {text}}}}}'), list)
    assert all(map(may_be_asked, linked_paths(text, 5)))


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/login/?next=/", "/login/"),
        ("http://localhost:8000/docs", "/docs"),
        ("http://localhost:9000/docs", ""),
        ("https://sso.example/", ""),
        ("/logout", ""),
        ("", ""),
    ],
)
def test_a_redirect_within_the_program_is_followed(location: str, path: str) -> None:
    assert redirect_path(("content-type: a", f"location: {location}"), 8000) == path


def test_a_page_links_what_it_needs() -> None:
    page = """<link rel=stylesheet href="/static/a.css"><link rel=canonical href="/x">
    <script src="/b.js"></script><img src="/c.png"><img src="https://cdn/d.png">
    <img src="//cdn/e.png"><a href="/page"><img src="/f.png?v=1"><script>"/g.js"</script>"""
    assert linked_paths(page, 5) == ["/static/a.css", "/b.js", "/c.png"]
    assert linked_paths(page, 1) == ["/static/a.css"]
