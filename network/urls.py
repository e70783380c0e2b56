from django.urls import path

from coordination.base.editing_urls import patterns
from network.views import actors, collaborations, events, graph, groups, merging, networks

app_name = "network"

urlpatterns = [
    *patterns("network"),
    path("actors/", actors.actor_list, name="actors"),
    path("groups/", groups.group_list, name="groups"),
    path("actors/merges/", merging.merge_list, name="merges"),
    path("actors/merges/<int:pk>/", merging.merge_report, name="merge"),
    path("actors/<str:key>/merge/", merging.merge, name="actor-merge"),
    path("actors/<str:slug>/", actors.actor, name="actor"),
    path("groups/<str:slug>/", groups.group, name="group"),
    path("graph/", graph.graph, name="graph"),
    path("collaborations/", collaborations.collaboration_list, name="collaborations"),
    path("collaborations/<str:code>/", collaborations.collaboration, name="collaboration"),
    path("sides/<int:pk>/", collaborations.side, name="side"),
    path("networks/", networks.network_list, name="networks"),
    path("networks/<str:slug>/", networks.network, name="network"),
    path("encounters/", events.encounter_list, name="encounters"),
    path("encounters/<str:code>/", events.encounter, name="encounter"),
    path("milestones/", events.milestone_list, name="milestones"),
    path("milestones/<str:code>/", events.milestone, name="milestone"),
]
