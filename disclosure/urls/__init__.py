from django.urls import path

from disclosure.views import desk, reports

app_name = "disclosure"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("publish/", desk.publish, name="publish"),
    path("<int:link_id>/preview/", desk.preview, name="preview"),
    path("<int:link_id>/withhold/", desk.propose_withholding, name="propose_withholding"),
    path("<int:link_id>/correct/", desk.correct, name="correct"),
    path("names/<int:source_id>/", desk.correct_names, name="correct_names"),
    path("<int:link_id>/withdraw/", desk.withdraw, name="withdraw"),
    path("<int:link_id>/lift/", desk.lift, name="lift"),
    path("<int:link_id>/restore/", desk.restore, name="restore"),
    path(
        "withholdings/<int:withholding_id>/",
        desk.decide_withholding,
        name="decide_withholding",
    ),
    path("penalties/<int:link_id>/", desk.penalty, name="penalty"),
    path("reports/", reports.report_list, name="reports"),
    path("report/<str:number>.xlsx", reports.report, name="report"),
    path("statutory/<str:quarter>/", reports.statutory_page, name="statutory"),
    path("statutory/<str:quarter>.<str:kind>", reports.statutory_file, name="statutory_file"),
    path("overview/<str:quarter>.<str:kind>", reports.overview_file, name="overview_file"),
    path("credit/<str:quarter>.xlsx", reports.credit_file, name="credit_file"),
]
