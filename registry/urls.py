from django.urls import path

from registry import views

app_name = "registry"
urlpatterns = [
    path("import/<str:register>/", views.import_register, name="import"),
    path("template/<str:register>/", views.template, name="template"),
    path("export/<str:register>/", views.export, name="export"),
    path("oversight/", views.oversight, name="oversight"),
    path("settings/", views.bureau_settings_page, name="settings"),
]
