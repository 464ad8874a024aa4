"""The situations of TLS: what a certificate may be like, what a server may speak."""

import os
import ssl
import subprocess

import certificates as c
from certificates import DAY, Certificate, authority, issue
from situation import Situation

HOST = "www.name.localhost"
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
V = ssl.TLSVersion


def situations(directory):
    """All of them; files are written to `directory`."""
    root = authority()
    bundle = c.write(directory, "root.pem", root.pem())
    found = []

    def add(name, certificates, *, host=HOST, trusted=bundle, answer=BODY, **how):
        server = {key: how.pop(key) for key in list(how) if key in (
            "lowest", "highest", "ciphers", "curve", "client_authority", "client_required")}
        if isinstance(certificates, Certificate):
            certificates = c.chain(certificates)
        how.setdefault("task", {}).setdefault("verify", trusted)
        found.append(Situation(name, url=f"https://{host}:@tls@/", certificates=certificates,
                               tls=server, answer=lambda *_: answer, **how))

    def leaf(issuer=root, cn="leaf", names=(f"DNS:{HOST}",), **how):
        return issue(issuer, cn=cn, names=names, **how)

    good = leaf()
    _names(add, leaf)
    _dates(add, leaf, root)
    _chains(add, leaf, root, good, directory)
    _constraints(add, leaf, root)
    _keys(add, leaf, root, directory)
    _protocol(add, good)
    _client_certificates(add, good, root, directory)
    _ends(add, good)
    _bundles(add, good, root, directory)
    return found


def _names(add, leaf):
    ip, other = "127.0.0.1", "deep.www.name.localhost"
    add("name", leaf())
    add("name-case", leaf(names=["DNS:WWW.Name.localhost"]))
    add("name-wrong", leaf(names=["DNS:elsewhere.localhost"]))
    add("name-trailing-dot", leaf(), host=HOST + ".")
    add("name-second-of-two", leaf(names=["DNS:elsewhere.localhost", f"DNS:{HOST}"]))
    add("name-500", leaf(names=[f"DNS:n{i}.localhost" for i in range(499)] + [f"DNS:{HOST}"]))
    add("name-wildcard", leaf(names=["DNS:*.name.localhost"]))
    add("name-wildcard-two-labels", leaf(names=["DNS:*.name.localhost"]), host=other)
    add("name-wildcard-no-label", leaf(names=["DNS:*.www.name.localhost"]))
    add("name-wildcard-top", leaf(names=["DNS:*.localhost"]), host="name.localhost")
    add("name-wildcard-partial", leaf(names=["DNS:w*.name.localhost"]))
    add("name-wildcard-inside", leaf(names=["DNS:www.*.localhost"]))
    add("name-wildcard-alone", leaf(names=["DNS:*"]))
    add("name-common", leaf(cn=HOST, names=()))
    add("name-common-beside-others", leaf(cn=HOST, names=["DNS:elsewhere.localhost"]))
    add("name-common-beside-mail", leaf(cn=HOST, names=["MAIL:a@name.localhost"]))
    add("name-none", leaf(names=()))
    add("ip", leaf(names=[f"IP:{ip}"]), host=ip)
    add("ip-wrong", leaf(names=["IP:127.0.0.9"]), host=ip)
    add("ip-v6", leaf(names=["IP:::1"]), host="[::1]", address="::1")
    add("ip-as-dns-name", leaf(names=[f"DNS:{ip}"]), host=ip)
    add("ip-as-wildcard", leaf(names=["DNS:*.0.0.1"]), host=ip)
    add("ip-as-common-name", leaf(cn=ip, names=()), host=ip)
    add("ip-network-of-name", leaf(names=[f"DNS:{HOST}", f"IP:{ip}"]), host=ip)


def _dates(add, leaf, root):
    old = authority("old", root, start=-20 * DAY, end=-DAY)
    add("expired", leaf(start=-20 * DAY, end=-DAY))
    add("not-yet-valid", leaf(start=DAY))
    add("expired-intermediate", leaf(old))
    add("valid-for-100-years", leaf(end=36500 * DAY))


