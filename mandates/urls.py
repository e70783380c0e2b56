from django.urls import path

from coordination.base.editing_urls import patterns
from mandates.views import coverage, expectations, mandates, matrix, timeline

app_name = "mandates"

urlpatterns = [
    *patterns("mandates"),
    path("mandates/", mandates.mandate_list, name="mandates"),
    path("mandates/timeline/", timeline.mandate_timeline, name="timeline"),
    path("mandates/amounts/", mandates.amounts, name="amounts"),
    path("mandates/<str:code>/", mandates.mandate, name="mandate"),
    path("expectations/", expectations.expectation_list, name="expectations"),
    path("expectations/<str:code>/", expectations.expectation, name="expectation"),
    path("coverage/", coverage.coverage_lanes, name="coverage"),
    path("coverage/matrix/", matrix.matrix, name="matrix"),
    path("coverage/matrix/<str:area>/<str:function>/<str:level>/", matrix.cell, name="matrix-cell"),
]
