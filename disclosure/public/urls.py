from django.urls import path

from disclosure.public import result_views, site_views, views
from disclosure.public.feeds import DrawFeed

app_name = "public"
urlpatterns = [
    path("", site_views.home, name="home"),
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
    path("plans/<str:number>/fairness/", views.fairness, name="fairness"),
    path(
        "plans/<str:number>/<str:commitment>/announcement.json",
        views.announcement,
        name="announcement_of",
    ),
    path("plans/<str:number>/<str:commitment>/proof.json", views.proof, name="proof_of"),
    path("results/", result_views.results, name="results"),
    path("results/<uuid:public_id>/", result_views.result, name="result"),
    path("results.csv", result_views.results_csv, name="results_csv"),
    path("results.json", result_views.results_json, name="results_json"),
    path("enterprises/<str:key>/", result_views.enterprise, name="enterprise"),
    path("reports/", views.statutory_reports, name="statutory"),
    path("notices/", views.notices, name="notices"),
    path("positive-list/", views.positive_list, name="positive_list"),
    path("verify/", views.verify, name="verify"),
    path("verify/verifier.py", views.verifier, name="verifier"),
    path("verify/protocol_v1.py", views.protocol, name="protocol"),
]
