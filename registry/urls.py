from django.urls import path

from registry import risk_views, views

app_name = "registry"
urlpatterns = [
    path("import/<str:register>/", views.import_register, name="import"),
    path("template/<str:register>/", views.template, name="template"),
    path("export/<str:register>/", views.export, name="export"),
    path("oversight/", views.oversight, name="oversight"),
    path("risk/", risk_views.risk_list, name="risk"),
    path("risk/decide/", risk_views.risk_decide, name="risk_decide"),
    path("risk/assess/", risk_views.risk_assess, name="risk_assess"),
    path("risk/weights/", risk_views.risk_weights_page, name="risk_weights"),
    path("risk/facts/", risk_views.risk_facts_page, name="risk_facts"),
    path("risk/facts/<int:fact_id>/void/", risk_views.risk_fact_void, name="risk_fact_void"),
    path("risk/<int:assessment_id>/", risk_views.risk_detail, name="risk_detail"),
    path("special-flags/", risk_views.special_flag_list, name="special_flags"),
    path("special-flags/propose/", risk_views.special_flag_propose, name="special_flag_propose"),
    path(
        "special-flags/<int:flag_id>/", risk_views.special_flag_decide, name="special_flag_decide"
    ),
    path(
        "special-flags/endings/<int:ending_id>/",
        risk_views.special_flag_end,
        name="special_flag_end",
    ),
    path("positive-list/", risk_views.positive_list_page, name="positive_list"),
    path("settings/", views.bureau_settings_page, name="settings"),
]
