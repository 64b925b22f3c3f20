/* All tunnels of a router: what is sent when, what comes of a packet. It touches neither socket nor clock: what it does to the world,
   it does through `struct world`, so that a test can stand in for the world and see everything that would be sent. */
#ifndef ENGINE_H
#define ENGINE_H
#include "line.h"
#include "packet.h"
#include "settings.h"

#include <net/if.h>
#include <stdint.h>

/* A device as the kernel has it. */
struct link {
  char name[IF_NAMESIZE];
  int index;
  bool admin_up;
  bool is_gre; /* GRE over IPv4 with both ends fixed: keepalives have no meaning on a multipoint tunnel */
  bool marked; /* in the group of those whose line protocol is down */
  bool dormant; /* RFC 2863: up, and waiting for something: what routing daemons see as line protocol down */
  struct ends ends;
};

enum { TRANSITION_COUNT = 8 };
struct transition {
  bool up;
  int64_t wall_ms, monotonic_ms;
};

struct tunnel {
  struct setting setting;
  struct link link; /* index 0: there is no such device */
  struct line line;
  uint16_t next_id;
  int64_t set_ms; /* when the kernel was last told of the line protocol */
  uint64_t sent, send_failed, received, answered;
  uint64_t ignored[KIND_COUNT];
  uint64_t transition_total;
  struct transition transitions[TRANSITION_COUNT]; /* the last ones, in a ring */
};

struct world {
  void *self;
  /* Puts an inner packet into the tunnel's own device, which wraps it; sends an answer to the tunnel's remote end. */
  bool (*send_probe)(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length);
  bool (*send_answer)(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length);
  /* Tells the kernel, and with it every routing daemon, and the firewall. */
  void (*set_line)(void *self, const struct tunnel *tunnel, bool up);
  /* Does the kernel itself send a request's passenger back? */
  bool (*kernel_reflects)(void *self, const struct tunnel *tunnel);
  int64_t (*wall_ms)(void *self);
};

struct engine {
  struct world world;
  struct tunnel *tunnels;
  size_t count;
  uint64_t ignored[KIND_COUNT]; /* what belongs to no tunnel */
};

/* Takes new settings. Tunnels that stay keep their state; one that goes gives its link back. False: no memory; nothing changed. */
bool engine_configure(struct engine *engine, const struct settings *settings, int64_t now_ms);

/* All links as the kernel has them now. A device that is new begins as it is found: it stays down if it is marked. */
void engine_links(struct engine *engine, const struct link *links, size_t count, int64_t now_ms);

/* Sends what is due. Gives the time of the next, or -1. */
int64_t engine_tick(struct engine *engine, int64_t now_ms);

/* A packet of protocol 47 that came in, from its IP header on. */
void engine_packet(struct engine *engine, const uint8_t *bytes, size_t length, int64_t now_ms);

/* The clean end: every link is given back. */
void engine_release(struct engine *engine);

#endif
