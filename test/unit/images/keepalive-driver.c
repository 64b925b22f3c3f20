/* What the tests hold of the keepalives' engine: its packets, its line protocol in simulated time, and both under a flood of bytes.
     keepalive-driver packets LOCAL REMOTE KEY|-     the bytes that are sent, in hex
     keepalive-driver read HEX                       what is read of a packet
     keepalive-driver lines                          standard input: PERIOD RETRIES RTT_MS CUT_MS MENDED_MS; prints the transitions
     keepalive-driver report                         the state in both forms
     keepalive-driver fuzz SEED COUNT                ends at the first packet that is taken or sent wrongly */
#include "engine.h"
#include "report.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}
static void must(bool good, const char *what) {
  if (!good) fail(what);
}

static uint32_t address_of(const char *words) {
  uint32_t address;
  must(inet_pton(AF_INET, words, &address) == 1, "not an address");
  return address;
}

static struct ends ends_of(const char *local, const char *remote, const char *key) {
  struct ends ends = {.local = address_of(local), .remote = address_of(remote)};
  if (strcmp(key, "-")) {
    ends.keyed_in = ends.keyed_out = true;
    ends.key_in = ends.key_out = htonl((uint32_t)strtoul(key, NULL, 10));
  }
  return ends;
}

static void print_hex(const uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length; at++) printf("%02x", bytes[at]);
  printf("\n");
}

static int packets(char **words) {
  struct ends ends = ends_of(words[0], words[1], words[2]);
  uint8_t probe[PROBE_MAX_BYTES], answer[ANSWER_MAX_BYTES];
  print_hex(probe, write_probe(&ends, 163, probe));
  print_hex(answer, write_answer(&ends, answer));
  return 0;
}

static int read_hex(const char *hex) {
  size_t length = strlen(hex) / 2;
  /* A block of exactly this size, so that a byte too far is seen. */
  uint8_t *bytes = malloc(length + (length == 0));
  for (size_t at = 0; at < length; at++) {
    unsigned byte;
    must(sscanf(hex + 2 * at, "%2x", &byte) == 1, "not hex");
    bytes[at] = (uint8_t)byte;
  }
  printf("%s\n", kind_names[read_packet(bytes, length).kind]);
  free(bytes);
  return 0;
}

/* ---- one tunnel in simulated time, its peer a kernel that sends the passenger back */

struct path {
  struct engine *engine;
  int64_t now, rtt_ms, cut_ms, mended_ms, answer_at;
  uint8_t answer[PROBE_MAX_BYTES];
  size_t answer_length;
};

static bool path_probe(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  struct path *path = self;
  (void)tunnel;
  bool lost = path->now + path->rtt_ms >= path->cut_ms && path->now < path->mended_ms;
  if (lost) return true;
  path->answer_at = path->now + path->rtt_ms;
  path->answer_length = length;
  memcpy(path->answer, bytes, length);
  path->answer[8]--; /* it was forwarded once */
  return true;
}
static bool path_answer(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  (void)self, (void)tunnel, (void)bytes, (void)length;
  return true;
}
static void path_line(void *self, const struct tunnel *tunnel, bool up) {
  struct path *path = self;
  struct link *link = &path->engine->tunnels[0].link;
  (void)tunnel;
  link->marked = link->dormant = !up;
  printf(" %s %" PRId64, up ? "up" : "down", path->now);
}
static bool path_reflects(void *self, const struct tunnel *tunnel) {
  (void)self, (void)tunnel;
  return true;
}
static int64_t path_wall(void *self) { return 1700000000000 + ((struct path *)self)->now; }

static const struct link example = {.name = "tunnel0", .index = 5, .admin_up = true, .is_gre = true};

static void simulate(struct engine *engine, struct path *path, int64_t until) {
  for (;;) {
    int64_t due = engine_tick(engine, path->now);
    bool answers = path->answer_at >= 0 && path->answer_at < due;
    int64_t next = answers ? path->answer_at : due;
    if (next > until) return;
    path->now = next;
    if (!answers) continue;
    path->answer_at = -1;
    engine_packet(engine, path->answer, path->answer_length, path->now);
  }
}

