"""The map of who works with whom.

Who opens it, and what they decide with it:

* a coordinator: whom to introduce to whom, whose tasks to hand over before an agency closes, which sector
  the next meeting must reach. Hence: who is in the middle, what breaks without them, who stands alone, and
  from each actor on to its neighbours with the reason for each tie;
* a reviewer at a ministry: whether the ties that a strategy rests on are still there. Hence two days side by
  side, a picture that can be printed, and the table of the same;
* a member: through whom to reach another actor. Hence the search, and the path between two.
"""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from coordination.base.as_of import Request
from coordination.base.authorisation import require
from coordination.base.htmx import render_page
from network import graph_store
from network.models import Actor, Collaboration, Network
from network.views.graph_large import LargePage
from network.views.graph_page import Page

FRAGMENTS = ("map", "chosen", "tie")


@require_safe
def graph(request: Request) -> HttpResponse:
    """The picture, the tables of the same, one actor or one tie beside it, and all of it as files."""
    for model in (Actor, Collaboration, Network):
        require(request, "view", model)
    page = Page(request) if graph_store.is_small() else LargePage(request)
    if wanted := request.GET.get("format"):
        return page.file(wanted)
    target = getattr(getattr(request, "htmx", None), "target", None)
    fragment = target if target in FRAGMENTS else "map"
    context = page.context(fragment if target == fragment else "")
    return render_page(request, "network/graph.html", context, fragment=fragment)
