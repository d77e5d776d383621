from bottle import get, run


@get("/")
def index():
    return "squares\n"


@get("/square/<number:int>")
def square(number):
    return {"square": number**2}


run(host="0.0.0.0", port=8000)
