#!/bin/bash
# COUNT workers, started by Ray wherever it has a core free; DIR has ca.crt and run-worker.key, and dppo is on the PATH of each node.
#   workers.sh tls://nats.lab:4222 DIR COUNT
set -euo pipefail
url=$1 dir=$2 count=$3

for ((i = 0; i < count; i++)); do
  # Ray takes DIR to the node, where it is the working directory.
  ray job submit --no-wait --entrypoint-num-cpus 1 --working-dir "$dir" -- \
    dppo worker --cluster "$url" --ca ca.crt --credentials run-worker.key
done
