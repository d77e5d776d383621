from flask import Flask, abort

app = Flask(__name__)


@app.get("/")
def index():
    return "which time?\n"


@app.get("/time/<zone>")
def time(zone):
    return {"offset": 0} if zone == "utc" else abort(404)
