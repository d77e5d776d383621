from psycopg2.extensions import parse_dsn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def index(request):
    return JSONResponse(parse_dsn("postgresql://somebody@example.com/orders"))


app = Starlette(routes=[Route("/", index)])
