"""Builds the packets of specifications with scapy, headers and cipher and all, and tells how large they are.

Standard input: a JSON list of {order, outer, gre, esp, innerBytes}; standard output: a JSON list of
{outerPacketBytes, fragmentsOnWire}, in the same order.
"""
import json
import os
import sys

from scapy.all import GRE, IP, UDP, Raw, conf, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment, fragment6
from scapy.layers.ipsec import ESP, SecurityAssociation

conf.verb = 0

# For what has no payload of its own (RFC 3692).
EXPERIMENTAL = 253

CIPHERS = {
    "aes-cbc": ("AES-CBC", 32),
    "aes-ctr": ("AES-CTR", 36),
    "aes-gcm-8": ("AES-GCM", 36),
    "aes-gcm-12": ("AES-GCM", 36),
    "aes-gcm-16": ("AES-GCM", 36),
    "chacha20-poly1305": ("CHACHA20-POLY1305", 36),
    "3des-cbc": ("3DES", 24),
    "des-cbc": ("DES", 8),
    "null": ("NULL", 0),
}
ICV = {"aes-gcm-8": 8, "aes-gcm-12": 12, "aes-gcm-16": 16}
AUTHS = {
    "none": None,
    "md5-96": ("HMAC-MD5-96", 16),
    "sha1-96": ("HMAC-SHA1-96", 20),
    "sha256-128": ("SHA2-256-128", 32),
    "sha384-192": ("SHA2-384-192", 48),
    "sha512-256": ("SHA2-512-256", 64),
}


def header(family):
    if family == "ipv4":
        return IP(src="198.51.100.2", dst="203.0.113.2", id=1, proto=EXPERIMENTAL)
    return IPv6(src="2001:db8:1::2", dst="2001:db8:2::2", nh=EXPERIMENTAL)


def around(family):
    """A delivery header of GRE."""
    packet = header(family)
    if family == "ipv4":
        packet.proto = 47
    else:
        packet.nh = 47
    return packet


def association(spec):
    esp = spec["esp"]
    cipher, key = CIPHERS[esp["encryption"]]
    auth = AUTHS[esp["integrity"]]
    options = {"crypt_algo": cipher, "crypt_key": os.urandom(key)}
    if esp["encryption"] in ICV:
        options["crypt_icv_size"] = ICV[esp["encryption"]]
    if auth:
        options.update(auth_algo=auth[0], auth_key=os.urandom(auth[1]))
    if esp["mode"] == "tunnel":
        options["tunnel_header"] = header(spec["outer"]["family"])
    if esp["natTraversal"]:
        options["nat_t_header"] = UDP(sport=4500, dport=4500)
    return SecurityAssociation(ESP, spi=0x1000, **options)


def gre(spec):
    given = spec["gre"]
    # An experimental EtherType (IEEE 802): scapy takes the payload as it is, instead of dissecting zeros.
    return GRE(
        proto=0x88B5,
        key_present=int(given["key"]),
        chksum_present=int(given["checksum"]),
        seqnum_present=int(given["sequence"]),
    )


def packet_of(spec):
    family, size, order = spec["outer"]["family"], spec["innerBytes"], spec["order"]
    if order == "gre":
        return around(family) / gre(spec) / Raw(bytes(size))
    if order == "gre-over-ipsec":
        return protect(spec, around(family) / gre(spec) / Raw(bytes(size)))
    # The packet handed to the tunnel has a header of its own: of IPv4 in tunnel mode, of the outer family else.
    own = header("ipv4" if spec["esp"]["mode"] == "tunnel" else family)
    inner = own / Raw(bytes(size - len(own)))
    protected = protect(spec, inner)
    return protected if order == "ipsec" else around(family) / gre(spec) / Raw(bytes(protected))


def protect(spec, packet):
    """The packet in ESP. scapy 2.5 sends GCM's whole tag of 16 bytes whatever is asked; RFC 4106 section 6 cuts it."""
    protected = association(spec).encrypt(packet)
    surplus = 16 - ICV.get(spec["esp"]["encryption"], 16)
    if surplus:
        protected[ESP].data = protected[ESP].data[:-surplus]
    return protected


def fragments_of(packet, family, mtu):
    size = len(bytes(packet))
    if size <= mtu:
        return [size]
    payload = Raw(bytes(packet)[len(header(family)):])
    if family == "ipv4":
        return [len(bytes(each)) for each in fragment(header(family) / payload, fragsize=mtu - 20)]
    whole = header(family) / IPv6ExtHdrFragment() / payload
    return [len(bytes(each)) for each in fragment6(whole, mtu)]


def answer(spec):
    packet = packet_of(spec)
    return {
        "outerPacketBytes": len(bytes(packet)),
        "fragmentsOnWire": fragments_of(packet, spec["outer"]["family"], spec["outer"]["mtuBytes"]),
    }


json.dump([answer(spec) for spec in json.load(sys.stdin)], sys.stdout)
