#include "status.h"
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static const struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = "/run/tunnelwright/keepalive.sock"};

int open_status_socket(void) {
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  unlink(here.sun_path);
  mode_t mask = umask(0177);
  int bound = bind(fd, (const struct sockaddr *)&here, sizeof here);
  umask(mask);
  if (bound == 0) return fd;
  close(fd);
  return -1;
}

void close_status_socket(int fd) {
  unlink(here.sun_path);
  close(fd);
}

/* `text N`, `json N`: the tunnel with this number; `ignored`: the packets that belong to none. An empty answer: there is none. */
static size_t answer_to(const char *question, const struct engine *engine, char *out) {
  char form[8];
  size_t number;
  out[0] = '\0';
  if (!strcmp(question, "ignored")) return report_ignored(engine->ignored, out);
  if (sscanf(question, "%7s %zu", form, &number) != 2 || number >= engine->count) return 0;
  return !strcmp(form, "json") ? report_json(&engine->tunnels[number], out) : report_text(&engine->tunnels[number], out);
}

void answer_status(int fd, const struct engine *engine) {
  char question[64], out[REPORT_MAX_BYTES];
  struct sockaddr_un asker;
  /* Not more at a time than keeps the keepalives punctual. */
  for (int turn = 0; turn < 16; turn++) {
    socklen_t size = sizeof asker;
    ssize_t length = recvfrom(fd, question, sizeof question - 1, 0, (struct sockaddr *)&asker, &size);
    if (length < 0) return;
    question[length] = '\0';
    if (size <= sizeof(sa_family_t)) continue;
    sendto(fd, out, answer_to(question, engine, out), MSG_DONTWAIT, (struct sockaddr *)&asker, size);
  }
}

/* -1: nobody answers. */
static ssize_t ask(int fd, char *out, const char *question) {
  if (sendto(fd, question, strlen(question), 0, (const struct sockaddr *)&here, sizeof here) < 0) return -1;
  ssize_t length = recv(fd, out, REPORT_MAX_BYTES - 1, 0);
  if (length >= 0) out[length] = '\0';
  return length;
}

/* Is the report the one of this device? By the JSON form, whose first words are fixed. */
static bool is_of(const char *json, const char *device) {
  char words[64];
  snprintf(words, sizeof words, "{\"device\":\"%s\",", device);
  return !strncmp(json, words, strlen(words));
}

static int no_answer(void) {
  fprintf(stderr, "tw-keepalive does not run: %s\n", strerror(errno));
  return 1;
}

static int print_all(int fd, bool json, const char *device) {
  char question[64], out[REPORT_MAX_BYTES];
  size_t printed = 0;
  for (size_t number = 0;; number++) {
    snprintf(question, sizeof question, "json %zu", number);
    ssize_t length = ask(fd, out, question);
    if (length < 0) return no_answer();
    if (length == 0) break;
    if (device && !is_of(out, device)) continue;
    if (!json) {
      snprintf(question, sizeof question, "text %zu", number);
      if (ask(fd, out, question) < 0) return no_answer();
    }
    printf("%s%s", !json ? "" : printed == 0 ? "{\"tunnels\":[\n" : ",\n", out);
    printed++;
  }
  if (device && printed == 0) {
    fprintf(stderr, "no keepalive is set on %s\n", device);
    return 1;
  }
  if (!json) return 0;
  if (ask(fd, out, "ignored") < 0) return no_answer();
  printf("%s\n],\"ignoredCounts\":%s}\n", printed == 0 ? "{\"tunnels\":[" : "", out);
  return 0;
}

int ask_status(bool json, const char *device) {
  /* Without a name the kernel makes one up, so that there is somewhere to answer to. */
  const sa_family_t family = AF_UNIX;
  struct timeval patience = {.tv_sec = 5, .tv_usec = 0};
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&family, sizeof family) < 0 ||
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0) {
    fprintf(stderr, "tw-keepalive cannot ask: %s\n", strerror(errno));
    if (fd >= 0) close(fd);
    return 1;
  }
  int code = print_all(fd, json, device);
  close(fd);
  return code;
}
