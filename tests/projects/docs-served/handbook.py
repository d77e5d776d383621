from pathlib import Path

from flask import Flask, abort
from markdown import markdown

app = Flask(__name__)
DOCS = Path(__file__).parent / "docs"


@app.get("/")
def index():
    return sorted(path.stem for path in DOCS.glob("*.md"))


@app.get("/page/<name>")
def page(name):
    path = DOCS / f"{name}.md"
    if not path.exists():
        abort(404)
    return markdown(path.read_text())


@app.get("/examples")
def examples():
    with open("tests/examples.txt") as file:
        return file.read()