def _chains(add, leaf, root, good, directory):
    middle = authority("middle", root)
    unknown = leaf(authority("unknown"))
    own = issue(cn=HOST, names=[f"DNS:{HOST}"])
    deep = root
    for i in range(9):
        deep = authority(f"level {i}", deep)
    old_root = authority("old root", end=-DAY)
    add("self-signed", own)
    add("self-signed-trusted", own, trusted=c.write(directory, "own.pem", own.pem()))
    add("unknown-authority", unknown)
    add("same-name-other-key", leaf(authority()))
    add("chain-1", leaf(middle))
    add("chain-9", leaf(deep))
    add("chain-incomplete", [leaf(middle)])
    add("chain-disordered", [leaf(deep)] + c.chain(deep)[::-1])
    add("chain-with-stranger", [good, unknown])
    add("chain-with-root", [good, root])
    add("trusted-intermediate", leaf(middle),
        trusted=c.write(directory, "middle.pem", middle.pem()))
    add("trusted-leaf", good, trusted=c.write(directory, "leaf.pem", good.pem()))
    add("expired-root", leaf(old_root),
        trusted=c.write(directory, "old_root.pem", old_root.pem()))


def _constraints(add, leaf, root):
    inner, outer = ["DNS:name.localhost"], ["DNS:elsewhere.localhost"]
    for name, how in {
            "constraint-permits": {"permitted": inner},
            "constraint-permits-other": {"permitted": outer},
            "constraint-excludes": {"excluded": inner},
            "constraint-excludes-uncritical": {"excluded": inner, "constraints_critical": False},
            "constraint-excludes-other": {"excluded": outer},
            "policy-constraints": {"policies": True, "policy_constraints": True},
            "path-length-0": {"path_length": 0},
            "intermediate-may-not-sign": {"may_sign": False},
            "intermediate-no-authority": {"ca": False},
            "intermediate-of-version-1-style": {"ca": None},
            "intermediate-for-clients": {"purposes": [c.CLIENT]}}.items():
        middle = authority(name, root, **how)
        add(name, leaf(middle, policies="policy" in name))
    add("constraint-permits-network",
        leaf(authority("network", root, permitted=["IP:127.0.0.0/8"]), names=["IP:127.0.0.1"]),
        host="127.0.0.1")
    add("constraint-permits-other-network",
        leaf(authority("network 2", root, permitted=["IP:10.0.0.0/8"]), names=["IP:127.0.0.1"]),
        host="127.0.0.1")
    limited = authority("limited", root, path_length=0)
    add("path-length-exceeded", leaf(authority("below", limited)))
    add("policies-critical", leaf(policies=True))
    add("unknown-critical-extension", leaf(unknown_critical=True))
    add("leaf-for-clients", leaf(purposes=[c.CLIENT]))
    add("leaf-for-servers", leaf(purposes=[c.SERVER]))


def _keys(add, leaf, root, directory):
    for kind in ("rsa1024", "rsa2048", "rsa3072", "p384", "p521", "ed25519", "ed448"):
        add(f"key-{kind}", leaf(key=kind))
    add("authority-ed25519", leaf(authority("ed", root, key="ed25519")))
    add("authority-rsa1024", leaf(authority("small", root, key="rsa1024")))
    add("sha1", leaf(digest=c.hashes.SHA1()))
    add("sha1-intermediate", leaf(authority("sha1", root, digest=c.hashes.SHA1())))
    add("sha512", leaf(digest=c.hashes.SHA512()))
    sha1_root = authority("sha1 root", digest=c.hashes.SHA1())
    add("sha1-root", leaf(sha1_root), trusted=c.write(directory, "sha1.pem", sha1_root.pem()))


def _protocol(add, good):
    for name, version in (("tls-1.0", V.TLSv1), ("tls-1.1", V.TLSv1_1), ("tls-1.2", V.TLSv1_2),
                          ("tls-1.3", V.TLSv1_3)):
        add(name, good, lowest=version, highest=version)
    for cipher in ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
                   "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-NULL-SHA",
                   "AECDH-AES128-SHA"):
        add(f"cipher-{cipher}", good, highest=V.TLSv1_2, ciphers=f"{cipher}:@SECLEVEL=0")
    for curve in ("prime256v1", "secp384r1", "secp521r1"):
        add(f"curve-{curve}", good, curve=curve)


