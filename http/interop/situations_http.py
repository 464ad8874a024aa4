"""The situations of HTTP: redirects, encodings, lengths, status lines, headers, proxies, URLs."""

import base64
import gzip
import zlib

from situation import Situation

OK = "HTTP/1.1 200 OK\r\n"


def plain(body=b"end", head=""):
    return f"{OK}{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def first(answer):
    """`answer` to the first path, /start; "end" to all others."""
    return lambda asked, _: answer if asked.target.startswith("/start") else plain()


def situations():
    found = []

    def add(name, answer, *, url="http://127.0.0.1:@main@/start", **how):
        how["task"] = {key: how.pop(key) for key in list(how) if key in (
            "method", "headers", "data", "environment")}
        if isinstance(answer, str):
            answer = answer.encode("latin-1")
        if not callable(answer):
            answer = first(answer)
        found.append(Situation(name, url=url, answer=answer, **how))

    _redirects(add)
    _locations(add)
    _credentials(add)
    _encodings(add)
    _lengths(add)
    _chunks(add)
    _status_lines(add)
    _headers(add)
    _connections(add)
    _methods(add)
    _proxies(add)
    _urls(add)
    return found


def _redirect(status, location="/end", more="", body=b"moved"):
    where = "" if location is None else f"Location: {location}\r\n"
    return (f"HTTP/1.1 {status} Moved\r\n{where}{more}Content-Length: {len(body)}\r\n\r\n"
            .encode("latin-1") + body)


def _redirects(add):
    for status in (301, 302, 303, 307, 308):
        add(f"redirect-{status}", _redirect(status))
        add(f"redirect-{status}-post", _redirect(status), method="POST", data="x")
        add(f"redirect-{status}-put", _redirect(status), method="PUT", data="x")
    add("redirect-302-head", _redirect(302, body=b""), method="HEAD")
    add("redirect-303-head", _redirect(303, body=b""), method="HEAD")
    add("redirect-303-delete", _redirect(303), method="DELETE")
    for status in (300, 304, 305, 306, 399, 201):
        add(f"redirect-{status}", _redirect(status, body=b"" if status == 304 else b"moved"))
    add("redirect-without-location", _redirect(302, None))

    def count(limit):
        def answer(asked, _):
            number = int(asked.target.rpartition("/")[2] or 0) if "start" not in asked.target else 0
            return plain() if number == limit else _redirect(302, f"/{number + 1}")
        return answer
    add("redirects-30", count(30))
    add("redirects-31", count(31))
    add("redirect-circle", _redirect(302, "/start"))
    add("redirect-big-body", _redirect(302, body=b"x" * 300000))


def _locations(add):
    for name, location in {
            "relative": "end", "parent": "../end", "query": "?q=1", "empty": "",
            "authority": "//127.0.0.2:@other@/end", "absolute": "http://127.0.0.1:@main@/end",
            "fragment": "/end#part", "blank": "/e nd", "blanks-around": "  /end \t",
            "braces": "/{e}|^`<>\"", "percent": "/%7Eend%2F", "bad-percent": "/%zz",
            "raw-latin1": "/\xe9nd", "raw-utf8": "/Ã©nd", "one-slash": "http:/end",
            "no-slash": "http:end", "three-slashes": "http:///end", "no-host": "http://",
            "backslashes": "http:\\\\127.0.0.1:@main@\\end", "backslash": "/a\\b",
            "backslash-in-authority": "http://127.0.0.1:@main@\\@127.0.0.2:@other@/end",
            "userinfo": "http://a:b@127.0.0.1:@main@/end", "upper-scheme":
            "HTTP://127.0.0.1:@main@/end", "ftp": "ftp://127.0.0.1:@main@/end",
            "file": "file:///etc/hostname", "unknown-scheme": "x-app://open",
            "bad-port": "http://127.0.0.1:99999/", "port-word": "http://127.0.0.1:http/",
            "no-such-host": "http://no-such-host.invalid/", "tab-inside": "/e\tnd"}.items():
        add(f"location-{name}", _redirect(302, location))
    add("location-twice-same", _redirect(302, "/end", "Location: /end\r\n"))
    add("location-twice-different", _redirect(302, "/one", "Location: /two\r\n"))


