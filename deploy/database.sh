#!/bin/bash
# Runs once, inside the database container, on an empty volume: the application's role is no
# superuser, so what only a superuser may create is created here.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U postgres -v password="$GIS_VIP_PASSWORD" <<'SQL'
CREATE ROLE gis_vip LOGIN PASSWORD :'password';
CREATE ROLE gis_vip_replica REPLICATION LOGIN PASSWORD :'password';
CREATE DATABASE gis_vip OWNER gis_vip;
\connect gis_vip
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
SELECT 'CREATE EXTENSION pgrouting' FROM pg_available_extensions WHERE name = 'pgrouting' \gexec
SQL
echo 'host replication gis_vip_replica all scram-sha-256' >>"$PGDATA/pg_hba.conf"
