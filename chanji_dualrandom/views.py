"""Pages of the whole house: the desk, the inbox, health."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from chanji_dualrandom.desk import desk_cards
from inspections.permissions import SUBMIT_RECORD, VIEW_ALL_ASSIGNMENTS
from registry.models import AuditEvent, Notification
from registry.rules.tones import PLAIN, RED, WARN

TONES = {Notification.Level.ALARM: RED, Notification.Level.WARNING: WARN}


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Inspectors go straight to their assignments, everybody else sees what is due."""
    user = request.user
    if user.has_perm(SUBMIT_RECORD) and not user.has_perm(VIEW_ALL_ASSIGNMENTS):
        return redirect("inspections:today")
    return render(request, "desk.html", desk_cards(user, timezone.localdate()))


@login_required
@require_http_methods(["GET", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    messages = Notification.objects.filter(user=request.user)
    if request.method == "POST":
        messages.filter(read_at=None).update(read_at=timezone.now())
        return redirect("inbox")
    # Whoever reads the sealed list is seen doing so by everybody who works here.
    reads = AuditEvent.objects.filter(sealed_read=True).order_by("-pk")[:50]
    rows = [(row, TONES.get(row.level, PLAIN)) for row in messages[:200]]
    return render(request, "inbox.html", {"rows": rows, "reads": reads})


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers; for load balancers, so nothing else is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
