from flask import Flask, request

from inspector.tools import kind_of

app = Flask(__name__)


@app.get("/")
def index():
    return "send me a text\n"


@app.post("/kind")
def kind():
    return {"kind": kind_of(request.form["text"].encode())}
