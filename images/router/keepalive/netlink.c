#include "netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* RFC 2863's states and the modes, as linux/if.h numbers them; that header and net/if.h cannot be had together. */
enum { OPER_DORMANT = 5, OPER_UP = 6, MODE_DEFAULT = 0, MODE_DORMANT = 1 };
enum { ATTRIBUTE_TYPE_MASK = 0x3fff };

static int open_route(uint32_t groups, int flags) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);
  struct sockaddr_nl address;
  memset(&address, 0, sizeof address);
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}

int open_link_watch(void) { return open_route(RTMGRP_LINK, SOCK_NONBLOCK); }

void drain_link_watch(int fd) {
  uint8_t bytes[4096];
  /* ENOBUFS says that messages were lost. */
  while (recv(fd, bytes, sizeof bytes, 0) >= 0 || errno == ENOBUFS || errno == EINTR) continue;
}

int open_netlink(void) {
  int fd = open_route(0, 0);
  /* The kernel answers at once. */
  struct timeval patience = {.tv_sec = 2, .tv_usec = 0};
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

static uint32_t sequence;

static bool send_message(int fd, struct nlmsghdr *message) {
  struct sockaddr_nl kernel;
  memset(&kernel, 0, sizeof kernel);
  kernel.nl_family = AF_NETLINK;
  message->nlmsg_seq = ++sequence;
  return sendto(fd, message, message->nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) ==
         (ssize_t)message->nlmsg_len;
}

/* What an attribute holds, if it holds so many bytes. */
static bool take(const struct rtattr *attribute, void *value, size_t size) {
  if (RTA_PAYLOAD(attribute) < size) return false;
  memcpy(value, RTA_DATA(attribute), size);
  return true;
}

static void read_gre(const struct rtattr *data, struct link *link) {
  uint16_t in_flags = 0, out_flags = 0;
  int length = (int)RTA_PAYLOAD(data);
  struct ends *ends = &link->ends;
  for (const struct rtattr *at = RTA_DATA(data); RTA_OK(at, length); at = RTA_NEXT(at, length)) {
    switch (at->rta_type & ATTRIBUTE_TYPE_MASK) {
      case IFLA_GRE_LOCAL: take(at, &ends->local, 4); break;
      case IFLA_GRE_REMOTE: take(at, &ends->remote, 4); break;
      case IFLA_GRE_IKEY: take(at, &ends->key_in, 4); break;
      case IFLA_GRE_OKEY: take(at, &ends->key_out, 4); break;
      case IFLA_GRE_IFLAGS: take(at, &in_flags, 2); break;
      case IFLA_GRE_OFLAGS: take(at, &out_flags, 2); break;
    }
  }
  ends->keyed_in = (in_flags & GRE_KEY) != 0;
  ends->keyed_out = (out_flags & GRE_KEY) != 0;
  link->is_gre = ends->local != 0 && ends->remote != 0;
}

static void read_info(const struct rtattr *info, struct link *link) {
  const struct rtattr *data = NULL;
  bool gre = false;
  int length = (int)RTA_PAYLOAD(info);
  for (const struct rtattr *at = RTA_DATA(info); RTA_OK(at, length); at = RTA_NEXT(at, length)) {
    unsigned type = at->rta_type & ATTRIBUTE_TYPE_MASK;
    if (type == IFLA_INFO_KIND) gre = RTA_PAYLOAD(at) == sizeof "gre" && !memcmp(RTA_DATA(at), "gre", sizeof "gre");
    if (type == IFLA_INFO_DATA) data = at;
  }
  if (gre && data) read_gre(data, link);
}

static bool read_link(const struct nlmsghdr *message, struct link *link) {
  if (message->nlmsg_type != RTM_NEWLINK || message->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg))) return false;
  const struct ifinfomsg *head = NLMSG_DATA(message);
  int length = (int)(message->nlmsg_len - NLMSG_LENGTH(sizeof *head));
  uint8_t state = 0, mode = 0;
  uint32_t group = 0;
  memset(link, 0, sizeof *link);
  link->index = head->ifi_index;
  link->admin_up = (head->ifi_flags & IFF_UP) != 0;
  for (const struct rtattr *at = IFLA_RTA(head); RTA_OK(at, length); at = RTA_NEXT(at, length)) {
    switch (at->rta_type & ATTRIBUTE_TYPE_MASK) {
      case IFLA_IFNAME:
        if (RTA_PAYLOAD(at) <= sizeof link->name) memcpy(link->name, RTA_DATA(at), RTA_PAYLOAD(at));
        link->name[sizeof link->name - 1] = '\0';
        break;
      case IFLA_OPERSTATE: take(at, &state, 1); break;
      case IFLA_LINKMODE: take(at, &mode, 1); break;
      case IFLA_GROUP: take(at, &group, 4); break;
      case IFLA_LINKINFO: read_info(at, link); break;
    }
  }
  link->marked = group == DOWN_GROUP;
  link->dormant = mode == MODE_DORMANT && state == OPER_DORMANT;
  return link->name[0] != '\0';
}