def _client_certificates(add, good, root, directory):
    def client(name, issuer=root, **how):
        own = issue(issuer, cn="client", purposes=[c.CLIENT], **how)
        return (c.write(directory, name + ".pem", own.pem()),
                c.write(directory, name + ".key", own.key_pem()), None), own
    pair, own = client("client")
    both = (c.write(directory, "both.pem", own.pem() + own.key_pem()), None, None)
    locked = (pair[0], c.write(directory, "locked.key", own.key_pem(b"open")), "open")
    wrong = (locked[0], locked[1], "wrong")
    stranger, _ = client("stranger", authority("strangers"))
    expired, _ = client("expired", end=-DAY)
    mismatched = (pair[0], c.write(directory, "mismatched.key", authority().key_pem()), None)
    asks = {"client_authority": os.path.join(directory, "root.pem")}
    add("client-not-asked", good, task={"cert": pair})
    add("client-optional", good, client_required=False, **asks)
    for name, cert in (("none", None), ("pair", pair), ("one-file", both), ("locked", locked),
                       ("wrong-passphrase", wrong), ("stranger", stranger), ("expired", expired),
                       ("mismatched", mismatched), ("missing", ("/nowhere.pem", None, None))):
        add(f"client-{name}", good, task={"cert": cert}, **asks)
    add("client-none-tls-1.2", good, highest=V.TLSv1_2, **asks)
    add("client-pair-tls-1.2", good, highest=V.TLSv1_2, task={"cert": pair}, **asks)


def _ends(add, good):
    head = b"HTTP/1.1 200 OK\r\n"
    chunks = head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    add("end-close-notify", good, answer=[head + b"\r\nhello", "close"])
    add("end-cut", good, answer=[head + b"\r\nhello", "cut"])
    add("end-cut-length-complete", good, answer=[BODY, "cut"])
    add("end-cut-length-short", good, answer=[head + b"Content-Length: 9\r\n\r\nhello", "cut"])
    add("end-close-length-short", good, answer=[head + b"Content-Length: 9\r\n\r\nhello", "close"])
    add("end-cut-chunks-complete", good, answer=[chunks + b"0\r\n\r\n", "cut"])
    add("end-cut-chunks-short", good, answer=[chunks, "cut"])
    add("end-cut-in-headers", good, answer=[head, "cut"])


def _bundles(add, good, root, directory):
    def write(name, data):
        return c.write(directory, name, data)

    def openssl(*arguments, data):
        return subprocess.run(["openssl", *arguments], input=data, capture_output=True,
                              check=True).stdout
    pem, other = root.pem(), authority("other").pem()
    trusted = openssl("x509", "-trustout", "-addtrust", "serverAuth", data=pem)
    distrusted = openssl("x509", "-trustout", "-addreject", "serverAuth", data=pem)
    garbled = pem.replace(b"\nM", b"\n!!!M", 1)
    for name, data in {
            "second-of-two": other + pem,
            "with-text": b"# authority\nsubject=x\n\n" + pem + b"\ntext behind\n",
            "crlf": pem.replace(b"\n", b"\r\n"),
            "bom": b"\xef\xbb\xbf" + pem,
            "trusted-certificate": trusted,
            "distrusted-certificate": distrusted,
            "with-key": root.key_pem() + pem,
            "twice": pem + pem,
            "no-last-line-break": pem.rstrip(b"\n"),
            "empty": b"",
            "der": root.der(),
            "garbled": garbled,
            "garbled-beside-good": garbled + pem,
            "text-alone": b"no certificate\n"}.items():
        add(f"bundle-{name}", good, trusted=write(f"bundle-{name}.pem", data))
    add("bundle-missing", good, trusted="/nowhere/bundle.pem")
    hashed, plain = (os.path.join(directory, name) for name in ("hashed", "plain"))
    for path in (hashed, plain):
        os.mkdir(path)
        c.write(path, "root.pem", pem)
    subprocess.run(["openssl", "rehash", hashed], check=True, capture_output=True)
    add("directory-hashed", good, trusted=hashed)
    add("directory-plain", good, trusted=plain)
    path = os.path.join(directory, "root.pem")
    for name, value in (("REQUESTS_CA_BUNDLE", path), ("CURL_CA_BUNDLE", path),
                        ("SSL_CERT_FILE", path), ("SSL_CERT_DIR", hashed)):
        add(f"environment-{name}", good, trusted=True, task={"environment": {name: value}})
    add("environment-none", good, trusted=True)
    unknown = authority("unknown 2")
    bad = issue(unknown, cn="leaf", names=["DNS:elsewhere.localhost"], end=-DAY)
    add("verify-false", bad, trusted=False)
    add("verify-false-sha1-rsa1024", issue(unknown, cn="leaf", names=[f"DNS:{HOST}"],
                                          key="rsa1024", digest=c.hashes.SHA1()), trusted=False)
