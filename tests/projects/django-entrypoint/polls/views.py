from django.http import JsonResponse
from django.shortcuts import redirect

from polls.models import Poll


def index(request):
    return JsonResponse({"polls": list(Poll.objects.values("id", "text"))})


def add(request):
    Poll.objects.create(text=request.POST["text"])
    return redirect("/")
