from aiohttp import web


async def index(request):
    return web.json_response({"relay": "up"})


async def echo(request):
    return web.json_response({"you": await request.json()})


app = web.Application()
app.add_routes([web.get("/", index), web.post("/echo", echo)])

if __name__ == "__main__":
    web.run_app(app, port=8081)
