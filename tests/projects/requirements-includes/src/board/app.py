from flask import Flask, request
from markdown import markdown

app = Flask(__name__)


@app.get("/")
def index():
    return "board\n"


@app.post("/post")
def post():
    return markdown(request.json["text"])
