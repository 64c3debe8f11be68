from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.me, name="me"),
    path("looks/", views.looks, name="looks"),
    path("preferences/", views.preferences, name="preferences"),
    path("sessions/", views.sessions, name="sessions"),
]
