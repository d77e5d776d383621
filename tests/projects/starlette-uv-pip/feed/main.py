from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

entries = []


async def health(request):
    return PlainTextResponse("ok")


async def listing(request):
    if request.method == "POST":
        entries.append(await request.json())
    return JSONResponse(entries, 201 if request.method == "POST" else 200)


app = Starlette(routes=[Route("/healthz", health), Route("/entries", listing, methods=["GET", "POST"])])
