from django.conf import settings
from django.urls import path

from coordination.base import views_pages as pages

app_name = "base"

urlpatterns = [
    path("how-we-count/", pages.how_we_count, name="how_we_count"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]

if settings.DEBUG:
    from coordination.base import views_styleguide as styleguide

    urlpatterns.append(path("styleguide/", styleguide.components, name="styleguide"))
