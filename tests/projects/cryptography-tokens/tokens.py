from aiohttp import web
from cryptography.fernet import Fernet, InvalidToken

fernet = Fernet(Fernet.generate_key())


async def health(request):
    return web.json_response({"works": fernet.decrypt(fernet.encrypt(b"yes")).decode()})


async def check(request):
    try:
        return web.json_response({"text": fernet.decrypt((await request.json())["token"]).decode()})
    except InvalidToken:
        return web.json_response({"error": "no token of mine"}, status=400)


app = web.Application()
app.add_routes([web.get("/health", health), web.post("/check", check)])
web.run_app(app, port=9000)
