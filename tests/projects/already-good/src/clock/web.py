from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route


async def now(request):
    return JSONResponse({"year_is_plausible": datetime.now(UTC).year >= 2025})


async def zone(request):
    try:
        found = ZoneInfo(request.path_params["name"])
    except ZoneInfoNotFoundError:
        raise HTTPException(404) from None
    return JSONResponse({"noon": datetime(2026, 1, 1, 12, tzinfo=found).isoformat()})


app = Starlette(routes=[Route("/now", now), Route("/zone/{name:path}", zone)])
