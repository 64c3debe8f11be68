"""Where every address goes: each app maps its own."""

from allauth.urls import build_provider_urlpatterns
from django.contrib import admin
from django.urls import include, path

from discussion.views import answering
from groups.queries import own_memberships, scopes_of
from meetings.views import feeds
from readinggroup import arriving
from readinggroup.health import healthz, readyz
from readinggroup.home import home
from readinggroup.own_data import views as own_data
from readinggroup.whole_group import views as whole_group

urlpatterns = [
    # First what is asked most: each address is tried one after the other.
    path("g/<slug:slug>/", include("discussion.urls")),
    path("g/<slug:slug>/", include("meetings.urls")),
    path("", home, name="home"),
    path("abs/<path:named>", arriving.paper, name="abs"),
    path("pdf/<path:named>", arriving.paper, name="pdf"),
    path("add/", arriving.add, name="add"),
    # Calendars and feed readers come here without a log-in; the secret in the address lets them in.
    path("feeds/<str:token>/agenda.ics", feeds.calendar, name="calendar_feed"),
    path("feeds/<str:token>/group.atom", feeds.news, name="news_feed"),
    # From the mail that asks to present; the signed link is the right to answer.
    path("answer/<str:token>/<slug:wish>/", answering.by_link, name="answer_by_link"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-step/", include("allauth.mfa.urls")),
    path("accounts/other/", include("allauth.socialaccount.urls")),
    path("accounts/", include(build_provider_urlpatterns())),
    # Who one is knows nothing of groups; their list for the page is handed down to it here.
    path("me/data/", own_data.data, name="own_data"),
    path("me/data/download/", own_data.download, name="own_data_download"),
    path("me/data/deletion/", own_data.deletion, name="own_data_deletion"),
    path("me/", include("accounts.urls"), {"memberships_of": own_memberships}),
    path("me/notices/", include("notifications.urls"), {"scopes_of": scopes_of}),
    path("listings/", include("papers.urls")),
    path("g/<slug:slug>/settings/export/", whole_group.export, name="group_export"),
    path("", include("groups.urls")),
    path("admin/", admin.site.urls),
]
handler500 = "core.middleware.server_error"
