from flask import Flask, abort

app = Flask(__name__)
POEMS = ["Roses are red", "Violets are blue"]


@app.get("/")
def index():
    return {"poems": len(POEMS)}


@app.get("/poem/<int:number>")
def poem(number):
    if number >= len(POEMS):
        abort(404)
    return POEMS[number]
