#include "line.h"

void line_begin(struct line *line, uint32_t period_seconds, uint32_t retries, bool up, int64_t now_ms) {
  line->period_ms = (int64_t)period_seconds * 1000;
  line->retries = retries;
  line->due_ms = now_ms;
  line->counter = up ? 0 : retries;
  line->up = up;
}

bool line_send(struct line *line, int64_t now_ms) {
  /* The times stay those of the first: no drift. What a sleeping machine missed is not made up for. */
  line->due_ms += line->period_ms;
  if (line->due_ms <= now_ms) line->due_ms += (now_ms - line->due_ms) / line->period_ms * line->period_ms + line->period_ms;
  bool went_down = line->up && line->counter >= line->retries;
  if (went_down) line->up = false;
  if (line->counter < UINT32_MAX) line->counter++;
  return went_down;
}

bool line_answer(struct line *line) {
  bool came_up = !line->up;
  line->counter = 0;
  line->up = true;
  return came_up;
}
