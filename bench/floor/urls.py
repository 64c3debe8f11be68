"""The floor's addresses: those of the pages that it stands beside."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from bench.floor import views
from readinggroup.health import readyz

urlpatterns = [
    path("readyz", login_not_required(readyz)),
    path("g/<str:slug>/", views.week),
    path("g/<str:slug>/day/<str:day>/", views.day),
    path("g/<str:slug>/search/", views.search),
    path("g/<str:slug>/papers/<str:paper>/vote/", views.vote),
    path("g/<str:slug>/unchanged/", views.unchanged),
]
