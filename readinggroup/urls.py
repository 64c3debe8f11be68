"""Where every address goes: each app maps its own."""

from django.contrib import admin
from django.urls import include, path

from groups.queries import memberships_of, scopes_of
from readinggroup import arriving
from readinggroup.health import healthz, readyz
from readinggroup.home import home

urlpatterns = [
    path("", home, name="home"),
    path("abs/<path:named>", arriving.paper, name="abs"),
    path("pdf/<path:named>", arriving.paper, name="pdf"),
    path("add/", arriving.add, name="add"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    # Who one is knows nothing of groups; their list for the page is handed down to it here.
    path("me/", include("accounts.urls"), {"memberships_of": memberships_of}),
    path("me/notices/", include("notifications.urls"), {"scopes_of": scopes_of}),
    path("listings/", include("papers.urls")),
    path("", include("groups.urls")),
    path("g/<slug:slug>/", include("discussion.urls")),
    path("g/<slug:slug>/", include("meetings.urls")),
    path("admin/", admin.site.urls),
]
handler500 = "core.middleware.server_error"
