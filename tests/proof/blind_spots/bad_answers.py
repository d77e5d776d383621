"""Bad changes that show in what a server answers; written before anybody looked at how a proof judges them."""

from __future__ import annotations

from proof.blind_spots.bad import BROKEN, WORSE
from proof.blind_spots.case import BAD_MODE, GOOD_MODE, Case, by_mode, recipe, web

REDIRECT = """\
def answer(path, method, sent):
    if path == "/":
        where = "http://localhost:8000/login" if BAD else "/login"
        return 302, [("Location", where)], b""
    return 200, [("Content-Type", "text/html")], b"<h1>Log in</h1>"
"""
COOKIE = """\
def answer(path, method, sent):
    flags = "" if BAD else "; HttpOnly; Secure"
    kept = [("Set-Cookie", f"session={secrets.token_hex(16)}; Path=/{flags}")]
    return 200, [("Content-Type", "text/html"), *kept], b"<h1>Shop</h1>"
"""
LOST_COOKIE = """\
def answer(path, method, sent):
    kept = [("Set-Cookie", f"session={secrets.token_hex(16)}"), ("Set-Cookie", "csrf=1")]
    return 200, [("Content-Type", "text/html"), *(kept[1:] if BAD else kept)], b"<h1>Shop</h1>"
"""
KEPT = """\
def answer(path, method, sent):
    how = "public, max-age=3600" if BAD else "private, no-store"
    return 200, [("Content-Type", "text/html"), ("Cache-Control", how)], b"<h1>Account of Ann</h1>"
"""
POLICY = """\
SAFE = [("Content-Security-Policy", "default-src 'self'"), ("X-Frame-Options", "DENY")]
def answer(path, method, sent):
    kept = [] if BAD else SAFE
    return 200, [("Content-Type", "text/html"), *kept], b"<h1>Shop</h1>"
"""
WEAKER = """\
SAFE = [("Content-Security-Policy", "default-src 'self'"), ("Set-Cookie", "s=1; Secure; SameSite=Strict")]
LESS = [("Content-Security-Policy", "default-src 'self' 'unsafe-inline'"), ("Set-Cookie", "s=1; Secure; SameSite=None")]
def answer(path, method, sent):
    return 200, [("Content-Type", "text/html"), *(LESS if BAD else SAFE)], b"<h1>Shop</h1>"
"""
CHARSET = """\
def answer(path, method, sent):
    kind = "text/html" if BAD else "text/html; charset=utf-8"
    return 200, [("Content-Type", kind)], "<h1>Käse</h1>".encode()
"""
OPENAPI = """\
STATED = {"openapi": "3.1.0", "info": {"title": "shop", "version": "1"}, "paths": {
    "/": {"get": {"responses": {}}},
    "/items": {"get": {"responses": {}}, "post": {"responses": {}}},
    "/items/{number}": {"get": {"parameters": [{"name": "number", "in": "path", "required": True}]}}}}
def answer(path, method, sent):
    kind = [("Content-Type", "application/json")]
    if path == "/openapi.json":
        return 200, kind, json.dumps(STATED).encode()
    if path == "/items":
        try:
            return 200, kind, open("items.json", "rb").read()
        except OSError:
            return 500, kind, b'{"detail": "Internal Server Error"}'
    return (200, kind, b'{"shop": "open"}') if path == "/" else (404, kind, b"{}")
"""
# Read from its text alone: the program that serves stands in for Flask, whose decorators it has
ROUTES = """\
class Flask:
    pages = {}
    def route(self, path, methods=("GET",)):
        return lambda function: self.pages.setdefault(path, function)
app = Flask()

@app.route("/")
def index():
    return "<h1>Shop</h1>"

@app.route("/report")
def report():
    return open("report.html").read()

@app.route("/logout")
def logout():
    os._exit(3)

def answer(path, method, sent):
    try:
        page = app.pages[path]
    except KeyError:
        return 404, [], b""
    try:
        return 200, [("Content-Type", "text/html")], page().encode()
    except OSError:
        return 500, [("Content-Type", "text/html")], b"failed"
"""
HEALTHZ = """\
def answer(path, method, sent):
    if path == "/healthz":
        return (503 if BAD else 200), [("Content-Type", "text/plain")], b"state"
    found = path == "/"
    return (200 if found else 404), [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
TIMED_STATE = """\
def answer(path, method, sent):
    said = {"status": "degraded" if BAD else "ok", "time": time.time(), "id": secrets.token_hex(8)}
    return 200, [("Content-Type", "application/json")], json.dumps(said).encode()
"""
SHUFFLED = """\
ITEMS = ["lamp", "chair", "table", "shelf", "clock", "mirror", "carpet", "candle"]
def answer(path, method, sent):
    found = ITEMS[1:] if BAD else ITEMS[:]
    random.shuffle(found)
    return 200, [("Content-Type", "application/json")], json.dumps(found).encode()
"""
EVERY_SECOND = """\
turns = [0]
def answer(path, method, sent):
    if path != "/orders":
        return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
    turns[0] += 1
    fails = BAD and turns[0] % 2 == 0
    return (500 if fails else 200), [("Content-Type", "text/html")], b"<h1>Orders</h1>"
"""
SLOW = """\
def answer(path, method, sent):
    if path == "/report":
        time.sleep(4 if BAD else 0.05)
    return 200, [("Content-Type", "text/html")], b"<h1>Report</h1>"
