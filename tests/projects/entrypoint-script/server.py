from configparser import ConfigParser

from bottle import get, run

config = ConfigParser()
config.read("/tmp/server.ini")


@get("/")
def index():
    return {"name": config["server"]["name"]}


run(host="0.0.0.0", port=8000)
