import psycopg2
from flask import Flask

app = Flask(__name__)


@app.get("/")
def version():
    return psycopg2.__version__
