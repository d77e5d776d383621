from bottle import Bottle

app = Bottle()


@app.get("/")
def index():
    return {"sides": 6}


@app.get("/range/<sides:int>")
def sides(sides):
    return {"from": 1, "to": sides}
