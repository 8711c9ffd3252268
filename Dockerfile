# One image for web, worker, beat and migrations; docker-compose.yml says which one a container is.
# Build arguments may name other base images (a mirror, a newer Debian).
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY gis_vip/frontend gis_vip/frontend
COPY cases/static/cases/icons.svg cases/static/cases/icons.svg
RUN VIP_HOME=/home-of-vip npm run build

FROM ${PYTHON_IMAGE}
ENV PYTHONUNBUFFERED=1 \
    VIP_HOME=/var/lib/gis-vip \
    DJANGO_SETTINGS_MODULE=gis_vip.settings.production
# libgomp is what scikit-learn's wheel expects of the system; gettext compiles the translations; pango
# and a font with Turkish letters set pages as PDF.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 gettext libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY --from=front-end /home-of-vip/frontend /var/lib/gis-vip/frontend
COPY . .
# Values for this one command; a container without real ones refuses to start.
RUN find . -path '*/locale/*.po' -exec sh -c 'msgfmt -o "${1%.po}.mo" "$1"' _ {} \; \
    && SECRET_KEY=build DATA_KEY=build python manage.py collectstatic --noinput -v 0 \
    && useradd --system --home-dir /var/lib/gis-vip vip \
    && mkdir -p /var/lib/gis-vip/media /var/lib/gis-vip/facts \
    && chown vip: /var/lib/gis-vip /var/lib/gis-vip/media /var/lib/gis-vip/facts
USER vip
EXPOSE 8000
CMD ["gunicorn", "gis_vip.wsgi", "--preload", "-k", "gthread", "-w", "4", "--threads", "4", "--limit-request-line", "8190", "-b", "0.0.0.0:8000"]
