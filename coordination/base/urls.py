from django.conf import settings
from django.urls import path

from coordination.base import views_pages as pages
from coordination.base.editing_urls import patterns
from coordination.base.views import citing, history, proposals

app_name = "base"

urlpatterns = [
    *patterns("base"),
    path("proposals/", proposals.queue, name="proposals"),
    path("proposals/mine/", proposals.mine, name="my-proposals"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/withdraw/", proposals.withdraw, name="proposal-withdraw"),
    path("removed/", history.removed, name="removed"),
    path("removed/<str:app>/<str:key>/<int:record>/restore/", history.restore, name="restore"),
    path("cite/", citing.cite, name="cite"),
    path("how-we-count/", pages.how_we_count, name="how_we_count"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]

if settings.DEBUG:
    from coordination.base import views_styleguide as styleguide

    urlpatterns.append(path("styleguide/", styleguide.components, name="styleguide"))
