#!/bin/bash
set -e
printf '[server]\nname = %s\n' "${SERVER_NAME:-none}" > /tmp/server.ini
"$@"
