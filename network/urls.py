from django.urls import path

from coordination.base.editing_urls import patterns
from network.views import merging

app_name = "network"

urlpatterns = [
    *patterns("network"),
    path("actors/merges/", merging.merge_list, name="merges"),
    path("actors/merges/<int:pk>/", merging.merge_report, name="merge"),
    path("actors/<str:key>/merge/", merging.merge, name="actor-merge"),
]
