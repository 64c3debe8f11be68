"""The admin's pages: what came in, and how it comes in."""

from django.urls import path

from papers.views import listings, uploads

app_name = "papers"
urlpatterns = [
    path("", listings.history, name="listings"),
    path("<int:pk>/state/", listings.set_state, name="listing_state"),
    path("upload/", uploads.upload, name="upload"),
    path("imports/<int:pk>/", uploads.show, name="import"),
    path("imports/<int:pk>/progress/", uploads.progress, name="import_progress"),
    path("imports/<int:pk>/answers/", uploads.answer_review, name="import_answers"),
    path("imports/<int:pk>/publish/", uploads.publish, name="import_publish"),
    path("imports/<int:pk>/cancel/", uploads.cancel, name="import_cancel"),
    path("imports/<int:pk>/problems.csv", uploads.problems, name="import_problems"),
]
