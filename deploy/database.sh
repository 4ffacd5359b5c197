#!/bin/sh
# Run once, by the database's container on an empty volume: an ordinary role for Muster, which row-level security
# binds, and its database. The superuser is left without a password, and comes in from within the container alone.
set -e
psql --set=ON_ERROR_STOP=1 --set=password="$POSTGRES_PASSWORD" --username=postgres --dbname=postgres <<'SQL'
CREATE ROLE muster LOGIN PASSWORD :'password';
CREATE DATABASE muster OWNER muster;
ALTER ROLE postgres PASSWORD NULL;
SQL
