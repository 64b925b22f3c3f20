#include "packet.h"

#include <string.h>

enum { IP_BYTES = 20, PROTOCOL_GRE = 47, KEY_FLAG = 0x2000, PROTOCOL_IP = 0x0800, PROTOCOL_KEEPALIVE = 0 };
/* Internetwork control, as Cisco marks them (tcpdump's tests/various_gre.pcap). */
enum { TOS = 0xc0, TTL = 255 };

const char *const kind_names[KIND_COUNT] = {
    [REPLY] = "reply",
    [REQUEST] = "request",
    [TRUNCATED] = "truncated",
    [BAD_VERSION] = "bad-version",
    [BAD_IHL] = "bad-header-length",
    [BAD_LENGTH] = "bad-total-length",
    [BAD_PROTOCOL] = "bad-protocol",
    [FRAGMENTED] = "fragmented",
    [BAD_GRE_FLAGS] = "bad-gre-flags",
    [NOT_KEEPALIVE] = "not-keepalive",
    [BAD_PAYLOAD] = "bad-payload",
    [BAD_INNER] = "bad-passenger",
    [STRANGER] = "stranger",
    [WRONG_KEY] = "wrong-key",
    [WRONG_INNER] = "wrong-passenger",
    [NOT_EXPECTED] = "not-expected",
};

static uint16_t read16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static void write16(uint8_t *at, unsigned value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

/* RFC 1071; 0 over a header whose checksum is right. */
static uint16_t header_checksum(const uint8_t *header) {
  uint32_t sum = 0;
  for (int at = 0; at < IP_BYTES; at += 2) sum += read16(header + at);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

static size_t write_gre(uint8_t *out, bool keyed, uint32_t key) {
  write16(out, keyed ? KEY_FLAG : 0);
  write16(out + 2, PROTOCOL_KEEPALIVE);
  if (keyed) memcpy(out + 4, &key, 4);
  return keyed ? 8 : 4;
}

size_t write_probe(const struct ends *ends, uint16_t id, uint8_t out[PROBE_MAX_BYTES]) {
  memset(out, 0, PROBE_MAX_BYTES);
  /* The key is that of what comes to us: this is what the peer would send. */
  size_t length = IP_BYTES + write_gre(out + IP_BYTES, ends->keyed_in, ends->key_in);
  out[0] = 0x45;
  out[1] = TOS;
  write16(out + 2, (unsigned)length);
  write16(out + 4, id);
  out[8] = TTL;
  out[9] = PROTOCOL_GRE;
  memcpy(out + 12, &ends->remote, 4);
  memcpy(out + 16, &ends->local, 4);
  write16(out + 10, header_checksum(out));
  return length;
}

size_t write_answer(const struct ends *ends, uint8_t out[ANSWER_MAX_BYTES]) {
  memset(out, 0, ANSWER_MAX_BYTES);
  return write_gre(out, ends->keyed_out, ends->key_out);
}

/* A packet of IP and GRE, as far as it goes: what follows the GRE header is `rest`. */
struct layer {
  uint32_t source, destination, key;
  bool has_ends, has_key, keyed;
  uint16_t protocol;
  const uint8_t *rest;
  size_t rest_length;
};

/* REPLY: both headers are sound. */
static enum kind read_layer(const uint8_t *bytes, size_t length, struct layer *layer) {
  memset(layer, 0, sizeof *layer);
  if (length < IP_BYTES) return TRUNCATED;
  if (bytes[0] >> 4 != 4) return BAD_VERSION;
  if ((bytes[0] & 0x0f) * 4 != IP_BYTES) return BAD_IHL;
  if (read16(bytes + 2) != length) return BAD_LENGTH;
  if (bytes[9] != PROTOCOL_GRE) return BAD_PROTOCOL;
  memcpy(&layer->source, bytes + 12, 4);
  memcpy(&layer->destination, bytes + 16, 4);
  layer->has_ends = true;
  /* All but DF. */
  if (read16(bytes + 6) & 0xbfff) return FRAGMENTED;
  if (length < IP_BYTES + 4) return TRUNCATED;
  uint16_t flags = read16(bytes + IP_BYTES);
  if (flags & (uint16_t)~KEY_FLAG) return BAD_GRE_FLAGS;
  layer->protocol = read16(bytes + IP_BYTES + 2);
  layer->keyed = flags == KEY_FLAG;
  size_t headers = IP_BYTES + (layer->keyed ? 8 : 4);
  if (length < headers) return TRUNCATED;
  if (layer->keyed) memcpy(&layer->key, bytes + IP_BYTES + 4, 4);
  layer->has_key = true;
  layer->rest = bytes + headers;
  layer->rest_length = length - headers;
  return REPLY;
}

struct seen read_packet(const uint8_t *bytes, size_t length) {
  struct layer outer, inner;
  struct seen seen;
  memset(&seen, 0, sizeof seen);
  seen.kind = read_layer(bytes, length, &outer);
  seen.has_ends = outer.has_ends;
  seen.has_key = outer.has_key;
  seen.source = outer.source;
  seen.destination = outer.destination;
  seen.keyed = outer.keyed;
  seen.key = outer.key;
  if (seen.kind != REPLY) return seen;
  if (outer.protocol == PROTOCOL_KEEPALIVE) {
    if (outer.rest_length > 0) seen.kind = BAD_PAYLOAD;
    return seen;
  }
  if (outer.protocol != PROTOCOL_IP) {
    seen.kind = NOT_KEEPALIVE;
    return seen;
  }
  if (read_layer(outer.rest, outer.rest_length, &inner) != REPLY || inner.protocol != PROTOCOL_KEEPALIVE ||
      inner.rest_length > 0 || header_checksum(outer.rest) != 0) {
    seen.kind = BAD_INNER;
    return seen;
  }
  seen.kind = REQUEST;
  seen.inner_source = inner.source;
  seen.inner_destination = inner.destination;
  seen.inner_keyed = inner.keyed;
  seen.inner_key = inner.key;
  return seen;
}
