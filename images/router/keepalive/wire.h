/* The sockets that packets go through. None of them takes an address from a packet: where to comes from the tunnel's device alone. */
#ifndef WIRE_H
#define WIRE_H
#include "engine.h"

#include <sys/types.h>

/* No keepalive is as long as this; what is longer comes cut, and is no keepalive. */
enum { RECEIVED_MAX_BYTES = 256 };

/* Both -1 with errno on a failure. */
int open_probe_socket(void);
int open_gre_socket(void);

/* Hands the inner packet to the tunnel's device, as the network stack would: the device puts the outer headers on, and IPsec
   policies take hold of them. A raw socket with its own outer header (IPPROTO_RAW) would pass them by. */
bool send_probe(int probe_socket, const struct tunnel *tunnel, const uint8_t *bytes, size_t length);

/* Sends the GRE header of an answer to the tunnel's remote end, as protocol 47, so that IPsec policies take hold of it too. */
bool send_answer(int gre_socket, const struct tunnel *tunnel, const uint8_t *bytes, size_t length);

/* Whether the kernel itself forwards a request's passenger back, as it does when the device may take in packets with this
   machine's own source address, forwards, and has no strict reverse path filter. */
bool kernel_reflects(const struct tunnel *tunnel);

#endif
