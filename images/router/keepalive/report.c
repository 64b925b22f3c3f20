#include "report.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct text {
  char *out;
  size_t length;
};

static void say(struct text *text, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int more = vsnprintf(text->out + text->length, REPORT_MAX_BYTES - text->length, format, values);
  va_end(values);
  if (more > 0) text->length += (size_t)more;
  if (text->length >= REPORT_MAX_BYTES) text->length = REPORT_MAX_BYTES - 1;
}

static struct text begin(char *out) {
  out[0] = '\0';
  return (struct text){.out = out, .length = 0};
}

static bool is_there(const struct tunnel *tunnel) { return tunnel->link.index > 0; }

/* As the world sees it: without a device, or one that is shut down, no line is up. */
static bool line_is_up(const struct tunnel *tunnel) { return is_there(tunnel) && tunnel->link.admin_up && tunnel->line.up; }

/* Why it does not send, or NULL. */
static const char *idle_reason(const struct tunnel *tunnel) {
  if (!is_there(tunnel)) return "there is no such device";
  if (!tunnel->link.is_gre) return "it is not a GRE device between two fixed ends";
  if (!tunnel->link.admin_up) return "it is shut down";
  return NULL;
}

static uint64_t sum(const uint64_t ignored[KIND_COUNT]) {
  uint64_t total = 0;
  for (int kind = 0; kind < KIND_COUNT; kind++) total += ignored[kind];
  return total;
}

static size_t kept_transitions(const struct tunnel *tunnel) {
  return tunnel->transition_total < TRANSITION_COUNT ? (size_t)tunnel->transition_total : TRANSITION_COUNT;
}

/* The oldest kept one is number 0. */
static const struct transition *transition_at(const struct tunnel *tunnel, size_t number) {
  uint64_t first = tunnel->transition_total - kept_transitions(tunnel);
  return &tunnel->transitions[(first + number) % TRANSITION_COUNT];
}

size_t report_text(const struct tunnel *tunnel, char out[REPORT_MAX_BYTES]) {
  struct text text = begin(out);
  const char *idle = idle_reason(tunnel);
  const char *state = !is_there(tunnel) ? "absent" : tunnel->link.admin_up ? "up" : "administratively down";
  say(&text, "%c%s is %s, line protocol is %s\n", toupper((unsigned char)tunnel->setting.device[0]),
      tunnel->setting.device + 1, state, line_is_up(tunnel) ? "up" : "down");
  say(&text, "  Keepalive set (%" PRIu32 " sec), retries %" PRIu32 "\n", tunnel->setting.period_seconds, tunnel->setting.retries);
  if (idle) say(&text, "  Keepalives are not sent: %s\n", idle);
  say(&text, "  %" PRIu64 " keepalives sent, %" PRIu64 " answers received, %" PRIu32 " in a row unanswered\n", tunnel->sent,
      tunnel->received, tunnel->line.counter);
  say(&text, "  %" PRIu64 " of the peer's answered, %" PRIu64 " packets ignored, %" PRIu64 " not sent\n", tunnel->answered,
      sum(tunnel->ignored), tunnel->send_failed);
  for (size_t number = 0; number < kept_transitions(tunnel); number++) {
    const struct transition *transition = transition_at(tunnel, number);
    time_t seconds = (time_t)(transition->wall_ms / 1000);
    struct tm utc;
    char when[32] = "?";
    if (gmtime_r(&seconds, &utc)) strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &utc);
    say(&text, "  %s.%03dZ line protocol %s\n", when, (int)(transition->wall_ms % 1000), transition->up ? "up" : "down");
  }
  return text.length;
}

static void say_address(struct text *text, const char *name, uint32_t address) {
  char words[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &address, words, sizeof words);
  say(text, "\"%s\":\"%s\",", name, words);
}

static void say_key(struct text *text, const char *name, bool keyed, uint32_t key) {
  if (keyed)
    say(text, "\"%s\":%" PRIu32 ",", name, ntohl(key));
  else
    say(text, "\"%s\":null,", name);
}

static void say_ignored(struct text *text, const uint64_t ignored[KIND_COUNT]) {
  const char *comma = "";
  say(text, "{");
  for (int kind = 0; kind < KIND_COUNT; kind++) {
    if (ignored[kind] == 0) continue;
    say(text, "%s\"%s\":%" PRIu64, comma, kind_names[kind], ignored[kind]);
    comma = ",";
  }
  say(text, "}");
}

size_t report_ignored(const uint64_t ignored[KIND_COUNT], char out[REPORT_MAX_BYTES]) {
  struct text text = begin(out);
  say_ignored(&text, ignored);
  return text.length;
}

size_t report_json(const struct tunnel *tunnel, char out[REPORT_MAX_BYTES]) {
  struct text text = begin(out);
  const struct link *link = &tunnel->link;
  const char *idle = idle_reason(tunnel);
  say(&text, "{\"device\":\"%s\",\"periodSeconds\":%" PRIu32 ",\"retryCount\":%" PRIu32 ",", tunnel->setting.device,
      tunnel->setting.period_seconds, tunnel->setting.retries);
  say(&text, "\"adminUp\":%s,\"lineProtocol\":\"%s\",\"idle\":", is_there(tunnel) && link->admin_up ? "true" : "false",
      line_is_up(tunnel) ? "up" : "down");
  say(&text, idle ? "\"%s\"," : "null,", idle);
  if (is_there(tunnel) && link->is_gre) {
    say_address(&text, "local", link->ends.local);
    say_address(&text, "remote", link->ends.remote);
    say_key(&text, "inKey", link->ends.keyed_in, link->ends.key_in);
    say_key(&text, "outKey", link->ends.keyed_out, link->ends.key_out);
  }
  say(&text, "\"counter\":%" PRIu32 ",\"sentCount\":%" PRIu64 ",\"sendFailedCount\":%" PRIu64 ",\"receivedCount\":%" PRIu64
      ",\"answeredCount\":%" PRIu64 ",\"ignoredCounts\":",
      tunnel->line.counter, tunnel->sent, tunnel->send_failed, tunnel->received, tunnel->answered);
  say_ignored(&text, tunnel->ignored);
  say(&text, ",\"transitionCount\":%" PRIu64 ",\"lastTransitions\":[", tunnel->transition_total);
  for (size_t number = 0; number < kept_transitions(tunnel); number++) {
    const struct transition *transition = transition_at(tunnel, number);
    say(&text, "%s{\"lineProtocol\":\"%s\",\"wallClockMs\":%" PRId64 ",\"monotonicMs\":%" PRId64 "}", number > 0 ? "," : "",
        transition->up ? "up" : "down", transition->wall_ms, transition->monotonic_ms);
  }
  say(&text, "]}");
  return text.length;
}
