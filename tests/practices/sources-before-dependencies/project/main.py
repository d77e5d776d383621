from flask import Flask
from waitress import serve

app = Flask(__name__)


@app.get("/")
def hello():
    return "hello"


serve(app, host="0.0.0.0", port=8000)
