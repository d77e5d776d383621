import os
from pathlib import Path

from bottle import Bottle

app = Bottle()


@app.get("/")
def index():
    return "words\n"


@app.get("/words")
def words():
    return {"words": Path("sorted.txt").read_text().split()}


@app.get("/build")
def build():
    return {"build": os.environ["BUILD_NUMBER"]}
