/* Cisco's GRE keepalive, byte by byte (Cisco 118370 "How GRE Keepalives Work"; RFC 2784, RFC 2890 for the key). Pure: bytes in, bytes out. */
#ifndef PACKET_H
#define PACKET_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The ends of a tunnel as the kernel's device has them. Addresses and keys are in network order. */
struct ends {
  uint32_t local, remote;
  bool keyed_in, keyed_out;
  uint32_t key_in, key_out; /* of what comes, of what goes */
};

enum { PROBE_MAX_BYTES = 28, ANSWER_MAX_BYTES = 8 };

/* The inner packet of a request: from the peer to us, GRE protocol 0, nothing after it. The device puts the outer headers around
   it, and whoever decapsulates it sends it back. 24 bytes, 28 with a key. */
size_t write_probe(const struct ends *ends, uint16_t id, uint8_t out[PROBE_MAX_BYTES]);

/* The GRE header of our answer to the peer's request: 4 bytes, 8 with a key; the kernel puts the IP header before it. */
size_t write_answer(const struct ends *ends, uint8_t out[ANSWER_MAX_BYTES]);

enum kind {
  REPLY,   /* PT 0, nothing after it */
  REQUEST, /* PT 0x0800, and a reply as its passenger */
  /* From here on: why it is ignored. */
  TRUNCATED,      /* ends within a header */
  BAD_VERSION,    /* not IPv4 */
  BAD_IHL,        /* a header that is not 20 bytes */
  BAD_LENGTH,     /* the total length is not that of the packet */
  BAD_PROTOCOL,   /* not GRE */
  FRAGMENTED,     /* a piece */
  BAD_GRE_FLAGS,  /* a bit other than the key's, a reserved one, or a version that is not 0 */
  NOT_KEEPALIVE,  /* another GRE protocol */
  BAD_PAYLOAD,    /* something after the header of protocol 0 */
  BAD_INNER,      /* a request whose passenger is not a reply */
  /* Told by who knows the tunnels. */
  STRANGER,     /* not between the ends of a tunnel of ours */
  WRONG_KEY,    /* between its ends, with another key or none */
  WRONG_INNER,  /* a request whose passenger is not between its ends */
  NOT_EXPECTED, /* a reply to a device that may not send */
  KIND_COUNT
};
extern const char *const kind_names[KIND_COUNT];

/* What was read of a packet. The ends are known from FRAGMENTED on, the key from NOT_KEEPALIVE on. */
struct seen {
  enum kind kind;
  bool has_ends, has_key;
  uint32_t source, destination;
  bool keyed;
  uint32_t key;
  uint32_t inner_source, inner_destination;
  bool inner_keyed;
  uint32_t inner_key;
};

/* Reads a whole IP packet; never beyond its length, whatever it says of itself. */
struct seen read_packet(const uint8_t *bytes, size_t length);

#endif
