# One image for web, worker, clock and migrations; docker-compose.yml shows how they fit together.

FROM python:3.12-slim AS packages
COPY requirements/base.txt /build/base.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /build/base.txt

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=readinggroup.settings.production \
    STATE_DIR=/state
RUN groupadd --gid 10001 reading && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent reading \
    && install -d -o reading -g reading /state
COPY --from=packages /opt/venv /opt/venv
COPY . /app
WORKDIR /app
# Settings refuse to start without these three; nothing of them stays in the image.
RUN SECRET_KEY=only-while-building-the-image-0123456789-0123456789-0123 ALLOWED_HOSTS=build DATABASE_URL=postgresql:///build \
    python manage.py collectstatic --noinput
USER 10001:10001
VOLUME /state
EXPOSE 8000
# The host name is one that the settings allow; the answer is 503 while PostgreSQL is away.
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-m", "readinggroup.probe"]
CMD ["gunicorn", "readinggroup.wsgi", "--preload", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", "--max-requests", "10000", "--max-requests-jitter", "1000"]
