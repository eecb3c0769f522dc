from django.urls import path

from disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("report/<str:number>.xlsx", views.report, name="report"),
    path("publish/", views.publish, name="publish"),
    path("<int:link_id>/preview/", views.preview, name="preview"),
    path("<int:link_id>/withhold/", views.propose_withholding, name="propose_withholding"),
    path("<int:link_id>/withdraw/", views.withdraw, name="withdraw"),
    path(
        "withholdings/<int:withholding_id>/",
        views.decide_withholding,
        name="decide_withholding",
    ),
]
