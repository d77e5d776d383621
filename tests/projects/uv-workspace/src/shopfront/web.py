from bottle import Bottle, abort, request
from pricing import total

app = Bottle()


@app.get("/price")
def price():
    try:
        return {"total": str(total(int(request.query.count)))}
    except ValueError:
        abort(400, "count is a number")
