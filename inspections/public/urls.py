from django.urls import path

from inspections.public import views

app_name = "check"
urlpatterns = [
    path("gate/<str:token>/", views.gate, name="gate"),
    path("gate/<str:token>/feedback/", views.feedback, name="feedback"),
    path("check/<str:mark>/<int:version>/", views.paper, name="paper"),
]
