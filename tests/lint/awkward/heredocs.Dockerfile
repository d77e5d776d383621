# syntax=docker/dockerfile:1
FROM debian:trixie-slim AS A
RUN <<EOF
apt-get update
apt-get install -y git  # a comment
cd /tmp
EOF
RUN <<-'ONE' cat <<TWO > /x
	# not a comment of the Dockerfile
	set -e
ONE
from nowhere
TWO
COPY <<one <<"two" /etc/
RUN cd /
one
maintainer $x
two
RUN python3 <<EOF
import os
os.system("sudo rm -rf /var/lib/apt/lists")
EOF
FROM A
copy --from=A /x /y
