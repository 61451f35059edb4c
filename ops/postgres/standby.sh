#!/bin/sh
# Makes a copy of the primary at first start, and follows it. Promote it with: docker compose exec postgres-standby pg_ctl promote
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  until PGPASSWORD="$REPLICATION_PASSWORD" pg_basebackup --host=postgres --username=replicator --pgdata="$PGDATA" --wal-method=stream --write-recovery-conf --checkpoint=fast; do
    rm -rf "${PGDATA:?}"/*
    sleep 2
  done
  chmod 0700 "$PGDATA"
  echo "primary_conninfo = 'host=postgres user=replicator password=$REPLICATION_PASSWORD application_name=standby'" >> "$PGDATA/postgresql.auto.conf"
fi
exec postgres
