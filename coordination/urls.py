from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path, re_path

from coordination.api import api, not_found, root
from coordination.views import home, my

# Second factors, sessions and addresses are changed by their owners and on the users' page, never behind it;
# groups give no right here.
for model in (Authenticator, EmailAddress, Group, UserSession):
    admin.site.unregister(model)
# One login, with its throttling and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's own way of doing it

urlpatterns = [
    path("api/v1/", root, name="api-root"),
    path("api/v1/", api.urls),
    re_path(r"^api/(?P<rest>.*)$", not_found, name="api-missing"),
    *i18n_patterns(
        path("", home.home, name="home"),
        path("due/", home.due_list, name="due"),
        path("confirm/", home.confirm_list, name="confirm"),
        path("changes/", home.change_list, name="changes"),
        path("my/", my.my, name="my"),
        path("", include("meetings.urls")),
        path("", include("mandates.urls")),
        path("", include("network.urls")),
        path("", include("coordination.base.urls")),
        path("", include("coordination.accounts.urls")),
        path("accounts/", include("coordination.accounts.login_urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
