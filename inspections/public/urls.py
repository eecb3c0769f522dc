from django.urls import path

from inspections.public import views

app_name = "check"
urlpatterns = [
    path("check/<str:mark>/<int:version>/", views.paper, name="paper"),
]
