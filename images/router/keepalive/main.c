/* tw-keepalive: GRE keepalives as Cisco's routers send them, for the GRE devices of a Linux router. See README.md. */
#include "netlink.h"
#include "settings.h"
#include "status.h"
#include "wire.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MISUSE = 64, BAD_FILE = 2 };
/* So many packets are read before the clock is looked at again: a flood delays no keepalive. */
enum { PACKETS_A_TURN = 64 };

struct daemon {
  const char *path;
  int probe_socket, gre_socket, netlink, link_watch, status;
  struct engine engine;
};

static volatile sig_atomic_t stopping, reloading;
static void note_signal(int number) {
  if (number == SIGHUP)
    reloading = 1;
  else
    stopping = 1;
}

static int64_t clock_ms(clockid_t id) {
  struct timespec now;
  clock_gettime(id, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
static int64_t now_ms(void) { return clock_ms(CLOCK_MONOTONIC); }

static bool on_send_probe(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  return send_probe(((struct daemon *)self)->probe_socket, tunnel, bytes, length);
}
static bool on_send_answer(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  return send_answer(((struct daemon *)self)->gre_socket, tunnel, bytes, length);
}
static void on_set_line(void *self, const struct tunnel *tunnel, bool up) {
  if (set_link_line(((struct daemon *)self)->netlink, tunnel->link.index, up))
    printf("%s: line protocol %s\n", tunnel->link.name, up ? "up" : "down");
  else
    printf("%s: the line protocol could not be set %s: %s\n", tunnel->link.name, up ? "up" : "down", strerror(errno));
}
static bool on_kernel_reflects(void *self, const struct tunnel *tunnel) {
  (void)self;
  return kernel_reflects(tunnel);
}
static int64_t on_wall_ms(void *self) {
  (void)self;
  return clock_ms(CLOCK_REALTIME);
}

/* Of all that root may do, what its sockets are used for. */
static bool drop_capabilities(void) {
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  memset(data, 0, sizeof data);
  data[0].effective = data[0].permitted = 1u << CAP_NET_ADMIN | 1u << CAP_NET_RAW;
  return syscall(SYS_capset, &head, data) == 0;
}

static bool take_settings(struct daemon *daemon) {
  struct settings settings;
  if (read_settings(daemon->path, &settings, stderr) > 0) return false;
  bool good = engine_configure(&daemon->engine, &settings, now_ms());
  free_settings(&settings);
  return good;
}

static bool look_at_links(struct daemon *daemon) {
  struct link *links;
  size_t count;
  if (!read_links(daemon->netlink, &links, &count)) return false;
  engine_links(&daemon->engine, links, count, now_ms());
  free(links);
  return true;
}

static void take_packets(struct daemon *daemon) {
  uint8_t bytes[RECEIVED_MAX_BYTES];
  for (int turn = 0; turn < PACKETS_A_TURN; turn++) {
    ssize_t length = recv(daemon->gre_socket, bytes, sizeof bytes, 0);
    if (length < 0) return;
    engine_packet(&daemon->engine, bytes, (size_t)length, now_ms());
  }
}

/* The sockets come first: what one of them may not do is said before anything is touched. */
static bool open_all(struct daemon *daemon) {
  struct {
    const char *what;
    int *fd;
    int (*open)(void);
  } sockets[] = {
      {"send into a device", &daemon->probe_socket, open_probe_socket},
      {"receive GRE", &daemon->gre_socket, open_gre_socket},
      {"watch the links", &daemon->link_watch, open_link_watch},
      {"read the links", &daemon->netlink, open_netlink},
      {"be asked for the state", &daemon->status, open_status_socket},
  };
  for (size_t at = 0; at < sizeof sockets / sizeof *sockets; at++)
    if ((*sockets[at].fd = sockets[at].open()) < 0) {
      fprintf(stderr, "tw-keepalive cannot %s: %s\n", sockets[at].what, strerror(errno));
      return false;
    }
  return true;
}

static int serve(struct daemon *daemon, const sigset_t *unblocked) {
  bool links_changed = true;
  while (!stopping) {
    if (reloading) {
      reloading = 0;
      /* A file with a fault in it changes nothing. */
      printf(take_settings(daemon) ? "the configuration was read anew\n" : "the configuration stays as it was\n");
      links_changed = true;
    }
    /* What could not be read is tried again at the next turn, a second from now at the latest. */
    if (links_changed) links_changed = !look_at_links(daemon);
    int64_t due = engine_tick(&daemon->engine, now_ms());
    int64_t wait = due < 0 ? -1 : due - now_ms();
    if (due >= 0 && wait < 0) wait = 0;
    if (links_changed && (wait < 0 || wait > 1000)) wait = 1000;
    struct timespec patience = {.tv_sec = (time_t)(wait / 1000), .tv_nsec = (long)(wait % 1000) * 1000000};
    struct pollfd sockets[] = {{daemon->gre_socket, POLLIN, 0}, {daemon->link_watch, POLLIN, 0}, {daemon->status, POLLIN, 0}};
    if (ppoll(sockets, 3, wait < 0 ? NULL : &patience, unblocked) < 0) {
      if (errno == EINTR) continue;
      fprintf(stderr, "tw-keepalive cannot wait: %s\n", strerror(errno));
      return 1;
    }
    if (sockets[1].revents) {
      drain_link_watch(daemon->link_watch);
      links_changed = true;
    }
    if (sockets[0].revents) take_packets(daemon);
    if (sockets[2].revents) answer_status(daemon->status, &daemon->engine);
  }
  engine_release(&daemon->engine);
  close_status_socket(daemon->status);
  return 0;
}

static int run(const char *path) {
  struct daemon daemon;
  sigset_t blocked, unblocked;
  struct sigaction action;
  memset(&daemon, 0, sizeof daemon);
  daemon.path = path;
  daemon.engine.world = (struct world){&daemon, on_send_probe, on_send_answer, on_set_line, on_kernel_reflects, on_wall_ms};
  /* Signals come while it waits, and at no other time. */
  memset(&action, 0, sizeof action);
  action.sa_handler = note_signal;
  sigemptyset(&blocked);
  const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
  for (size_t at = 0; at < sizeof numbers / sizeof *numbers; at++) {
    sigaddset(&blocked, numbers[at]);
    sigaction(numbers[at], &action, NULL);
  }
  sigprocmask(SIG_BLOCK, &blocked, &unblocked);
  for (size_t at = 0; at < sizeof numbers / sizeof *numbers; at++) sigdelset(&unblocked, numbers[at]);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (!take_settings(&daemon)) return BAD_FILE;
  if (!open_all(&daemon)) return 1;
  if (!drop_capabilities()) {
    fprintf(stderr, "tw-keepalive cannot lay down its rights: %s\n", strerror(errno));
    return 1;
  }
  return serve(&daemon, &unblocked);
}

static int check(const char *path) {
  struct settings settings;
  if (read_settings(path, &settings, stderr) > 0) return BAD_FILE;
  free_settings(&settings);
  return 0;
}

static int misuse(void) {
  fprintf(stderr, "usage: tw-keepalive run FILE | --check FILE | status [--json] [TUNNEL]\n");
  return MISUSE;
}

int main(int count, char **words) {
  const char *verb = count > 1 ? words[1] : "";
  if (!strcmp(verb, "--check") && count == 3) return check(words[2]);
  if (!strcmp(verb, "run") && count == 3) return run(words[2]);
  if (strcmp(verb, "status")) return misuse();
  bool json = count > 2 && !strcmp(words[2], "--json");
  int rest = json ? 3 : 2;
  return count > rest + 1 ? misuse() : ask_status(json, count > rest ? words[rest] : NULL);
}