def _credentials(add):
    basic = {"Authorization": "Basic " + base64.b64encode(b"u:p").decode()}
    away, port = "http://127.0.0.2:@other@/end", "http://127.0.0.1:@second@/end"
    secret = "http://u:p@127.0.0.1:@main@/start"
    add("credentials-in-url", plain(), url=secret)
    add("credentials-percent", plain(), url="http://u%40x:p%3A%20w@127.0.0.1:@main@/start")
    add("credentials-user-alone", plain(), url="http://u@127.0.0.1:@main@/start")
    add("credentials-and-header", plain(), url=secret, headers={"Authorization": "Bearer t"})
    add("credentials-stay", _redirect(302), url=secret)
    add("credentials-other-host", _redirect(302, away), url=secret)
    add("credentials-other-port", _redirect(302, port), url=secret)
    add("authorization-stay", _redirect(302), headers=basic)
    add("authorization-other-host", _redirect(302, away), headers=basic)
    add("authorization-other-port", _redirect(302, port), headers=basic)
    add("cookie-other-host", _redirect(302, away), headers={"Cookie": "a=b"})
    add("own-header-other-host", _redirect(302, away), headers={"X-Api-Key": "k"})
    add("host-header-other-host", _redirect(302, away), headers={"Host": "name"})
    add("set-cookie-then-redirect", _redirect(302, "/end", "Set-Cookie: a=b\r\n"))

    def home(asked, _):
        return {"/start": _redirect(302, "http://127.0.0.2:@other@/away"),
                "/away": _redirect(302, "http://127.0.0.1:@main@/end")}.get(asked.target, plain())
    add("credentials-away-and-home", home, url=secret)


