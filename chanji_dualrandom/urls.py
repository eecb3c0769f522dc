from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from chanji_dualrandom import views
from disclosure.public import api as open_data_api
from inspections.views import tablet

admin.site.site_header = "双随机、一公开监管系统"
admin.site.site_title = "双随机、一公开"
admin.site.index_title = "两库与依据"
admin.site.site_url = "/desk/"
admin.site.enable_nav_sidebar = False  # the navigation by task stands above every page

urlpatterns = [
    path("admin/", admin.site.urls),
    path("sw.js", tablet.service_worker, name="service_worker"),
    path("healthz", views.healthz, name="healthz"),
    path("accounts/login/", auth.LoginView.as_view(), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "accounts/password/",
        auth.PasswordChangeView.as_view(success_url="/desk/"),
        name="password_change",
    ),
    path("desk/", views.desk, name="desk"),
    path("inbox/", views.inbox, name="inbox"),
    path("registry/", include("registry.urls")),
    path("plans-desk/", include("sampling.urls")),
    path("inspections/", include("inspections.urls")),
    path("disclosure/", include("disclosure.urls")),
    path("", include("inspections.public.urls")),
    path("api/v1/", open_data_api.urls),
    path("complaints/", include("disclosure.urls.complaints")),
    path("", include("disclosure.public.urls")),
]

handler400 = "chanji_dualrandom.handlers.bad_request"
handler403 = "chanji_dualrandom.handlers.permission_denied"
handler404 = "chanji_dualrandom.handlers.page_not_found"
handler500 = "chanji_dualrandom.handlers.server_error"
