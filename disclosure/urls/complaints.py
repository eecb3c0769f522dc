from django.urls import path

from disclosure.views import complaints as complaint_views

app_name = "complaints"
urlpatterns = [
    path("", complaint_views.complain, name="form"),
    path("state/", complaint_views.state, name="state"),
]