static void begin(struct engine *engine, struct path *path, unsigned period, unsigned retries, struct ends ends) {
  struct setting setting = {.device = "tunnel0", .period_seconds = period, .retries = retries};
  struct settings settings = {&setting, 1};
  struct link link = example;
  memset(engine, 0, sizeof *engine);
  path->engine = engine;
  engine->world = (struct world){path, path_probe, path_answer, path_line, path_reflects, path_wall};
  link.ends = ends;
  must(engine_configure(engine, &settings, 0), "no memory");
  engine_links(engine, &link, 1, 0);
}

static int lines(void) {
  unsigned period, retries;
  struct path path = {0};
  while (scanf("%u %u %" SCNd64 " %" SCNd64 " %" SCNd64, &period, &retries, &path.rtt_ms, &path.cut_ms, &path.mended_ms) == 5) {
    struct engine engine;
    path.now = 0;
    path.answer_at = -1;
    begin(&engine, &path, period, retries, ends_of("198.51.100.2", "203.0.113.2", "-"));
    simulate(&engine, &path, path.mended_ms + 3 * (int64_t)period * 1000);
    printf("\n");
    free(engine.tunnels);
  }
  return 0;
}

static int report(void) {
  static char out[REPORT_MAX_BYTES];
  struct path path = {.rtt_ms = 5, .cut_ms = 35000, .mended_ms = 95000, .answer_at = -1};
  struct engine engine;
  uint8_t strange[20] = {0x65};
  begin(&engine, &path, 10, 3, ends_of("198.51.100.2", "203.0.113.2", "40"));
  simulate(&engine, &path, 120000);
  engine_packet(&engine, strange, sizeof strange, path.now);
  report_ignored(engine.ignored, out);
  printf("\n%s\n", out);
  report_json(&engine.tunnels[0], out);
  printf("%s\n", out);
  report_text(&engine.tunnels[0], out);
  printf("%s", out);
  free(engine.tunnels);
  return 0;
}

/* ---- fuzz */

static uint64_t state;
/* xorshift64*: the same bytes for the same seed on every machine. */
static uint32_t dice(uint32_t sides) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (uint32_t)((state * 2685821657736338717ull) >> 33) % sides;
}

enum { TUNNELS = 4, LARGEST = 96 };
static struct {
  const char *device, *local, *remote, *key;
} const declared[TUNNELS] = {
    {"tunnel0", "198.51.100.2", "203.0.113.2", "-"},
    {"tunnel1", "198.51.100.2", "203.0.113.2", "40"},
    {"tunnel2", "198.51.100.2", "203.0.113.9", "4294967295"},
    {"tunnel3", "192.0.2.1", "203.0.113.2", "-"},
};
static uint64_t probe_count, answer_count, line_count;
static struct link links[TUNNELS];
static bool reflecting;

/* Byte for byte, written down a second time: the header of GRE that goes between two ends. */
static size_t gre_header(uint8_t *out, const char *key, uint16_t protocol) {
  bool keyed = strcmp(key, "-") != 0;
  uint32_t number = htonl((uint32_t)strtoul(key, NULL, 10));
  out[0] = keyed ? 0x20 : 0;
  out[1] = 0;
  out[2] = (uint8_t)(protocol >> 8);
  out[3] = (uint8_t)protocol;
  if (keyed) memcpy(out + 4, &number, 4);
  return keyed ? 8 : 4;
}

static size_t index_of(const struct tunnel *tunnel) {
  for (size_t at = 0; at < TUNNELS; at++)
    if (!strcmp(declared[at].device, tunnel->setting.device)) return at;
  fail("a packet goes to a tunnel that nobody declared");
  return 0;
}

