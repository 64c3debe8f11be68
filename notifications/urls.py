from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("mute/", views.mute, name="mute"),
    path("again/", views.again, name="again"),
    path("stop/<str:token>/", views.stop, name="stop"),
]
