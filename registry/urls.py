from django.urls import path

from registry.views import bureau, deadlines, registers, risk, sources

app_name = "registry"
urlpatterns = [
    path("import/<str:register>/", registers.import_register, name="import"),
    path("template/<str:register>/", registers.template, name="template"),
    path("export/<str:register>/", registers.export, name="export"),
    path("oversight/", deadlines.oversight, name="oversight"),
    path("oversight/machinery/", deadlines.machinery, name="machinery"),
    path("deadlines/", deadlines.deadline_calendar, name="deadlines"),
    path("deadlines/feed/open/", deadlines.feed_open, name="feed_open"),
    path("deadlines/feed/close/", deadlines.feed_close, name="feed_close"),
    path("deadlines/feed/<str:token>.ics", deadlines.feed, name="feed"),
    path("risk/", risk.risk_list, name="risk"),
    path("risk/decide/", risk.risk_decide, name="risk_decide"),
    path("risk/assess/", risk.risk_assess, name="risk_assess"),
    path("risk/weights/", risk.risk_weights_page, name="risk_weights"),
    path("risk/facts/", risk.risk_facts_page, name="risk_facts"),
    path("risk/facts/<int:fact_id>/void/", risk.risk_fact_void, name="risk_fact_void"),
    path("risk/<int:assessment_id>/", risk.risk_detail, name="risk_detail"),
    path("special-flags/", risk.special_flag_list, name="special_flags"),
    path("special-flags/propose/", risk.special_flag_propose, name="special_flag_propose"),
    path("special-flags/<int:flag_id>/", risk.special_flag_decide, name="special_flag_decide"),
    path(
        "special-flags/endings/<int:ending_id>/",
        risk.special_flag_end,
        name="special_flag_end",
    ),
    path("positive-list/", risk.positive_list_page, name="positive_list"),
    path("sources/<str:code>/", sources.source, name="source"),
    path("sources/<str:code>/status/", sources.status, name="source_status"),
    path("sources/<str:code>/type/", sources.change_type, name="source_type"),
    path("sources/<str:code>/commission/", sources.commission, name="source_commission"),
    path("sources/<str:code>/site/", sources.add_site, name="source_site"),
    path("evidence/<str:sha256>/", sources.evidence, name="evidence"),
    path("settings/", bureau.bureau_settings_page, name="settings"),
]
