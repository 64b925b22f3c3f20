#include "engine.h"

#include <stdlib.h>
#include <string.h>

static bool may_send(const struct tunnel *tunnel) {
  return tunnel->link.index > 0 && tunnel->link.is_gre && tunnel->link.admin_up;
}

static void tell_line(struct engine *engine, struct tunnel *tunnel, int64_t now_ms) {
  tunnel->set_ms = now_ms;
  engine->world.set_line(engine->world.self, tunnel, tunnel->line.up);
}

/* Somebody else may have changed the link by hand; not more than once a second is it set right. */
static void keep_line(struct engine *engine, struct tunnel *tunnel, int64_t now_ms) {
  const struct link *link = &tunnel->link;
  if (link->index <= 0 || !link->is_gre || now_ms - tunnel->set_ms < 1000) return;
  bool in_step = tunnel->line.up ? !link->marked : link->marked && (link->dormant || !link->admin_up);
  if (!in_step) tell_line(engine, tunnel, now_ms);
}

static void note_transition(struct engine *engine, struct tunnel *tunnel, int64_t now_ms) {
  struct transition *transition = &tunnel->transitions[tunnel->transition_total++ % TRANSITION_COUNT];
  transition->up = tunnel->line.up;
  transition->wall_ms = engine->world.wall_ms(engine->world.self);
  transition->monotonic_ms = now_ms;
  tell_line(engine, tunnel, now_ms);
}

static void give_back(struct engine *engine, struct tunnel *tunnel) {
  if (tunnel->link.index > 0 && (!tunnel->line.up || tunnel->link.marked))
    engine->world.set_line(engine->world.self, tunnel, true);
}

static struct tunnel *find_tunnel(const struct engine *engine, const char *device) {
  for (size_t at = 0; at < engine->count; at++)
    if (!strcmp(engine->tunnels[at].setting.device, device)) return &engine->tunnels[at];
  return NULL;
}

bool engine_configure(struct engine *engine, const struct settings *settings, int64_t now_ms) {
  struct tunnel *tunnels = calloc(settings->count + 1, sizeof *tunnels);
  if (!tunnels) return false;
  for (size_t at = 0; at < settings->count; at++) {
    const struct setting *setting = &settings->all[at];
    struct tunnel *old = find_tunnel(engine, setting->device), *tunnel = &tunnels[at];
    if (old) *tunnel = *old;
    tunnel->setting = *setting;
    if (!old || tunnel->line.period_ms != (int64_t)setting->period_seconds * 1000)
      line_begin(&tunnel->line, setting->period_seconds, setting->retries, old ? old->line.up : true, now_ms);
    else
      tunnel->line.retries = setting->retries;
    if (old) old->link.index = 0; /* it stays */
  }
  for (size_t at = 0; at < engine->count; at++) give_back(engine, &engine->tunnels[at]);
  free(engine->tunnels);
  engine->tunnels = tunnels;
  engine->count = settings->count;
  return true;
}

static const struct link *find_link(const struct link *links, size_t count, const char *name) {
  for (size_t at = 0; at < count; at++)
    if (!strcmp(links[at].name, name)) return &links[at];
  return NULL;
}

void engine_links(struct engine *engine, const struct link *links, size_t count, int64_t now_ms) {
  for (size_t at = 0; at < engine->count; at++) {
    struct tunnel *tunnel = &engine->tunnels[at];
    const struct link *link = find_link(links, count, tunnel->setting.device);
    struct link was = tunnel->link;
    if (!link) {
      tunnel->link.index = 0;
      continue;
    }
    tunnel->link = *link;
    if (was.index != link->index)
      line_begin(&tunnel->line, tunnel->setting.period_seconds, tunnel->setting.retries, !link->marked, now_ms);
    else if (link->admin_up && !was.admin_up && tunnel->line.up)
      tunnel->line.counter = 0; /* `no shutdown`: the count begins anew */
    keep_line(engine, tunnel, now_ms);
  }
}