def _encodings(add):
    text = b"hello " * 50
    packed, wrapped = gzip.compress(text, mtime=0), zlib.compress(text)
    machine = zlib.compressobj(wbits=-15)
    raw = machine.compress(text) + machine.flush()

    def encoded(name, encoding, body, **how):
        add(f"encoding-{name}", plain(body, f"Content-Encoding: {encoding}\r\n"), **how)
    encoded("gzip", "gzip", packed)
    encoded("gzip-upper", "GZIP", packed)
    encoded("x-gzip", "x-gzip", packed)
    encoded("gzip-two-members", "gzip", packed + gzip.compress(b"more", mtime=0))
    encoded("gzip-zeros-behind", "gzip", packed + bytes(20))
    encoded("gzip-garbage-behind", "gzip", packed + b"garbage")
    encoded("gzip-no-trailer", "gzip", packed[:-8])
    encoded("gzip-half-trailer", "gzip", packed[:-4])
    encoded("gzip-half", "gzip", packed[:len(packed) // 2])
    encoded("gzip-bad-sum", "gzip", packed[:-8] + b"\0\0\0\0" + packed[-4:])
    encoded("gzip-is-plain", "gzip", text)
    encoded("gzip-empty", "gzip", b"")
    encoded("gzip-twice", "gzip, gzip", gzip.compress(packed, mtime=0))
    encoded("deflate", "deflate", wrapped)
    encoded("deflate-raw", "deflate", raw)
    encoded("deflate-cut", "deflate", wrapped[:-4])
    encoded("deflate-raw-cut", "deflate", raw[:-1])
    encoded("deflate-garbage-behind", "deflate", wrapped + b"garbage")
    encoded("deflate-then-gzip", "deflate, gzip", gzip.compress(wrapped, mtime=0))
    encoded("identity", "identity", text)
    encoded("utf-8", "UTF-8", text)
    encoded("aws-chunked", "aws-chunked", text)
    encoded("none", "none", text)
    encoded("empty-name", "", text)
    encoded("utf-8-then-gzip", "UTF-8, gzip", packed)
    add("encoding-gzip-head", plain(b"", "Content-Encoding: gzip\r\n"), method="HEAD")
    add("encoding-gzip-204", "HTTP/1.1 204 No\r\nContent-Encoding: gzip\r\n\r\n")


def _length(value):
    return f"{OK}Content-Length: {value}\r\n\r\nhello"


def _lengths(add):
    for name, value in {
            "blanks-around": "  5  ", "twice-in-one": "5, 5", "two-in-one": "5, 3",
            "word-behind": "3abc", "hexadecimal": "0x5", "plus": "+5", "minus": "-1",
            "word": "five", "empty": "", "overflow": "99999999999999999999",
            "overflow-wraps": "18446744073709551621", "leading-zeros": "0005", "fraction": "5.0",
            "short": "3"}.items():
        add(f"length-{name}", [_length(value).encode(), "close"])
    add("length-cut", [_length("9").encode(), "close"])
    add("length-cut-reset", [_length("9").encode(), "reset"])
    add("length-none", [f"{OK}\r\nhello".encode(), "close"])
    add("length-none-reset", [f"{OK}\r\nhello".encode(), "reset"])
    add("length-twice-same", f"{OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")
    add("length-twice-different", [f"{OK}Content-Length: 5\r\nContent-Length: 3\r\n\r\nhello"
                                   .encode(), "close"])
    add("length-and-chunks", f"{OK}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n")


def _chunks(add):
    def chunked(name, body, coding="chunked", version="1.1"):
        add(f"chunks-{name}", [f"HTTP/{version} 200 OK\r\nTransfer-Encoding: {coding}\r\n\r\n{body}"
                               .encode(), "close"])
    good = "5\r\nhello\r\n0\r\n\r\n"
    chunked("good", good)
    chunked("upper-case", good, "Chunked")
    chunked("extension", "5;a=b\r\nhello\r\n0\r\n\r\n")
    chunked("trailers", "5\r\nhello\r\n0\r\nX-A: b\r\n\r\n")
    chunked("leading-zeros", "0005\r\nhello\r\n000\r\n\r\n")
    chunked("blank-behind-size", "5 \r\nhello\r\n0\r\n\r\n")
    chunked("blank-before-size", " 5\r\nhello\r\n0\r\n\r\n")
    chunked("lf-alone", "5\nhello\n0\n\n")
    chunked("no-line-break-behind", "5\r\nhello0\r\n\r\n")
    chunked("too-short", "3\r\nhello\r\n0\r\n\r\n")
    chunked("no-last", "5\r\nhello\r\n")
    chunked("no-last-line-break", "5\r\nhello\r\n0\r\n")
    chunked("cut", "9\r\nhello")
    chunked("word", "zz\r\nhello\r\n0\r\n\r\n")
    chunked("prefixed", "0x5\r\nhello\r\n0\r\n\r\n")
    chunked("minus", "-5\r\nhello\r\n0\r\n\r\n")
    chunked("overflow", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n")
    chunked("empty-size", "\r\nhello\r\n0\r\n\r\n")
    chunked("in-http-1.0", good, version="1.0")
    chunked("identity", "hello", "identity")
    chunked("unknown-coding", "hello", "x-own")


def _status_lines(add):
    rest = "\r\nContent-Length: 5\r\n\r\nhello"
    for name, line in {
            "no-reason": "HTTP/1.1 200", "blank-reason": "HTTP/1.1 200 ",
            "latin1-reason": "HTTP/1.1 200 g\xfct", "two-blanks": "HTTP/1.1  200 OK",
            "four-digits": "HTTP/1.1 2000 OK", "two-digits": "HTTP/1.1 20 OK",
            "word": "HTTP/1.1 abc OK", "version-1.0": "HTTP/1.0 200 OK",
            "version-1.2": "HTTP/1.2 200 OK", "version-2": "HTTP/2 200 OK",
            "version-3.7": "HTTP/3.7 200 OK", "version-0.9": "HTTP/0.9 200 OK",
            "lower-case": "http/1.1 200 OK", "icy": "ICY 200 OK", "none": "hello", "099":
            "HTTP/1.1 099 Odd", "600": "HTTP/1.1 600 Odd", "999": "HTTP/1.1 999 Odd",
            "no-version": "HTTP 200 OK", "tab": "HTTP/1.1\t200 OK"}.items():
        add(f"status-{name}", [(line + rest).encode("latin-1"), "close"])
    for status in ("100 Continue", "102 Processing", "103 Early Hints"):
        add(f"interim-{status[:3]}", f"HTTP/1.1 {status}\r\n\r\n" + _length("5"))
    add("interim-ten", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 10 + _length("5"))
    add("interim-101", ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\n\r\n".encode(), "hold"])
    add("interim-101-asked", ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\n\r\n".encode(), "hold"],
        headers={"Upgrade": "websocket", "Connection": "Upgrade"})
    add("interim-alone", [b"HTTP/1.1 100 Continue\r\n\r\n", "close"])
    add("status-204-with-body", ["HTTP/1.1 204 No Content\r\n\r\nhello".encode(), "close"])
    add("status-204-with-length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")
    add("status-304-with-length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")
    add("status-205", "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n")
    add("status-404", "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello")
    add("status-503", "HTTP/1.1 503 Busy\r\nContent-Length: 5\r\nRetry-After: 1\r\n\r\nhello")


def _headers(add):
    rest = "Content-Length: 5\r\n\r\nhello"
    for name, lines in {
            "folded": "X-A: one\r\n two\r\n", "folded-first": " X-A: one\r\n", "no-colon": "X-A\r\n",
            "blank-before-colon": "X-A : b\r\n", "empty-name": ": b\r\n", "latin1": "X-A: \xe9\r\n",
            "nul": "X-A: a\0b\r\n", "bare-cr": "X-A: a\rb\r\n", "lf-alone": "X-A: b\n",
            "many": "X-A: b\r\n" * 90, "very-many": "X-A: b\r\n" * 900,
            "long": f"X-A: {'b' * 50000}\r\n", "very-long": f"X-A: {'b' * 90000}\r\n",
            "no-blank": "X-A:b\r\n"}.items():
        add(f"header-{name}", [f"{OK}{lines}{rest}".encode("latin-1"), "close"])
    add("header-all-lf", ["HTTP/1.1 200 OK\nContent-Length: 5\n\nhello".encode(), "close"])
    add("header-cut", [f"{OK}X-A: b\r\n".encode(), "close"])
    add("header-blank-line-first", ["\r\n".encode() + plain(), "close"])


def _connections(add):
    add("connection-nothing", ["close"])
    add("connection-reset", ["reset"])
    add("connection-silence", ["hold"])
    add("connection-half-status-line", [b"HTTP/1.1 2", "close"])
    add("connection-http-1.0", [b"HTTP/1.0 200 OK\r\n\r\nhello", "close"])

    def second_closes(asked, number):
        if asked.target == "/start":
            return _redirect(307)
        return ["close"] if number == 2 else plain()
    for method, data in (("GET", None), ("PUT", "x"), ("POST", "x"), ("DELETE", None)):
        add(f"kept-closes-{method.lower()}", second_closes, method=method, data=data)
    add("kept-not", _redirect(302, more="Connection: close\r\n"))
    add("early-413", ["HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge".encode(), "close"],
        method="POST", data="x" * 20000, early=True)


def _methods(add):
    for method, data in (("GET", None), ("GET", "x"), ("HEAD", None), ("POST", ""),
                         ("POST", "x"), ("PUT", "x"), ("PUT", None), ("PATCH", "x"),
                         ("DELETE", None), ("DELETE", "x"), ("OPTIONS", None), ("PURGE", None),
                         ("purge", None)):
        body = "" if method == "HEAD" else "hello"
        content = "" if data is None else "-empty" if data == "" else "-body"
        add(f"method-{method}{content}", f"{OK}Content-Length: {len(body)}\r\n\r\n{body}",
            method=method, data=data)
    add("method-HEAD-length", f"{OK}Content-Length: 5\r\n\r\n", method="HEAD")
    for name, headers in {"replaces-accept": {"Accept": "text/plain"},
                          "content-type": {"Content-Type": "a/b"}}.items():
        add(f"sent-{name}", plain(), headers=headers, method="POST", data="x")


def _proxies(add):
    target = "http://127.0.0.1:@main@/start"
    proxy = "http://127.0.0.1:@proxy@"

    def behind(name, environment, *, url=target, tunnel="tunnel", **how):
        def answer(asked, _):
            return [tunnel] if asked.method == "CONNECT" else plain(b"by proxy")
        add(f"proxy-{name}", plain(), url=url, environment=environment, proxy=answer, **how)
    behind("http", {"http_proxy": proxy})
    behind("no-scheme", {"http_proxy": "127.0.0.1:@proxy@"})
    behind("upper-case", {"HTTP_PROXY": proxy})
    behind("upper-case-in-cgi", {"HTTP_PROXY": proxy, "REQUEST_METHOD": "GET"})
    behind("all", {"all_proxy": proxy})
    behind("all-upper-case", {"ALL_PROXY": proxy})
    behind("for-https-alone", {"https_proxy": proxy})
    behind("empty", {"http_proxy": "", "all_proxy": proxy})
    behind("credentials", {"http_proxy": "http://u:p%40@127.0.0.1:@proxy@"})
    behind("own-authorization", {"http_proxy": "http://u:p@127.0.0.1:@proxy@"},
           headers={"Proxy-Authorization": "Basic b3duOm93bg=="})
    behind("dead", {"http_proxy": "http://127.0.0.1:1"})
    for name, excepted in {
            "star": "*", "address": "127.0.0.1", "other-address": "127.0.0.2",
            "address-beginning": "127.0.0", "network": "127.0.0.0/8", "network-other": "10.0.0.0/8",
            "network-zero": "0.0.0.0/0", "port": "127.0.0.1:@main@", "other-port": "127.0.0.1:1",
            "list": "foo,127.0.0.1", "list-blanks": "foo 127.0.0.1", "list-both": "foo , 127.0.0.1 ",
            "list-star": "foo,*", "empty": ""}.items():
        behind(f"except-{name}", {"http_proxy": proxy, "no_proxy": excepted})
    behind("except-upper-case", {"http_proxy": proxy, "NO_PROXY": "127.0.0.1"})
    behind("except-lower-wins", {"http_proxy": proxy, "no_proxy": "foo", "NO_PROXY": "127.0.0.1"})
    named = "http://www.name.localhost:@main@/start"
    for name, excepted in {
            "name": "www.name.localhost", "name-case": "WWW.Name.localhost",
            "domain": "name.localhost", "domain-dot": ".name.localhost", "domain-star":
            "*.name.localhost", "domain-part": "ame.localhost", "name-dot": "www.name.localhost.",
            "name-dot-before": ".www.name.localhost"}.items():
        behind(f"except-{name}", {"http_proxy": proxy, "no_proxy": excepted}, url=named)
    for name, excepted in {"v6": "::1", "v6-brackets": "[::1]", "v6-network": "::/8",
                           "v6-long": "0:0:0:0:0:0:0:1"}.items():
        behind(f"except-{name}", {"http_proxy": proxy, "no_proxy": excepted},
               url="http://[::1]:@main@/start", address="::1")


def _urls(add):
    base = "http://127.0.0.1:@main@"
    for name, url in {
            "blank": f"{base}/a b?c d", "braces": f"{base}/{{a}}|^`<>\"?{{b}}|^`<>\"",
            "beyond-ascii": f"{base}/é?ü=ß", "percent": f"{base}/%7e%2f%41?%20", "bad-percent":
            f"{base}/100%?%zz", "no-path": base, "query-alone": f"{base}?q=1", "fragment":
            f"{base}/a#part", "fragment-question": f"{base}/a#p?q", "dots": f"{base}/a/./b/../c",
            "dots-percent": f"{base}/a/%2e%2e/c", "dots-beyond": f"{base}/../../a", "two-slashes":
            f"{base}//a//b", "empty-query": f"{base}/a?", "empty-fragment": f"{base}/a#", "plus":
            f"{base}/a+b?c+d", "marks": f"{base}/a;b=c,d'(e)*!$&?e=f;g:@/?h", "brackets":
            f"{base}/[a]?b[]=c", "upper-scheme": f"HTTP{base[4:]}/a", "backslash": f"{base}/a\\b",
            "short-address": "http://127.1:@main@/a", "hexadecimal-address":
            "http://0x7f000001:@main@/a", "decimal-address": "http://2130706433:@main@/a",
            "octal-address": "http://0177.0.0.1:@main@/a", "upper-name":
            "http://WWW.Name.localhost:@main@/a", "trailing-dot":
            "http://www.name.localhost.:@main@/a", "underscore":
            "http://a_b.localhost:@main@/a", "leading-blank": f" {base}/a", "trailing-blank":
            f"{base}/a ", "line-break": f"{base}/a\nb", "no-host": "http:///a", "ftp":
            "ftp://127.0.0.1:@main@/a", "bad-port": "http://127.0.0.1:99999/", "one-slash":
            "http:/127.0.0.1:@main@/a", "no-scheme": "127.0.0.1:@main@/a", "v6":
            "http://[::1]:@main@/a", "two-at": "http://u:p@w@127.0.0.1:@main@/a"}.items():
        add(f"url-{name}", plain(), url=url, address="::1" if name == "v6" else "127.0.0.1")
