/* The line protocol of one tunnel, by the rule of IOS (Cisco 118370): every keepalive sent counts one up, an answer counts back to
   nought; when the next is to be sent and the counter has reached the retries, the line protocol is down. So it goes down at least
   RETRIES and less than RETRIES + 1 periods after the loss. The first answer brings it up again. Pure: the clock is handed in. */
#ifndef LINE_H
#define LINE_H
#include <stdbool.h>
#include <stdint.h>

struct line {
  int64_t period_ms;
  uint32_t retries;
  int64_t due_ms; /* when the next keepalive is to be sent, by the monotonic clock */
  uint32_t counter;
  bool up;
};

/* A line that begins now: as it was found, and with a keepalive due at once. */
void line_begin(struct line *line, uint32_t period_seconds, uint32_t retries, bool up, int64_t now_ms);

/* A keepalive is about to be sent. True: the line protocol went down with it. */
bool line_send(struct line *line, int64_t now_ms);

/* An answer came. True: the line protocol came up with it. */
bool line_answer(struct line *line);

#endif
