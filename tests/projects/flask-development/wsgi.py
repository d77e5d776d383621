from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "in development\n"


@app.get("/fail")
def fail():
    return 1 / 0
