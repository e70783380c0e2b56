from django.conf import settings
from django.urls import path

from coordination.base import views_pages as pages
from coordination.base.editing_urls import patterns
from coordination.base.views import citing, documents, history, places, proposals, search, strategies

app_name = "base"

urlpatterns = [
    *patterns("base"),
    path("proposals/", proposals.queue, name="proposals"),
    path("proposals/mine/", proposals.mine, name="my-proposals"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/withdraw/", proposals.withdraw, name="proposal-withdraw"),
    path("removed/", history.removed, name="removed"),
    path("removed/<str:app>/<str:key>/<int:record>/restore/", history.restore, name="restore"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("documents/", documents.document_list, name="documents"),
    path("documents/<str:slug>/", documents.document, name="document"),
    path("places/", places.place_list, name="places"),
    path("places/tree/", places.place_tree, name="place-tree"),
    path("places/<str:code>/", places.place, name="place"),
    path("strategies/", strategies.strategy_list, name="strategies"),
    path("strategies/<str:slug>/", strategies.strategy, name="strategy"),
    path("areas/<str:strategy>/<str:code>/", strategies.area, name="area"),
    path("functions/", strategies.function_list, name="functions"),
    path("functions/<str:code>/", strategies.function, name="function"),
    path("cite/", citing.cite, name="cite"),
    path("how-we-count/", pages.how_we_count, name="how_we_count"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]

if settings.DEBUG:
    from coordination.base import views_styleguide as styleguide

    urlpatterns.append(path("styleguide/", styleguide.components, name="styleguide"))
