from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from coordination import views

urlpatterns = [
    path("health/", views.health, name="health"),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