static bool fuzz_probe(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  (void)self;
  size_t at = index_of(tunnel);
  uint8_t header[8];
  size_t gre = gre_header(header, declared[at].key, 0);
  uint32_t source = address_of(declared[at].remote), destination = address_of(declared[at].local);
  must(tunnel->link.index == (int)at + 10, "a keepalive goes into another device");
  must(length == 20 + gre && bytes[0] == 0x45 && bytes[2] == 0 && bytes[3] == length && bytes[9] == 47, "a keepalive of another form");
  must(!memcmp(bytes + 12, &source, 4) && !memcmp(bytes + 16, &destination, 4), "a keepalive with other ends");
  must(!memcmp(bytes + 20, header, gre), "a keepalive with another GRE header");
  probe_count++;
  return dice(50) > 0;
}
static bool fuzz_answer(void *self, const struct tunnel *tunnel, const uint8_t *bytes, size_t length) {
  (void)self;
  size_t at = index_of(tunnel);
  uint8_t header[8];
  must(!reflecting, "the kernel answers already");
  must(length == gre_header(header, declared[at].key, 0) && !memcmp(bytes, header, length), "an answer of another form");
  must(tunnel->link.ends.local == address_of(declared[at].local) && tunnel->link.ends.remote == address_of(declared[at].remote),
       "an answer with other ends");
  answer_count++;
  return true;
}
static void fuzz_line(void *self, const struct tunnel *tunnel, bool up) {
  (void)self;
  size_t at = index_of(tunnel);
  must(tunnel->link.index == (int)at + 10, "the line of another device is set");
  links[at].marked = links[at].dormant = !up;
  line_count++;
}
static bool fuzz_reflects(void *self, const struct tunnel *tunnel) {
  (void)self, (void)tunnel;
  return reflecting;
}
static int64_t fuzz_wall(void *self) {
  (void)self;
  return 0;
}

