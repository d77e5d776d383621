import os
from pathlib import Path

from bottle import Bottle, request, response

app = Bottle()
FILE = Path("var/journal.txt")


@app.get("/")
def index():
    return {"version": os.environ["APP_VERSION"]}


@app.post("/entries")
def add():
    with FILE.open("a") as file:
        file.write(request.forms.text + "\n")
    response.status = 201


@app.get("/entries")
def entries():
    return {"entries": FILE.read_text().splitlines()}