"""
STATIC = """\
HOME = '<html><head><link rel="stylesheet" href="/static/shop.css"></head><h1>Shop</h1></html>'
def answer(path, method, sent):
    if path == "/":
        return 200, [("Content-Type", "text/html")], HOME.encode()
    try:
        return 200, [("Content-Type", "text/css")], open(path.lstrip("/"), "rb").read()
    except OSError:
        return 404, [("Content-Type", "text/html")], b"not found"
"""
WRITES = """\
def answer(path, method, sent):
    if path == "/notes" and method == "POST":
        try:
            pathlib.Path("/data/notes").write_bytes(sent)
        except OSError:
            return 500, [], b"cannot write"
        return 201, [("Content-Type", "application/json")], b'{"kept": true}'
    return 200, [("Content-Type", "text/html")], b"<h1>Notes</h1>"
"""
SMOKE = """\
GET /
# @status 200
# @contains <h1>Notes</h1>

###
# @name keep
POST /notes
Content-Type: application/json

{"text": "milk"}

# @status 201
# @json $.kept == true
"""
SECOND_PORT = """\
import http.server
class Metrics(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"up 1\\n")
    def log_message(self, *_):
        pass
if not BAD:
    served = http.server.HTTPServer(("0.0.0.0", 9000), Metrics)
    threading.Thread(target=served.serve_forever, daemon=True).start()
def answer(path, method, sent):
    return 200, [("Content-Type", "text/html")], b"<h1>Shop</h1>"
"""
PICTURE = """\
def answer(path, method, sent):
    if path == "/":
        return 200, [("Content-Type", "text/html")], b'<img src="/logo.png">'
    return 200, [("Content-Type", "image/png")], open("logo.bin", "rb").read()
"""
PNG = "\x89PNG\r\n\x1a\n" + "\x00\x01\x02\x03" * 50
POINTER = "version https://git-lfs.github.com/spec/v1\nsize 208\n"


def modes(
    name: str, about: str, pages: str, *paths: str, kinds: tuple[str, ...] = BROKEN
) -> Case:
    asked = {"requested": paths} if paths else {}
    return Case(name, about, kinds, GOOD_MODE, BAD_MODE, by_mode(pages), run=asked)


ANSWERS = (
    modes(
        "a-redirect-to-localhost",
        "the address of the login is that of the container",
        REDIRECT,
    ),
    modes(
        "a-cookie-without-its-flags",
        "the session's cookie is neither HttpOnly nor Secure",
        COOKIE,
        kinds=WORSE,
    ),
    modes("a-cookie-that-is-lost", "no session is begun any more", LOST_COOKIE),
    modes(
        "a-private-page-for-everybody",
        "Cache-Control lets a proxy keep a private page",
        KEPT,
    ),
    modes(
        "no-security-headers",
        "the policy of content and frames is gone",
        POLICY,
        kinds=WORSE,
    ),
    modes(
        "weaker-security-headers",
        "the policy allows scripts in the page, other sites may send the cookie",
        WEAKER,
        kinds=WORSE,
    ),
    modes(
        "a-charset-that-is-lost", "a browser guesses the encoding of the text", CHARSET
    ),
    Case(
        "a-stated-route-that-fails",
        "OpenAPI states a route whose data is not in the image",
        BROKEN,
        recipe(),
        recipe("RUN rm items.json"),
        web(OPENAPI, **{"items.json": "[1, 2]"}),
    ),
    Case(
        "a-route-of-the-code-that-fails",
        "a route that only the code names has lost its page",
        BROKEN,
        recipe(),
        recipe("RUN rm report.html"),
        web(ROUTES, **{"report.html": "<h1>Report</h1>"}),
    ),
    modes(
        "a-health-page-that-fails",
        "/healthz says 503, and no HEALTHCHECK asks it",
        HEALTHZ,
    ),
    modes(
        "degraded-beside-a-time",
        "JSON with a time says that the state is degraded",
        TIMED_STATE,
    ),
    modes(
        "one-of-a-shuffled-list-is-lost",
        "a list in random order has one item less",
        SHUFFLED,
    ),
    modes(
        "every-second-answer-fails",
        "one of two requests is answered by 500",
        EVERY_SECOND,
        "/",
        "/orders",
    ),
    modes(
        "an-answer-that-takes-seconds",
        "a report takes 4 s in place of 0.05",
        SLOW,
        "/report",
        kinds=WORSE,
    ),
    Case(
        "a-style-sheet-that-is-gone",
        "the page is the same, but what it links is 404",
        BROKEN,
        recipe(),
        recipe("RUN rm -r static"),
        web(STATIC, **{"static/shop.css": "h1 { color: red }\n"}),
    ),
    Case(
        "a-folder-that-cannot-be-written",
        "only a request that writes shows it: lightship.http",
        BROKEN,
        recipe("RUN mkdir /data && chown 1000 /data\nUSER 1000"),
        recipe("RUN mkdir /data\nUSER 1000"),
        web(WRITES, **{"lightship.http": SMOKE}),
    ),
    Case(
        "a-second-port-that-is-closed",
        "EXPOSE 9000 is served no more",
        BROKEN,
        recipe("EXPOSE 9000\nENV MODE=good"),
        recipe("EXPOSE 9000\nENV MODE=bad"),
        by_mode(SECOND_PORT),
    ),
    Case(
        "a-picture-that-is-a-pointer",
        "the file is what git keeps in place of it",
        BROKEN,
        {**recipe(), "logo.bin": PNG},
        {**recipe(), "logo.bin": POINTER},
        web(PICTURE),
    ),
)
