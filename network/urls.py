from coordination.base.editing_urls import patterns

app_name = "network"

urlpatterns = [
    *patterns("network"),
]
