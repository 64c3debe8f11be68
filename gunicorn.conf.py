"""What gunicorn is told however it is started, as long as it is started here."""

logger_class = "readinggroup.access_log.AccessLog"