int64_t engine_tick(struct engine *engine, int64_t now_ms) {
  int64_t next = -1;
  uint8_t bytes[PROBE_MAX_BYTES];
  for (size_t at = 0; at < engine->count; at++) {
    struct tunnel *tunnel = &engine->tunnels[at];
    /* What cannot send is in no hurry; a link that comes is told of. */
    if (!may_send(tunnel)) continue;
    if (tunnel->line.due_ms <= now_ms) {
      keep_line(engine, tunnel, now_ms);
      if (line_send(&tunnel->line, now_ms)) note_transition(engine, tunnel, now_ms);
      size_t length = write_probe(&tunnel->link.ends, tunnel->next_id++, bytes);
      if (engine->world.send_probe(engine->world.self, tunnel, bytes, length))
        tunnel->sent++;
      else
        tunnel->send_failed++;
    }
    if (next < 0 || tunnel->line.due_ms < next) next = tunnel->line.due_ms;
  }
  return next;
}

static bool same_key(bool keyed, uint32_t key, bool wanted, uint32_t wanted_key) {
  return keyed == wanted && (!keyed || key == wanted_key);
}

/* The tunnel between these ends, if possible the one with this key. */
static struct tunnel *tunnel_of(const struct engine *engine, const struct seen *seen, bool *key_fits) {
  struct tunnel *found = NULL;
  *key_fits = false;
  for (size_t at = 0; seen->has_ends && at < engine->count; at++) {
    struct tunnel *tunnel = &engine->tunnels[at];
    const struct ends *ends = &tunnel->link.ends;
    if (tunnel->link.index <= 0 || !tunnel->link.is_gre) continue;
    if (seen->source != ends->remote || seen->destination != ends->local) continue;
    if (!found) found = tunnel;
    if (!seen->has_key || !same_key(seen->keyed, seen->key, ends->keyed_in, ends->key_in)) continue;
    *key_fits = true;
    return tunnel;
  }
  return found;
}

static bool answer(struct engine *engine, const struct tunnel *tunnel) {
  uint8_t bytes[ANSWER_MAX_BYTES];
  size_t length = write_answer(&tunnel->link.ends, bytes);
  return engine->world.send_answer(engine->world.self, tunnel, bytes, length);
}

void engine_packet(struct engine *engine, const uint8_t *bytes, size_t length, int64_t now_ms) {
  struct seen seen = read_packet(bytes, length);
  bool key_fits;
  struct tunnel *tunnel = tunnel_of(engine, &seen, &key_fits);
  if (!tunnel) {
    engine->ignored[seen.kind == REPLY || seen.kind == REQUEST ? STRANGER : seen.kind]++;
    return;
  }
  const struct ends *ends = &tunnel->link.ends;
  if (seen.kind != REPLY && seen.kind != REQUEST) {
    tunnel->ignored[seen.kind]++;
  } else if (!key_fits) {
    tunnel->ignored[WRONG_KEY]++;
  } else if (!tunnel->link.admin_up) {
    tunnel->ignored[NOT_EXPECTED]++;
  } else if (seen.kind == REPLY) {
    tunnel->received++;
    if (line_answer(&tunnel->line)) note_transition(engine, tunnel, now_ms);
  } else if (seen.inner_source != ends->local || seen.inner_destination != ends->remote ||
             !same_key(seen.inner_keyed, seen.inner_key, ends->keyed_out, ends->key_out)) {
    tunnel->ignored[WRONG_INNER]++;
  } else if (!engine->world.kernel_reflects(engine->world.self, tunnel)) {
    /* Where the kernel sends it back itself, a second answer would be one too many. */
    if (answer(engine, tunnel))
      tunnel->answered++;
    else
      tunnel->send_failed++;
  }
}

void engine_release(struct engine *engine) {
  for (size_t at = 0; at < engine->count; at++) give_back(engine, &engine->tunnels[at]);
  free(engine->tunnels);
  engine->tunnels = NULL;
  engine->count = 0;
}
