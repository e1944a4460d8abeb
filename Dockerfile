# One process, one volume, no root. Build: make image. Run: docker compose up -d.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY cxdigest cxdigest
COPY templates templates
RUN python3 -m venv /opt/cxdigest \
 && /opt/cxdigest/bin/pip install --no-cache-dir --quiet '.[apprise,cluster,postgresql]'

FROM python:3.13-slim
# pg_dump and pg_restore, for the backups of a store in PostgreSQL.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends postgresql-client >/dev/null \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 cxdigest \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin cxdigest \
 && install -d -o cxdigest -g cxdigest -m 0700 /data
COPY --from=build /opt/cxdigest /opt/cxdigest
ENV PATH=/opt/cxdigest/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CXDIGEST_CONFIG=/data/config.yaml
WORKDIR /data
VOLUME /data
USER cxdigest
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=3 CMD ["cxdigest", "health", "--served"]
ENTRYPOINT ["cxdigest"]
EXPOSE 8080
# The address of set-up, where there is no configuration yet; then web.listen says where pages are.
CMD ["serve", "--listen", "0.0.0.0:8080"]
