from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def index(request):
    return PlainTextResponse("up\n")


async def upper(request):
    return PlainTextResponse(request.path_params["text"].upper())


app = Starlette(routes=[Route("/", index), Route("/upper/{text}", upper)])