static size_t ip_header(uint8_t *out, const char *source, const char *destination, size_t length) {
  uint32_t from = address_of(source), to = address_of(destination);
  memset(out, 0, 20);
  out[0] = 0x45;
  out[1] = 0xc0;
  out[3] = (uint8_t)length;
  out[8] = 254;
  out[9] = 47;
  memcpy(out + 12, &from, 4);
  memcpy(out + 16, &to, 4);
  uint32_t sum = 0;
  for (size_t at = 0; at < 20; at += 2) sum += (uint32_t)(out[at] << 8 | out[at + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  out[10] = (uint8_t)(~sum >> 8);
  out[11] = (uint8_t)~sum;
  return 20;
}

/* A right packet for this tunnel as it comes from its peer. */
static size_t right_reply(size_t at, uint8_t *out) {
  uint8_t header[8];
  size_t gre = gre_header(header, declared[at].key, 0);
  ip_header(out, declared[at].remote, declared[at].local, 20 + gre);
  memcpy(out + 20, header, gre);
  return 20 + gre;
}
static size_t right_request(size_t at, uint8_t *out) {
  uint8_t header[8];
  size_t gre = gre_header(header, declared[at].key, 0x0800), length = 40 + 2 * gre;
  ip_header(out, declared[at].remote, declared[at].local, length);
  memcpy(out + 20, header, gre);
  ip_header(out + 20 + gre, declared[at].local, declared[at].remote, 20 + gre);
  gre_header(out + 40 + gre, declared[at].key, 0);
  return length;
}

/* The same but for what may differ: TOS, id, DF, TTL and the checksum, which the kernel has looked at. */
static bool same_but_for_free_fields(const uint8_t *bytes, const uint8_t *right, size_t length) {
  for (size_t at = 0; at < length; at++) {
    uint8_t ignore = at == 1 || at == 4 || at == 5 || at == 8 || at == 10 || at == 11 ? 0xff : at == 6 ? 0x40 : 0;
    if ((bytes[at] | ignore) != (right[at] | ignore)) return false;
  }
  return true;
}

static size_t flood(uint8_t *bytes) {
  size_t at = dice(TUNNELS), length;
  if (dice(10) == 0) {
    length = dice(LARGEST + 1);
    for (size_t byte = 0; byte < length; byte++) bytes[byte] = (uint8_t)dice(256);
    return length;
  }
  memset(bytes, 0, LARGEST);
  length = dice(2) ? right_reply(at, bytes) : right_request(at, bytes);
  for (uint32_t change = dice(4); change > 0 && length > 0; change--) switch (dice(5)) {
      case 0: bytes[dice((uint32_t)length)] ^= (uint8_t)(1u << dice(8)); break;
      case 1: bytes[dice((uint32_t)length)] = (uint8_t)dice(256); break;
      case 2: length = dice((uint32_t)length + 1); break;
      case 3: length += dice((uint32_t)(LARGEST - length) + 1); break;
      case 4: bytes[2] = 0, bytes[3] = (uint8_t)length; break;
    }
  return length > 0 ? length : 1;
}

static int fuzz(uint64_t seed, uint64_t count) {
  struct setting all[TUNNELS];
  struct settings settings = {all, TUNNELS};
  struct engine engine;
  int64_t now = 0;
  uint64_t taken = 0, totals[KIND_COUNT] = {0};
  state = seed * 2 + 1;
  memset(&engine, 0, sizeof engine);
  engine.world = (struct world){&engine, fuzz_probe, fuzz_answer, fuzz_line, fuzz_reflects, fuzz_wall};
  for (size_t at = 0; at < TUNNELS; at++) {
    all[at] = (struct setting){.period_seconds = (uint32_t)at + 1, .retries = 3};
    links[at] = (struct link){.index = (int)at + 10, .admin_up = true, .is_gre = true, .ends = ends_of(declared[at].local, declared[at].remote, declared[at].key)};
    snprintf(all[at].device, sizeof all[at].device, "%s", declared[at].device);
    snprintf(links[at].name, sizeof links[at].name, "%s", declared[at].device);
  }
  must(engine_configure(&engine, &settings, now), "no memory");
  engine_links(&engine, links, TUNNELS, now);
  for (uint64_t number = 0; number < count; number++) {
    uint8_t room[LARGEST], right[LARGEST];
    size_t length = flood(room), expected = TUNNELS;
    uint64_t before[TUNNELS], answers = answer_count;
    bool request = false;
    uint8_t *bytes = malloc(length);
    memcpy(bytes, room, length);
    reflecting = dice(2);
    for (size_t at = 0; at < TUNNELS; at++) {
      before[at] = engine.tunnels[at].received;
      if (!links[at].admin_up) continue;
      if (length == right_reply(at, right) && same_but_for_free_fields(bytes, right, length)) expected = at;
      /* Of a request the passenger is looked at too, byte by byte: its checksum covers what its free fields are. */
      if (length == right_request(at, right) && same_but_for_free_fields(bytes, right, length - 20 - (length - 40) / 2)) request = true;
    }
    engine_packet(&engine, bytes, length, now);
    for (size_t at = 0; at < TUNNELS; at++)
      must(engine.tunnels[at].received - before[at] == (at == expected), "a packet was taken that is no answer, or one was not taken");
    must(answer_count == answers || request, "something was answered that is no request");
    if (expected < TUNNELS) must(engine.tunnels[expected].line.up && engine.tunnels[expected].line.counter == 0, "an answer brings the line up");
    taken += expected < TUNNELS;
    free(bytes);
    if (dice(4) == 0) now += dice(1500);
    engine_tick(&engine, now);
    if (dice(50) == 0) {
      links[dice(TUNNELS)].admin_up ^= true;
      engine_links(&engine, links, TUNNELS, now);
    }
  }
  for (int kind = 0; kind < KIND_COUNT; kind++) {
    totals[kind] = engine.ignored[kind];
    for (size_t at = 0; at < TUNNELS; at++) totals[kind] += engine.tunnels[at].ignored[kind];
  }
  printf("{\"packets\":%" PRIu64 ",\"taken\":%" PRIu64 ",\"probes\":%" PRIu64 ",\"answers\":%" PRIu64 ",\"lineChanges\":%" PRIu64 ",\"ignored\":{", count,
         taken, probe_count, answer_count, line_count);
  const char *comma = "";
  for (int kind = 0; kind < KIND_COUNT; kind++)
    if (totals[kind] > 0) printf("%s\"%s\":%" PRIu64, comma, kind_names[kind], totals[kind]), comma = ",";
  printf("}}\n");
  engine_release(&engine);
  return 0;
}

int main(int count, char **words) {
  const char *verb = count > 1 ? words[1] : "";
  if (!strcmp(verb, "packets") && count == 5) return packets(words + 2);
  if (!strcmp(verb, "read") && count == 3) return read_hex(words[2]);
  if (!strcmp(verb, "lines")) return lines();
  if (!strcmp(verb, "report")) return report();
  if (!strcmp(verb, "fuzz") && count == 4) return fuzz(strtoull(words[2], NULL, 10), strtoull(words[3], NULL, 10));
  fail("packets, read, lines, report and fuzz are known");
  return 1;
}
