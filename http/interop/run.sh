#!/bin/sh
# Compares measure with curl and python-requests (compare.py), then runs //http/interop:interop_test against servers that
# others wrote: nginx, httpbin, openssl s_server, tinyproxy.
#
#   http/interop/run.sh [TEST_PROGRAM MEASURE]
#
# Installs what is missing with apt-get, so that it wants root and a Debian 12 that may be thrown away. Builds the two
# programs first unless they are given. All servers listen on loopback, on ports that are free now, and are gone in the
# end.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

for program in nginx gunicorn tinyproxy openssl curl; do
  command -v "$program" > /dev/null || missing="${missing-} $program"
done
for module in httpbin requests cryptography; do
  /usr/bin/python3 -c "import $module" 2> /dev/null || missing="${missing-} $module"
done
if [ -n "${missing-}" ]; then
  echo "installing for:$missing"
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends nginx-light gunicorn python3-httpbin python3-requests \
    python3-cryptography tinyproxy openssl curl
fi

if [ $# -eq 0 ]; then
  (cd "$root" && ./bazelw build //http/interop:interop_test //cmd:measure)
  set -- "$root/bazel-bin/http/interop/interop_test" "$root/bazel-bin/cmd/measure"
fi
test_program=$(realpath "$1") measure=$(realpath "$2")

# Debian's Python and its modules; bytecode is not written into the sources.
/usr/bin/python3 -B "$here/differences.py" "$root/docs/http.md"
/usr/bin/python3 -B -W ignore "$here/compare.py" "$measure" --curl /usr/bin/curl

work=$(mktemp -d)
pids=
cleanup() {
  for pid in $pids; do kill "$pid" 2> /dev/null || true; done
  wait
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM
cd "$work"

set -- $(python3 "$root/tools/free_ports.py" 12)
NGINX=$1 NGINX_TLS=$2 HTTPBIN=$3 TINYPROXY=$4
TLS12=$5 TLS13=$6 EXPIRED=$7 WRONG_HOST=$8 SELF_SIGNED=$9
shift 9
UNKNOWN_CA=$1 CLIENT_CERT=$2 NGINX_MTLS=$3
export NGINX NGINX_TLS NGINX_MTLS HTTPBIN TINYPROXY TLS12 TLS13 EXPIRED WRONG_HOST SELF_SIGNED UNKNOWN_CA CLIENT_CERT
export CERTIFICATES="$work"

# ---- Certificates: NAME, what openssl's "ca" needs beyond the key's name.

authority() {  # NAME
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 30 -subj "/CN=$1" 2> /dev/null
  mkdir "$1.db"
  : > "$1.db/index"
  echo 01 > "$1.db/serial"
}
issue() {  # NAME AUTHORITY SUBJECT_ALTERNATIVE_NAME [ENDDATE]
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2> /dev/null
  cat > "$1.conf" << END
[ca]
default_ca = this
[this]
database = $2.db/index
serial = $2.db/serial
new_certs_dir = $2.db
default_md = sha256
policy = any
unique_subject = no
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = $3
END
  openssl ca -batch -config "$1.conf" -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" -out "$1.pem" -notext \
    -startdate 20200101000000Z -enddate "${4-20991231235959Z}" 2> /dev/null
}
authority trusted
authority unknown
issue good trusted IP:127.0.0.1,DNS:localhost
issue expired trusted IP:127.0.0.1 20210101000000Z
issue wrong_host trusted DNS:elsewhere.example
issue other unknown IP:127.0.0.1
issue client trusted DNS:client
openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem -days 30 -subj /CN=self \
  -addext subjectAltName=IP:127.0.0.1 2> /dev/null

# ---- Servers.

start() {  # NAME PROGRAM ARGUMENT...
  name=$1
  shift
  "$@" > "$name.log" 2>&1 &
  pids="$pids $!"
}

mkdir html temp
head -c 3000000 /dev/zero | tr '\0' x > html/big.txt
echo 'served by nginx' > html/index.html
cat > nginx.conf << END
daemon off;
user root;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx.error.log;
events {}
http {
  access_log off;
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
  root $work/html;
  keepalive_requests 3;
  gzip on;
  gzip_types text/plain;
  ssl_certificate good.pem;
  ssl_certificate_key good.key;
  server {
    listen 127.0.0.1:$NGINX;
    listen unix:$work/nginx.socket;
    listen 127.0.0.1:$NGINX_TLS ssl;
    location /moved { return 301 /index.html; }
    location /proxied/ { proxy_pass http://127.0.0.1:$HTTPBIN/; }
    location /cut { return 444; }
  }
  server {
    listen 127.0.0.1:$NGINX_MTLS ssl;
    ssl_client_certificate trusted.pem;
    ssl_verify_client on;
  }
}
END
start nginx nginx -p "$work" -c "$work/nginx.conf"
start httpbin gunicorn --bind "127.0.0.1:$HTTPBIN" --threads 4 httpbin:app
cat > tinyproxy.conf << END
Port $TINYPROXY
Listen 127.0.0.1
Allow 127.0.0.1
ConnectPort $NGINX_TLS
END
start tinyproxy tinyproxy -d -c "$work/tinyproxy.conf"

tls() {  # NAME PORT CERTIFICATE ARGUMENT...
  name=$1 port=$2 certificate=$3
  shift 3
  start "$name" openssl s_server -quiet -www -accept "127.0.0.1:$port" -cert "$certificate.pem" -key "$certificate.key" "$@"
}
tls tls12 "$TLS12" good -tls1_2
tls tls13 "$TLS13" good -tls1_3
tls expired "$EXPIRED" expired
tls wrong_host "$WRONG_HOST" wrong_host
tls self_signed "$SELF_SIGNED" self
tls unknown_ca "$UNKNOWN_CA" other
tls client_cert "$CLIENT_CERT" good -Verify 1 -CAfile trusted.pem -verify_return_error

# Until each accepts connections.
for port in "$NGINX" "$HTTPBIN" "$TINYPROXY" "$TLS12" "$TLS13" "$EXPIRED" "$WRONG_HOST" "$SELF_SIGNED" "$UNKNOWN_CA" \
    "$CLIENT_CERT"; do
  curl -s --noproxy '*' --max-time 30 --retry 50 --retry-delay 1 --retry-connrefused -o /dev/null "http://127.0.0.1:$port/" || true
done

"$test_program"
