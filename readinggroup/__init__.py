"""Wiring: the only place that knows every app."""

from readinggroup.celery import app as celery_app

__all__ = ["celery_app"]
