#include "wire.h"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of no protocol: it is for sending, and takes nothing in. */
int open_probe_socket(void) { return socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

/* Every GRE packet that comes to this machine comes here too, after decryption and after the check of its IPsec policy. The kernel's
   GRE device takes one of protocol 0 as well, and drops it, since nobody handles that protocol. This filter runs in the kernel and
   spares us the data: what cannot be a keepalive is not copied. It lets by every protocol 0, and GRE over IP of at most 64 bytes whose
   passenger is GRE. */
int open_gre_socket(void) {
  struct sock_filter filter[] = {
      /*  0 */ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X = length of the IP header */
      /*  1 */ BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),  /* GRE protocol */
      /*  2 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 9, 0),
      /*  3 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0800, 0, 9),
      /*  4 */ BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
      /*  5 */ BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 64, 7, 0),
      /*  6 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0), /* GRE flags: has it a key? */
      /*  7 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x20, 0, 2),
      /*  8 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 8 + 9), /* the passenger's protocol */
      /*  9 */ BPF_STMT(BPF_JMP | BPF_JA, 1),
      /* 10 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 4 + 9),
      /* 11 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_GRE, 0, 1),
      /* 12 */ BPF_STMT(BPF_RET | BPF_K, RECEIVED_MAX_BYTES),
      /* 13 */ BPF_STMT(BPF_RET | BPF_K, 0),
  };
  struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
  /* An answer is as a reflected keepalive is: marked internetwork control, one hop used up, DF clear. */
  int tos = 0xc0, ttl = 254, df = IP_PMTUDISC_DONT;
  int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_GRE);
  if (fd < 0) return -1;
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 &&
      setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos) == 0 && setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl) == 0 &&
      setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &df, sizeof df) == 0)
    return fd;
  close(fd);
  return -1;
}

bool send_probe(int fd, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  struct sockaddr_ll device;
  memset(&device, 0, sizeof device);
  device.sll_family = AF_PACKET;
  device.sll_protocol = htons(ETH_P_IP);
  device.sll_ifindex = tunnel->link.index;
  return sendto(fd, bytes, length, 0, (struct sockaddr *)&device, sizeof device) == (ssize_t)length;
}

bool send_answer(int fd, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  struct sockaddr_in remote;
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
  union {
    struct cmsghdr aligned;
    uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control;
  struct msghdr message;
  memset(&remote, 0, sizeof remote);
  memset(&control, 0, sizeof control);
  memset(&message, 0, sizeof message);
  remote.sin_family = AF_INET;
  remote.sin_addr.s_addr = tunnel->link.ends.remote;
  message.msg_name = &remote;
  message.msg_namelen = sizeof remote;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = IPPROTO_IP;
  head->cmsg_type = IP_PKTINFO;
  head->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
  ((struct in_pktinfo *)CMSG_DATA(head))->ipi_spec_dst.s_addr = tunnel->link.ends.local;
  return sendmsg(fd, &message, 0) == (ssize_t)length;
}

/* The greater of the setting for all devices and the one for this: how the kernel joins both of them that are asked for here
   (Documentation/networking/ip-sysctl.rst). */
static int setting_of(const char *device, const char *name) {
  const char *const scopes[] = {"all", device};
  int greatest = 0;
  for (size_t at = 0; at < sizeof scopes / sizeof *scopes; at++) {
    char path[96];
    int value = 0;
    snprintf(path, sizeof path, "/proc/sys/net/ipv4/conf/%s/%s", scopes[at], name);
    FILE *file = fopen(path, "re");
    if (!file) continue;
    if (fscanf(file, "%d", &value) == 1 && value > greatest) greatest = value;
    fclose(file);
  }
  return greatest;
}

bool kernel_reflects(const struct tunnel *tunnel) {
  const char *device = tunnel->link.name;
  return setting_of(device, "accept_local") > 0 && setting_of(device, "rp_filter") != 1 && setting_of(device, "forwarding") > 0;
}
