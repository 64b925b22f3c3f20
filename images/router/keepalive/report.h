/* The state in words: as IOS's `show interface tunnel` words it, and as JSON. */
#ifndef REPORT_H
#define REPORT_H
#include "engine.h"

enum { REPORT_MAX_BYTES = 8192 };

/* Both give the length written, which is less than REPORT_MAX_BYTES; the text ends in NUL. */
size_t report_text(const struct tunnel *tunnel, char out[REPORT_MAX_BYTES]);
size_t report_json(const struct tunnel *tunnel, char out[REPORT_MAX_BYTES]);

/* `{"wrong-key":1,…}`: why packets were ignored, those kinds that were seen. */
size_t report_ignored(const uint64_t ignored[KIND_COUNT], char out[REPORT_MAX_BYTES]);

#endif
