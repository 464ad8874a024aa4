#!/bin/sh
# Compares the driver with what others count and measure: its requests and errors with nginx's access log of the same
# run, its latency percentiles with those of wrk at the same load. README.md of the folder above has the method.
#
#   examples/http_load/interop/run.sh [DRIVER]
#
# Installs what is missing with apt-get, so that it wants root and a Debian machine that may be thrown away. Builds the
# driver first unless it is given. nginx listens on loopback, on ports that are free now, and is gone in the end.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
driver=${1-}
[ -z "$driver" ] || driver=$(realpath "$driver")

for program in nginx wrk curl python3; do
  command -v "$program" > /dev/null || missing="${missing-} $program"
done
echo_module=/usr/lib/nginx/modules/ngx_http_echo_module.so
[ -e "$echo_module" ] || missing="${missing-} $echo_module"
if [ -n "${missing-}" ]; then
  echo "installing for:$missing"
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends nginx-light libnginx-mod-http-echo wrk curl python3
fi

if [ -z "$driver" ]; then
  cd "$here/.."
  ../../bazelw build -c opt //:measure
  driver=$(../../bazelw info -c opt bazel-bin)/measure
fi

work=$(mktemp -d)
nginx=
cleanup() {
  [ -z "$nginx" ] || kill "$nginx" 2> /dev/null || true
  wait
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
cd "$work"

set -- $(python3 "$here/../../../tools/free_ports.py" 2)
COUNTED=$1 TIMED=$2

# One in five requests for /counted fails at once and one in ten is answered after a second: by the other server, since
# nginx notices that a client has gone (499) while it waits for an upstream, and not while it sleeps. Requests for /timed
# are answered after 20 ms (80 %), 30 ms (15 %) or 40 ms (5 %).
cat > locations << END
location = /counted { rewrite ^ /counted/\$counted last; }
location = /counted/fails { internal; return 500; }
location = /counted/slow { internal; proxy_pass http://127.0.0.1:$TIMED/slow; }
location = /slow { echo_sleep 1; echo slow; }
location = /counted/good { internal; return 200 good; }
location = /timed { rewrite ^ /timed/\$timed last; }
location = /timed/20 { internal; echo_sleep 0.02; echo 20; }
location = /timed/30 { internal; echo_sleep 0.03; echo 30; }
location = /timed/40 { internal; echo_sleep 0.04; echo 40; }
END
mkdir temp
cat > nginx.conf << END
daemon off;
user root;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx.error.log;
load_module $echo_module;
events {}
http {
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
  keepalive_requests 1000000;
  log_format status \$status;
  split_clients \$request_id \$counted { 20% fails; 10% slow; * good; }
  split_clients \$request_id \$timed { 80% 20; 15% 30; * 40; }
  server {
    listen 127.0.0.1:$COUNTED;
    access_log $work/access.log status;
    include locations;
  }
  server {
    listen 127.0.0.1:$TIMED;
    access_log off;
    include locations;
  }
}
END
# All three before whatever else the machine does: what is compared are the tools, not how busy the machine was meanwhile.
first=
if chrt -f 1 true 2> /dev/null; then
  first="chrt -f 1"
else
  echo "no real-time priority here: other work on this machine will show in the latencies"
fi
$first nginx -p "$work" -c "$work/nginx.conf" > nginx.log 2>&1 &
nginx=$!
curl -s --noproxy '*' --max-time 30 --retry 50 --retry-delay 1 --retry-connrefused -o /dev/null "http://127.0.0.1:$TIMED/timed" ||
  { cat nginx.log nginx.error.log; exit 1; }

$first python3 "$here/compare.py" "$driver" "http://127.0.0.1:$COUNTED/counted" access.log "http://127.0.0.1:$TIMED/timed"
