from django.urls import path, register_converter

from disclosure.public import (
    data_views,
    fairness_views,
    result_views,
    site_map,
    site_views,
    verify_views,
    views,
)
from disclosure.public.feeds import DrawFeed, NoticeFeed, ResultFeed


class EndingConverter:
    """The kinds of file a table comes in."""

    regex = "csv|json|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(EndingConverter, "ending")
app_name = "public"
urlpatterns = [
    # What is asked for most stands first.
    path("", site_views.home, name="home"),
    path("results/", result_views.results, name="results"),
    path("results/<uuid:public_id>/", result_views.result, name="result"),
    path("enterprises/<str:key>/", result_views.enterprise, name="enterprise"),
    path("statistics/", site_views.statistics_page, name="statistics"),
    path("problems/", site_views.problems, name="problems"),
    path("guide/", site_views.guide, name="guide"),
    path("guide/files/<str:sha256>/", site_views.material, name="material"),
    path("guide/<slug:slug>/", site_views.guide, name="guide_page"),
    path("items/", views.items, name="items"),
    path("plans/", views.plans, name="plans"),
    path("plans/feed.atom", DrawFeed(), name="feed"),
    path("plans/<str:number>/", views.plan, name="plan"),
    path("plans/<str:number>/announcement.json", views.announcement, name="announcement"),
    path("plans/<str:number>/proof.json", views.proof, name="proof"),
    path("plans/<str:number>/fairness/", fairness_views.of_plan, name="fairness"),
    path("fairness/<int:year>/", fairness_views.of_year, name="fairness_year"),
    path("fairness/<str:scope>/units.csv", fairness_views.units, name="fairness_units"),
    path(
        "plans/<str:number>/<str:commitment>/announcement.json",
        views.announcement,
        name="announcement_of",
    ),
    path("plans/<str:number>/<str:commitment>/record.json", views.record, name="record_of"),
    path("plans/<str:number>/<str:commitment>/proof.json", views.proof, name="proof_of"),
    path("results/feed.atom", ResultFeed(), name="results_feed"),
    path("notices/feed.atom", NoticeFeed(), name="notices_feed"),
    path("open-data/", data_views.open_data, name="open_data"),
    path("open-data/api/", data_views.api_docs, name="api_docs"),
    path("open-data/dictionary.json", data_views.dictionary, name="dictionary"),
    path("open-data/<slug:name>.<ending:ending>", data_views.table_file, name="table"),
    path("robots.txt", site_map.robots, name="robots"),
    path("sitemap.xml", site_map.index, name="sitemap"),
    path("sitemap-pages.xml", site_map.pages, name="sitemap_pages"),
    path("sitemap-results-<int:number>.xml", site_map.results, name="sitemap_results"),
    path("results.csv", result_views.results_csv, name="results_csv"),
    path("results.json", result_views.results_json, name="results_json"),
    path("reports/", views.statutory_reports, name="statutory"),
    path("penalties/", views.penalties, name="penalties"),
    path("notices/", views.notices, name="notices"),
    path("positive-list/", views.positive_list, name="positive_list"),
    path("verify/", verify_views.verify, name="verify"),
    path("verify/verifier.py", verify_views.verifier, name="verifier"),
    path("verify/protocol.py", verify_views.protocol, name="protocol"),
]
