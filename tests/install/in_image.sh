#!/bin/sh
# Runs inside the image, as its own user: a turn, then serve with its health check, then SIGTERM. Fails where
# the user is root, an answer is missing, or anything was written outside of /data and /tmp.
#   docker run --rm --read-only --tmpfs /tmp --entrypoint sh cxdigest:local -ec "$(cat tests/install/in_image.sh)"
set -eu
[ "$(id -u)" != 0 ]
cd /data
touch began
mkdir alerts
cat > alerts/one.eml <<'MAIL'
From: Tern Jobs <alerts@ternjobs.example>
To: kit@home.example
Subject: 1 new job for you
Date: Fri, 20 Nov 2026 06:00:00 +0000
Content-Type: text/plain; charset=utf-8

Customer Experience Manager
Curlew Water
Leeds
https://www.ternjobs.example/job/1
MAIL
cat > config.yaml <<'YAML'
store: {url: cxdigest.sqlite}
sources: {saved: {type: folder, path: alerts, trust: true}}
channels: {out: {type: folder, path: out}}
profiles:
  kit:
    name: Kit
    sources: [saved]
    deliver: [{channel: out, to: [kit@home.example]}]
    send_at: "06:00"
    time_zone: Europe/London
    read_pages: false
web: {listen: "127.0.0.1:18473"}
YAML
cxdigest run --once >/dev/null
grep -q "Curlew Water" out/*.txt
cxdigest serve >log 2>&1 &
tries=0
until cxdigest health --served >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { cat log; exit 1; }
  sleep 1
done
kill -TERM $!
wait $! || [ $? = 143 ]
written=$(find / -xdev \( -path /data -o -path /tmp -o -path /proc -o -path /sys -o -path /dev \) -prune \
  -o -newer began -type f -print 2>/dev/null || true)
owned=$(find / -xdev -path /data -prune -o -path /tmp -prune -o -path /proc -prune -o -user "$(id -u)" -print 2>/dev/null || true)
[ -z "$written$owned" ] || { echo "written outside of /data: $written $owned"; exit 1; }
echo "the image works as $(id -un): a turn, serve, its health check; nothing written outside of /data"
