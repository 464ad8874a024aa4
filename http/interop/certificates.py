"""Certificates for compare.py: chains with whatever is right or wrong about them."""

import datetime
import functools
import ipaddress
import itertools
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.utcnow()
DAY = datetime.timedelta(days=1)
CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
SERVER = ExtendedKeyUsageOID.SERVER_AUTH
POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.55555.1")

_numbers = itertools.count(1)


def make_key(kind):
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    return {
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
    }[kind]()


@functools.lru_cache(maxsize=None)
def shared_key(kind):
    return make_key(kind)


class Certificate:
    """A certificate, its key and who issued it."""

    def __init__(self, value, key, issuer):
        self.value, self.key, self.issuer = value, key, issuer

    def pem(self):
        return self.value.public_bytes(serialization.Encoding.PEM)

    def der(self):
        return self.value.public_bytes(serialization.Encoding.DER)

    def key_pem(self, passphrase=None):
        lock = (serialization.BestAvailableEncryption(passphrase) if passphrase
                else serialization.NoEncryption())
        return self.key.private_bytes(serialization.Encoding.PEM,
                                      serialization.PrivateFormat.PKCS8, lock)


def _general(name):
    kind, text = name.split(":", 1)
    if kind == "IP":
        if "/" in text:
            return x509.IPAddress(ipaddress.ip_network(text))
        return x509.IPAddress(ipaddress.ip_address(text))
    return x509.RFC822Name(text) if kind == "MAIL" else x509.DNSName(text)


def _usage(*, sign):
    return x509.KeyUsage(digital_signature=not sign, key_encipherment=not sign,
                         key_cert_sign=sign, crl_sign=sign, content_commitment=False,
                         data_encipherment=False, key_agreement=False, encipher_only=False,
                         decipher_only=False)


def issue(issuer=None, *, cn, names=(), ca=None, path_length=None, key="p256", own_key=False,
          start=-30 * DAY, end=300 * DAY, digest=None, purposes=(), permitted=(), excluded=(),
          constraints_critical=True, may_sign=True, policies=False, policy_constraints=False,
          unknown_critical=False):
    """Makes a certificate; without an issuer it signs itself."""
    own = make_key(key) if own_key else shared_key(key)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])
    signing_key = issuer.key if issuer else own
    builder = (x509.CertificateBuilder().subject_name(subject).public_key(own.public_key())
               .issuer_name(issuer.value.subject if issuer else subject)
               .serial_number(next(_numbers))
               .not_valid_before(NOW + start).not_valid_after(NOW + end))

    def add(extension, critical):
        nonlocal builder
        builder = builder.add_extension(extension, critical)

    add(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False)
    add(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), False)
    if ca is not None:
        add(x509.BasicConstraints(ca, path_length if ca else None), True)
        add(_usage(sign=ca and may_sign), True)
    if names:
        add(x509.SubjectAlternativeName([_general(name) for name in names]), False)
    if purposes:
        add(x509.ExtendedKeyUsage(purposes), False)
    if permitted or excluded:
        add(x509.NameConstraints([_general(n) for n in permitted] or None,
                                 [_general(n) for n in excluded] or None), constraints_critical)
    if policies:
        add(x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)]), True)
    if policy_constraints:
        add(x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None), True)
    if unknown_critical:
        add(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.9"), b"\x05\x00"),
            True)
    if digest is None:
        digest = None if isinstance(signing_key, (ed25519.Ed25519PrivateKey,
                                                  ed448.Ed448PrivateKey)) else hashes.SHA256()
    return Certificate(builder.sign(signing_key, digest), own, issuer)


def authority(cn="authority", issuer=None, **how):
    """A certificate that may issue others."""
    how.setdefault("ca", True)
    how.setdefault("own_key", True)
    return issue(issuer, cn=cn, **how)


def chain(leaf):
    """`leaf` and what issued it, the root left out."""
    certificates = []
    while leaf is not None and (leaf.issuer is not None or not certificates):
        certificates.append(leaf)
        leaf = leaf.issuer
    return certificates


def write(directory, name, data):
    path = os.path.join(directory, name)
    with open(path, "wb") as file:
        file.write(data)
    return path