bool read_links(int fd, struct link **links, size_t *count) {
  struct {
    struct nlmsghdr head;
    struct ifinfomsg info;
  } ask;
  /* As the kernel recommends; a longer message says itself that it was cut. */
  static union {
    struct nlmsghdr aligned;
    uint8_t bytes[32768];
  } got;
  memset(&ask, 0, sizeof ask);
  ask.head.nlmsg_len = NLMSG_LENGTH(sizeof ask.info);
  ask.head.nlmsg_type = RTM_GETLINK;
  ask.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  ask.info.ifi_family = AF_UNSPEC;
  *links = NULL;
  *count = 0;
  if (!send_message(fd, &ask.head)) return false;
  for (;;) {
    ssize_t length = recv(fd, &got, sizeof got, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) goto failed;
    for (struct nlmsghdr *at = &got.aligned; NLMSG_OK(at, length); at = NLMSG_NEXT(at, length)) {
      struct link link, *more;
      if (at->nlmsg_seq != sequence) continue;
      if (at->nlmsg_type == NLMSG_DONE) return true;
      if (at->nlmsg_type == NLMSG_ERROR) goto failed;
      if (!read_link(at, &link)) continue;
      more = realloc(*links, (*count + 1) * sizeof link);
      if (!more) goto failed;
      *links = more;
      (*links)[(*count)++] = link;
    }
  }
failed:
  free(*links);
  *links = NULL;
  *count = 0;
  return false;
}

static void add(struct nlmsghdr *message, unsigned short type, const void *value, size_t size) {
  struct rtattr *attribute = (struct rtattr *)((uint8_t *)message + NLMSG_ALIGN(message->nlmsg_len));
  attribute->rta_type = type;
  attribute->rta_len = (unsigned short)RTA_LENGTH(size);
  memcpy(RTA_DATA(attribute), value, size);
  message->nlmsg_len = NLMSG_ALIGN(message->nlmsg_len) + RTA_ALIGN(attribute->rta_len);
}

bool set_link_line(int fd, int index, bool up) {
  struct {
    struct nlmsghdr head;
    struct ifinfomsg info;
    uint8_t room[64];
  } ask;
  union {
    struct nlmsghdr aligned;
    uint8_t bytes[1024];
  } got;
  uint8_t mode = up ? MODE_DEFAULT : MODE_DORMANT, state = up ? OPER_UP : OPER_DORMANT;
  uint32_t group = up ? 0 : DOWN_GROUP;
  memset(&ask, 0, sizeof ask);
  ask.head.nlmsg_len = NLMSG_LENGTH(sizeof ask.info);
  ask.head.nlmsg_type = RTM_SETLINK;
  ask.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  ask.info.ifi_family = AF_UNSPEC;
  ask.info.ifi_index = index;
  add(&ask.head, IFLA_GROUP, &group, sizeof group);
  add(&ask.head, IFLA_OPERSTATE, &state, sizeof state);
  add(&ask.head, IFLA_LINKMODE, &mode, sizeof mode);
  if (!send_message(fd, &ask.head)) return false;
  for (;;) {
    ssize_t length = recv(fd, &got, sizeof got, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return false;
    for (struct nlmsghdr *at = &got.aligned; NLMSG_OK(at, length); at = NLMSG_NEXT(at, length)) {
      if (at->nlmsg_seq != sequence || at->nlmsg_type != NLMSG_ERROR) continue;
      if (at->nlmsg_len < NLMSG_LENGTH(sizeof(struct nlmsgerr))) continue;
      errno = -((struct nlmsgerr *)NLMSG_DATA(at))->error;
      return errno == 0;
    }
  }
}
