from django.urls import path

from groups.views import ending, feed_links, founding, invitations, log, members, rooms, running

app_name = "groups"
urlpatterns = [
    path("groups/new/", founding.new, name="new"),
    path("me/feeds/", feed_links.feed_links, name="feed_links"),
    path("me/feeds/<slug:slug>/", feed_links.feed_link, name="feed_link"),
    path("join/<str:token>/", invitations.join, name="join"),
    path("g/<slug:slug>/settings/", running.settings, name="settings"),
    path("g/<slug:slug>/settings/rooms/", rooms.rooms, name="rooms"),
    path("g/<slug:slug>/settings/rooms/<int:pk>/", rooms.room, name="room"),
    path("g/<slug:slug>/settings/archived/", ending.archive, name="archived"),
    path("g/<slug:slug>/settings/deletion/", ending.deletion, name="deletion"),
    path("g/<slug:slug>/log/", log.log, name="log"),
    path("g/<slug:slug>/members/", members.members, name="members"),
    path("g/<slug:slug>/members/<int:pk>/", members.member, name="member"),
    path("g/<slug:slug>/invitations/", invitations.invite, name="invitations"),
    path("g/<slug:slug>/invitations/mail/", invitations.invite_by_mail, name="invite_by_mail"),
    path("g/<slug:slug>/invitations/<int:pk>/", invitations.revoke, name="invitation"),
]
