#!/bin/sh
# Makes the work pool, where there is none, and the deployments of prefect.yaml.
set -eu
export PWD
prefect work-pool inspect citewright >/dev/null 2>&1 ||
  prefect work-pool create citewright --type process
exec prefect --no-prompt deploy --all
