#!/bin/sh
# Run once by the image of PostgreSQL: Prefect gets a database of its own beside the catalogue.
set -eu
createdb --username="$POSTGRES_USER" prefect
