from configparser import ConfigParser

from bottle import Bottle

app = Bottle()
config = ConfigParser()
config.read("/tmp/server.ini")


@app.get("/")
def index():
    return {"name": config["server"]["name"]}
