from django.conf import settings
from django.urls import path

from coordination.base import views_pages as pages
from coordination.base.editing_urls import patterns
from coordination.base.views import (
    citing,
    documents,
    exporting,
    history,
    import_undo,
    importing,
    places,
    proposals,
    search,
    strategies,
)

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
    path("import/", importing.imports, name="imports"),
    path("import/templates/<str:kind>/", importing.template, name="import-template"),
    path("import/<int:pk>/", importing.job, name="import"),
    path("import/<int:pk>/check/", importing.check, name="import-check"),
    path("import/<int:pk>/apply/", importing.apply, name="import-apply"),
    path("import/<int:pk>/discard/", importing.discard, name="import-discard"),
    path("import/<int:pk>/undo/", import_undo.undo, name="import-undo"),
    path("import/<int:pk>/remarks/", importing.remarks, name="import-remarks"),
    path("export/", exporting.exports, name="exports"),
    path("export/<str:kind>/", exporting.export, name="export"),
    path("how-we-count/", pages.how_we_count, name="how_we_count"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]

if settings.DEBUG:
    from coordination.base import views_styleguide as styleguide

    urlpatterns.append(path("styleguide/", styleguide.components, name="styleguide"))
