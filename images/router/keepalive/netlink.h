/* The kernel's links, by rtnetlink: read as they are, and told which line protocol is down. */
#ifndef NETLINK_H
#define NETLINK_H
#include "engine.h"

/* The group of the devices whose line protocol is down. The base firewall of the router lets nothing but GRE pass through them
   (files/line-down), so that one netlink message does all: no process is started, no rule changed. */
enum { DOWN_GROUP = 0x6b61 };

/* A socket that is readable after any link changed. -1 and errno on a failure, as of the others. */
int open_link_watch(void);
/* Takes all that came off the socket; what was lost does not matter, since the links are read anew. */
void drain_link_watch(int socket);

int open_netlink(void);
/* All links; the caller frees them. False and errno on a failure. */
bool read_links(int socket, struct link **links, size_t *count);
/* One message sets the link's mode (dormant: it comes up only when somebody says so), its operational state and its group. */
bool set_link_line(int socket, int index, bool up);

#endif
