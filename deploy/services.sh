# shellcheck shell=bash disable=SC2034,SC2154  # read by vip, which sets the variables used here
# The private database and cache of `vip`: without network, never as root, open to one user alone.
# What vip uses of it: place_services, start_services, stop_services, db_running, db_in_use.

# PG_HOME (what the services write) and RUN (their sockets) are open to SERVICE_USER alone; whoever
# can enter RUN is trusted.
place_services() {
    local id
    id=$(printf %s "$VIP_HOME" | sha256sum | cut -c1-12)
    SERVICE_USER=$(id -un) PG_HOME=$VIP_HOME/pg
    if ((EUID == 0)) && id postgres &>/dev/null; then
        SERVICE_USER=postgres
        chmod a+x "$VIP_HOME"
        # A clone under /root is closed to that user: then the data lives where it can go.
        runuser -u postgres -- test -x "$VIP_HOME" || PG_HOME=/var/lib/gis-vip/$id
    fi
    RUN=$PG_HOME/run
    # The path of a socket has room for 107 characters.
    ((${#RUN} < 80)) || RUN=/tmp/gis-vip-$id
}

own_folder() { # made by us or refused: a name in /tmp may be someone else's
    mkdir -p "$(dirname "$1")"
    if mkdir -m 700 "$1" 2>/dev/null && ((EUID == 0)); then chown "$SERVICE_USER:" "$1"; fi
    [[ ! -L $1 && $(stat -c %U "$1") == "$SERVICE_USER" ]] || fail "$1 belongs to someone else" "remove it, then run this again"
}

service() ( # as the services' user, away from folders that it may not see
    cd /
    if ((EUID == 0)); then exec runuser -u "$SERVICE_USER" -- "$@"; else exec "$@"; fi
)
pg() { service "/usr/lib/postgresql/$(pg_version)/bin/$1" "${@:2}"; }
super() { pg psql -qXtA -v ON_ERROR_STOP=1 -h "$RUN" -U postgres -c 'SET client_min_messages = warning' "$@"; }
db_running() { [[ -f $PG_HOME/data/PG_VERSION ]] && pg pg_ctl -D "$PG_HOME/data" status &>/dev/null; }
db_in_use() { [[ $(super -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'") != 1 ]]; }
redis_running() { [[ $(service redis-cli -s "$RUN/redis.sock" ping 2>/dev/null) == PONG ]]; }

db_settings() { # sized by this machine's memory
    local mb
    mb=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
    cat <<CONF
listen_addresses = ''
unix_socket_directories = '$RUN'
shared_buffers = $((mb / 8 < 2048 ? mb / 8 : 2048))MB
effective_cache_size = $((mb / 2))MB
maintenance_work_mem = $((mb / 32 < 1024 ? mb / 32 : 1024))MB
work_mem = 32MB
jit = off
random_page_cost = 1.1
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
log_min_duration_statement = 2000
log_line_prefix = '%m [%p] %a '
timezone = 'UTC'
CONF
}

start_db() {
    local data=$PG_HOME/data name
    if [[ ! -f $data/PG_VERSION ]]; then
        pg initdb -D "$data" -U postgres -E UTF8 --locale=C.UTF-8 --data-checksums --auth-local=trust --auth-host=reject
        echo "include_if_exists = 'vip.conf'" | service tee -a "$data/postgresql.conf" >/dev/null
    fi
    db_settings | service tee "$data/vip.conf" >/dev/null
    pg pg_ctl -D "$data" -l "$PG_HOME/postgres.log" -w -t 120 start || { tail -n 9 "$PG_HOME/postgres.log" && false; }
    # The application's role is no superuser: what only one may create is created here, in template1
    # too, so that test databases have it.
    super -d postgres -c "SELECT rolname FROM pg_roles" | grep -qx gis_vip ||
        super -d postgres -c 'CREATE ROLE gis_vip LOGIN CREATEDB'
    for name in $EXTENSIONS; do super -d template1 -c "CREATE EXTENSION IF NOT EXISTS $name"; done
    super -d postgres -c 'SELECT datname FROM pg_database' | grep -qx gis_vip ||
        super -d postgres -c 'CREATE DATABASE gis_vip OWNER gis_vip'
}

start_redis() {
    local _
    service tee "$PG_HOME/redis.conf" >/dev/null <<CONF
port 0
unixsocket $RUN/redis.sock
unixsocketperm 700
daemonize yes
pidfile $PG_HOME/redis.pid
logfile $PG_HOME/redis.log
dir $PG_HOME
save ""
appendonly no
maxmemory 512mb
maxmemory-policy volatile-lru
CONF
    # Debian's server is this very file under another name; its own package would start a service.
    service ln -sfn "$(command -v redis-check-rdb)" "$PG_HOME/redis-server"
    service "$PG_HOME/redis-server" "$PG_HOME/redis.conf"
    for _ in {1..50}; do
        ! redis_running || return 0
        sleep 0.1
    done
    tail -n 9 "$PG_HOME/redis.log" && false
}

outside_database() { # DATABASE_URL: wait for it, and see that PostGIS is there
    "$PY" - "$EXTENSIONS" <<'PYTHON'
import os, re, sys, time
import psycopg2

url = re.sub(r"^\w+://", "postgresql://", os.environ["DATABASE_URL"])
for attempt in range(30):
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
        break
    except psycopg2.OperationalError as error:
        reason = error
        time.sleep(1)
else:
    sys.exit(f"not reachable for 30 seconds: {reason}")
connection.autocommit = True
for name in sys.argv[1].split():
    try:
        connection.cursor().execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    except psycopg2.Error as error:
        if name != "pgrouting":
            sys.exit(f"no extension {name}: {error}")
PYTHON
}

# Facts for Django, which reads this file itself: `manage.py` works without vip.
remember() {
    local env=$VIP_HOME/env
    if grep -qxF "$1=$2" "$env" 2>/dev/null; then return; fi
    (umask 077 && { grep -v "^$1=" "$env" 2>/dev/null || true; echo "$1=$2"; } >"$env.new" && mv "$env.new" "$env")
}
secret() { grep -q "^$1=" "$VIP_HOME/env" 2>/dev/null || remember "$1" "$(head -c 32 /dev/urandom | base64 -w0 | tr '+/' '-_')"; }

start_services() {
    place_services
    secret SECRET_KEY
    secret DATA_KEY
    [[ -n ${DATABASE_URL:-} && -n ${REDIS_URL:-} ]] || { own_folder "$PG_HOME" && own_folder "$RUN"; }
    if [[ -n ${DATABASE_URL:-} ]]; then
        step 'database (DATABASE_URL)' "check server and URL; there, as a superuser, CREATE EXTENSION for each of: $EXTENSIONS" outside_database
    elif ! db_running; then
        OURS+=' db'
        step 'private database' "see above; to begin afresh, without the data: ./vip down, then remove $PG_HOME/data" start_db
    fi
    if [[ -z ${REDIS_URL:-} ]] && ! redis_running; then
        OURS+=' redis'
        step 'private cache and job queue' "see above and $PG_HOME/redis.log" start_redis
    fi
    # Cache and job queue are two databases of one server, which evicts only what can expire.
    local fact
    for fact in "PGHOST $RUN" 'PGPORT 5432' 'PGUSER gis_vip' 'PGDATABASE gis_vip' \
        "REDIS_URL unix://$RUN/redis.sock?db=0" "CELERY_BROKER_URL redis+socket://$RUN/redis.sock?virtual_host=1"; do
        remember "${fact%% *}" "${fact#* }"
    done
}

stop_services() { # the named ones of db, redis
    if [[ $* == *redis* ]] && redis_running; then service redis-cli -s "$RUN/redis.sock" shutdown nosave || true; fi
    if [[ $* == *db* ]] && db_running; then pg pg_ctl -D "$PG_HOME/data" -m fast -t 60 stop >/dev/null || true; fi
}
