from django.urls import path, register_converter
from django.urls.converters import StringConverter

from coordination.base.editing_urls import patterns
from mandates.views import (
    applying,
    area_graph,
    coverage,
    expectations,
    finding_work,
    findings,
    insights,
    mandates,
    matrix,
    precheck,
    reorganise,
    reviews,
    scenario_changes,
    scenarios,
    timeline,
)

app_name = "mandates"


class FindingKey(StringConverter):
    """The key of a finding, which may hold slashes: `gap:X14/demokrati`."""

    regex = ".+?"


register_converter(FindingKey, "finding")

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
    path("scenarios/", scenarios.scenario_list, name="scenarios"),
    path("scenarios/new/", scenarios.new, name="scenario-new"),
    path("scenarios/<str:slug>/", scenarios.scenario, name="scenario"),
    path("scenarios/<str:slug>/edit/", scenarios.edit, name="scenario-edit"),
    path("scenarios/<str:slug>/copy/", scenarios.copy, name="scenario-copy"),
    path("scenarios/<str:slug>/remove/", scenarios.remove, name="scenario-remove"),
    path("scenarios/<str:slug>/apply/", applying.apply_scenario, name="scenario-apply"),
    path("scenarios/<str:slug>/add/<str:kind>/", scenario_changes.add, name="scenario-add"),
    path("scenarios/<str:slug>/<int:number>/", scenario_changes.edit, name="scenario-change"),
    path("scenarios/<str:slug>/<int:number>/remove/", scenario_changes.remove, name="scenario-change-remove"),
    path(
        "scenarios/<str:slug>/<int:number>/earlier/", scenario_changes.earlier, name="scenario-change-earlier"
    ),
    path("applied/", applying.applied_list, name="applied-list"),
    path("applied/<int:pk>/", applying.applied, name="applied"),
    path("actors/<str:slug>/reorganise/", reorganise.reorganise, name="reorganise"),
    path("graph/areas/", area_graph.actors_and_areas, name="area-graph"),
    path("pre-check/", precheck.pre_check, name="pre-check"),
    path("pre-check/keep/", precheck.keep, name="pre-check-keep"),
    path("pre-check/memo/<str:format>/", precheck.memo, name="pre-check-memo"),
    path("reviews/", reviews.review_list, name="reviews"),
    path("reviews/new/", reviews.new, name="review-new"),
    path("reviews/<str:slug>/", reviews.review, name="review"),
    path("reviews/<str:slug>/edit/", reviews.edit, name="review-edit"),
    path("reviews/<str:slug>/freeze/", reviews.freeze, name="review-freeze"),
    path("reviews/<str:slug>/publish/", reviews.publish, name="review-publish"),
    path("reviews/<str:slug>/remove/", reviews.remove, name="review-remove"),
    path("reviews/<str:slug>/report/<str:format>/", reviews.report, name="review-report"),
    path("insights/", insights.overview, name="insights"),
    path("insights/holding/", insights.holding_together, name="insights-holding"),
    path("insights/closing/", insights.if_closing, name="insights-closing"),
    path("insights/closing/keep/", insights.keep_closing, name="insights-closing-keep"),
    path("insights/sectors/", insights.where_sectors_meet, name="insights-sectors"),
    path("insights/introductions/", insights.who_should_meet, name="insights-introductions"),
    path("insights/change/", insights.change, name="insights-change"),
    path("findings/", findings.finding_list, name="findings"),
    path("findings/publish/", finding_work.publish_many, name="findings-publish"),
    # What is done about a finding stands before the finding itself, whose key takes all the rest.
    path("findings/<finding:key>/disposition/", finding_work.dispose, name="finding-dispose"),
    path("findings/<finding:key>/action/", finding_work.act, name="finding-act"),
    path("findings/<finding:key>/reply/", finding_work.reply, name="finding-reply"),
    path("findings/<finding:key>/note/", finding_work.note, name="finding-note"),
    path("findings/<finding:key>/publish/", finding_work.publish, name="finding-publish"),
    path("findings/<finding:key>/", findings.finding, name="finding"),
]
