"""Which pages code states: with the prefixes of routers, wherever they are included."""

from __future__ import annotations

from lightship.context.files import Context
from lightship.routes.find_routes import find_routes


def of(**files: str) -> dict[str, str]:
    named = {
        f"{name.replace('__', '/').replace('PACKAGE', '__init__')}.py": text
        for name, text in files.items()
    }
    return {route.path: route.origin for route in find_routes(Context.of(named))}


FASTAPI_MAIN = """\
from fastapi import FastAPI
from shop.api import orders, v1
from .deps import tool

app = FastAPI()
app.include_router(orders.router, prefix="/api")
app.include_router(v1)

@app.get("/")
async def index(): ...

@app.get("/items/{number}")
def item(number: int): ...

@app.post("/items")
def make(): ...

@app.api_route("/both", methods=["GET", "POST"])
def both(): ...

@app.api_route("/post-only", methods=["POST"])
def post(): ...

@app.get("/logout")
def logout(): ...
"""
ORDERS = """\
from fastapi import APIRouter
router = APIRouter(prefix="/orders")

@router.get("")
def orders(): ...

@router.get("/open")
def opened(): ...

@router.get("/delete-all")
def delete(): ...
"""
NESTED = """\
from fastapi import APIRouter
from shop.api.items import router as items
router = APIRouter(prefix="/v1")
router.include_router(items, prefix="/goods")
"""
ITEMS = """\
from fastapi import APIRouter
router = APIRouter()

@router.get("/all")
def all_items(): ...
"""


def test_routers_have_the_prefixes_of_all_that_include_them() -> None:
    found = of(
        shop__main=FASTAPI_MAIN,
        shop__api__PACKAGE="from shop.api.nested import router as v1\n",
        shop__api__orders=ORDERS,
        shop__api__nested=NESTED,
        shop__api__items=ITEMS,
    )
    assert found == {
        "/": "shop/main.py:9",
        "/both": "shop/main.py:18",
        "/api/orders": "shop/api/orders.py:4",
        "/api/orders/open": "shop/api/orders.py:7",
        "/v1/goods/all": "shop/api/items.py:4",
    }


def test_a_router_that_nobody_includes_has_no_pages() -> None:
    assert of(shop__api__orders=ORDERS) == {}


FLASK = """\
from flask import Flask, Blueprint
from admin.views import bp

def create_app():
    app = Flask(__name__)
    app.register_blueprint(bp, url_prefix="/admin")

    @app.route("/about")
    def about(): return ""

    app.add_url_rule("/terms", view_func=about)
    return app
"""
BLUEPRINT = """\
from flask import Blueprint
bp = Blueprint("admin", __name__)

@bp.route("/users")
def users(): return ""

@bp.route("/users/<int:n>")
def user(n): return ""

@bp.route("/users", methods=["POST"])
def make(): return ""
"""


def test_blueprints_and_factories_of_flask() -> None:
    found = of(app=FLASK, admin__views=BLUEPRINT)
    assert found == {
        "/about": "app.py:8",
        "/terms": "app.py:11",
        "/admin/users": "admin/views.py:4",
    }


AIOHTTP = """\
from aiohttp import web
routes = web.RouteTableDef()

@routes.get("/one")
async def one(request): ...

app = web.Application()
app.add_routes(routes)
app.add_routes([web.get("/two", one), web.post("/three", one)])
app.router.add_get("/four", one)
"""
STARLETTE = """\
from starlette.applications import Starlette
from starlette.routing import Mount, Route
app = Starlette(routes=[Route("/five", f), Route("/six", f, methods=["POST"]), Mount("/static", s)])
"""


def test_aiohttp_and_starlette() -> None:
    assert {*of(main=AIOHTTP)} == {"/one", "/two", "/four"}
    assert {*of(main=STARLETTE)} == {"/five"}


def test_what_only_looks_like_a_route_is_none() -> None:
    text = 'import os, requests\nrequests.get("/x")\nos.environ.get("/y")\ncache.get("/z")\n'
    assert of(main=text) == {}


def test_tests_examples_and_hidden_folders_are_passed_over() -> None:
    text = 'from flask import Flask\napp = Flask("x")\n@app.get("/x")\ndef x(): ...\n'
    assert of(tests__app=text, examples__app=text, test_app=text) == {}
    assert (
        find_routes(Context.of({".venv/app.py": text, "a/node_modules/b.py": text}))
        == []
    )


URLS = """\
from django.contrib import admin
from django.urls import include, path, re_path
from shop import views

urlpatterns = [
    path("", views.index),
    path("about/", views.about, name="about"),
    path("items/<int:pk>/", views.item),
    re_path(r"^old/$", views.old),
    path("admin/", admin.site.urls),
    path("api/", include("shop.api_urls")),
    path("more/", include(("more.urls", "more"))),
    path("accounts/logout/", views.out),
    path("third/", include("somebody.elses")),
] + static("/media/")
urlpatterns += [path("late/", views.late)]
"""
SETTINGS = 'ROOT_URLCONF = "site.urls"\n'
LISTED = 'from django.urls import path\nurlpatterns = [path("list/", f), path("", f)]\n'


def test_django_starts_at_its_root_and_follows_includes() -> None:
    found = of(
        site__settings=SETTINGS,
        site__urls=URLS,
        shop__api_urls=LISTED,
        more__urls=LISTED,
        unused__urls='from django.urls import path\nurlpatterns = [path("nobody/", f)]\n',
    )
    assert found == {
        "/": "site/urls.py:6",
        "/about/": "site/urls.py:7",
        "/admin/": "site/urls.py:10",
        "/api/": "shop/api_urls.py:2",
        "/api/list/": "shop/api_urls.py:2",
        "/more/": "more/urls.py:2",
        "/more/list/": "more/urls.py:2",
        "/late/": "site/urls.py:16",
    }


def test_what_includes_itself_has_its_pages_once() -> None:
    """Many times within itself the pages would grow with the fifth power of these times."""
    again = "\n".join(f'    path("a{n}/", include("a.urls")),' for n in range(6))
    head = "from django.urls import include, path\nurlpatterns = [\n"
    found = of(
        a__settings='ROOT_URLCONF = "a.urls"\n',
        a__urls=f'{head}{again}\n    path("x/", f),\n]\n',
    )
    assert [*found] == ["/x/"]

    again = "\n".join(
        f'router.include_router(router, prefix="/a{n}")' for n in range(6)
    )
    text = (
        "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nrouter = APIRouter()\n"
        f'{again}\napp.include_router(router)\n@router.get("/x")\ndef f(): ...\n'
    )
    assert [*of(main=text)] == ["/x"]


def test_lists_that_include_one_another_come_to_an_end() -> None:
    text = 'from django.urls import include, path\nurlpatterns = [path("a/", include("b.urls")), path("x/", f)]\n'
    other = 'from django.urls import include, path\nurlpatterns = [path("b/", include("a.urls"))]\n'
    found = of(a__settings='ROOT_URLCONF = "a.urls"\n', a__urls=text, b__urls=other)
    assert "/x/" in found
    assert len(found) < 10
