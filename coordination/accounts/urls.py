from django.urls import path, re_path

from coordination.accounts import views

app_name = "accounts"

urlpatterns = [
    path("account/", views.account, name="account"),
    path("users/", views.users, name="users"),
    path("users/invite/", views.invite, name="invite"),
    path("users/<int:pk>/", views.user, name="user"),
    re_path(r"^users/(?P<pk>[0-9]+)/role/(?P<role>coordinator|reviewer)/$", views.role, name="role"),
    path("users/<int:pk>/active/", views.active, name="active"),
    path("users/<int:pk>/membership/", views.membership, name="membership"),
    path("users/<int:pk>/invitation/", views.invitation, name="invitation"),
]
