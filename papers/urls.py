"""The admin's pages: what came in, and how it comes in."""

from django.urls import path

from papers.views import imports, listings, subscriptions, uploads

app_name = "papers"
urlpatterns = [
    path("", listings.history, name="listings"),
    path("<int:pk>/state/", listings.set_state, name="listing_state"),
    path("subscriptions/", subscriptions.show, name="subscriptions"),
    path("subscriptions/<str:category>/", subscriptions.change, name="subscription"),
    path("upload/", uploads.upload, name="upload"),
    path("upload/<uuid:key>/", uploads.sending, name="sending"),
    path("imports/<int:pk>/", imports.show, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("imports/<int:pk>/answers/", imports.answer_review, name="import_answers"),
    path("imports/<int:pk>/columns/", imports.choose_columns, name="import_columns"),
    path("imports/<int:pk>/publish/", imports.publish, name="import_publish"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<int:pk>/retry/", imports.retry, name="import_retry"),
    path("imports/<int:pk>/problems/<int:problem>/", imports.problem, name="import_problem"),
    path("imports/<int:pk>/problems.csv", imports.problems, name="import_problems"),
]
