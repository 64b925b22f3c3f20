/* The configuration file: one line a tunnel, `DEVICE [period SECONDS [retries COUNT]]`, as IOS's `keepalive [seconds [retries]]`. */
#ifndef SETTINGS_H
#define SETTINGS_H
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct setting {
  char device[IF_NAMESIZE];
  uint32_t period_seconds; /* 1 to 32767, 10 if not said */
  uint32_t retries;        /* 1 to 255, 3 if not said */
};
struct settings {
  struct setting *all;
  size_t count;
};

/* Reads the file, and says every fault of it on `faults`, each with its line. Gives the number of faults; with none, the settings
   are the caller's to free. */
size_t read_settings(const char *path, struct settings *settings, FILE *faults);
void free_settings(struct settings *settings);

#endif
