"""The list of actor groups, and a group's own page with its members on the day."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import fetch, require
from coordination.base.charts import language
from coordination.base.htmx import render_page
from coordination.base.listing import list_page
from coordination.base.panels import panels_for
from network import membership, queries
from network.filters import GroupFilter, named
from network.models import Actor
from network.tables import GroupTable
from network.views.actors import about, moved


@require_safe
def group_list(request: Request) -> HttpResponse:
    """Every group that exists on the day, with how many it has."""
    require(request, "view", Actor)
    return list_page(
        request,
        queryset=queries.groups(),
        filterset_class=GroupFilter,
        table_class=GroupTable,
        template="network/groups.html",
        fragment="group-table",
        kind="actor_groups",
        repeats=False,
        context={"is_empty": not Actor.objects.groups().exists()},
    )


@require_safe
def group(request: Request, slug: str) -> HttpResponse:
    """A group's rule, its members on the day, and what it holds as a group."""
    row = fetch(request, "view", queries.detailed(), slug=slug)
    if row.merged_into_id or not row.is_group:
        return moved(request, row)
    as_of = request.as_of
    members = membership.members(row, as_of)
    count = members.count()
    sought = request.GET.get("q", "").strip()[:200]
    found = named(members, sought) if sought else members
    rows = found.select_related("kind", "place__parent").order_by(f"sort_{language()}", "slug")
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    is_named = membership.is_named(row)
    context = {
        **about(request, row),
        "is_named": is_named,
        "rule": membership.rules_in_words([row])[row.pk],
        "count": count,
        "q": sought,
        "page": page,
        "listed": membership.listed(row, page.object_list),
        "past": membership.past(row, as_of),
        "territory": membership.territory_of(row),
        "panels": panels_for("group", request, row, as_of),
        "lead": membership.in_words(row, count, as_of),
    }
    return render_page(request, "network/group.html", context, fragment="member-table")
