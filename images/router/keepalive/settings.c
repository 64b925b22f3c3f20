#include "settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 6 };

/* Digits alone, within the range; what is not is told. */
static bool read_number(const char *word, const char *name, uint32_t most, uint32_t *value, char *fault, size_t room) {
  size_t digits = strspn(word, "0123456789");
  if (word[digits] == '\0' && digits > 0 && digits < 9) {
    *value = (uint32_t)strtoul(word, NULL, 10);
    if (*value >= 1 && *value <= most) return true;
  }
  snprintf(fault, room, "%s is '%.20s': 1 to %u are possible", name, word, most);
  return false;
}

static bool is_device(const char *word) {
  size_t length = strlen(word);
  if (length == 0 || length >= IF_NAMESIZE || !isalpha((unsigned char)word[0])) return false;
  for (const char *at = word; *at; at++)
    if (!isalnum((unsigned char)*at) && !strchr("-_.", *at)) return false;
  return true;
}

static bool read_line(char *text, struct setting *setting, char *fault, size_t room) {
  char *words[MAX_WORDS + 1] = {0};
  size_t count = 0;
  for (char *word = strtok(text, " \t"); word && count <= MAX_WORDS; word = strtok(NULL, " \t")) words[count++] = word;
  setting->period_seconds = 10;
  setting->retries = 3;
  if (!is_device(words[0])) {
    snprintf(fault, room, "'%.20s' is no name of a device", words[0]);
    return false;
  }
  strcpy(setting->device, words[0]);
  if (count != 1 && !(count == 3 && !strcmp(words[1], "period")) &&
      !(count == 5 && !strcmp(words[1], "period") && !strcmp(words[3], "retries"))) {
    snprintf(fault, room, "not understood: write DEVICE period SECONDS retries COUNT");
    return false;
  }
  return (count < 3 || read_number(words[2], "period", 32767, &setting->period_seconds, fault, room)) &&
         (count < 5 || read_number(words[4], "retries", 255, &setting->retries, fault, room));
}

static const struct setting *find_setting(const struct settings *settings, const char *device) {
  for (size_t at = 0; at < settings->count; at++)
    if (!strcmp(settings->all[at].device, device)) return &settings->all[at];
  return NULL;
}

/* Empty when the line is good, or says nothing. */
static void take_line(char *text, struct settings *settings, char *fault, size_t room) {
  struct setting setting;
  fault[0] = '\0';
  text[strcspn(text, "#")] = '\0';
  if (text[strspn(text, " \t")] == '\0') return;
  if (!read_line(text, &setting, fault, room)) return;
  if (find_setting(settings, setting.device)) {
    snprintf(fault, room, "%s is there twice", setting.device);
    return;
  }
  struct setting *more = realloc(settings->all, (settings->count + 1) * sizeof setting);
  if (!more) {
    snprintf(fault, room, "no memory is left");
    return;
  }
  settings->all = more;
  settings->all[settings->count++] = setting;
}

size_t read_settings(const char *path, struct settings *settings, FILE *faults) {
  char *text = NULL, fault[128];
  size_t number = 0, fault_count = 0, room = 0;
  ssize_t length;
  memset(settings, 0, sizeof *settings);
  FILE *file = fopen(path, "r");
  if (!file) {
    fprintf(faults, "%s: %s\n", path, strerror(errno));
    return 1;
  }
  while ((length = getline(&text, &room, file)) > 0) {
    number++;
    if (text[length - 1] == '\n') text[--length] = '\0';
    if (strlen(text) == (size_t)length)
      take_line(text, settings, fault, sizeof fault);
    else
      snprintf(fault, sizeof fault, "there is a NUL in it");
    if (fault[0] == '\0') continue;
    fprintf(faults, "line %zu: %s\n", number, fault);
    fault_count++;
  }
  if (ferror(file)) {
    fprintf(faults, "%s: %s\n", path, strerror(errno));
    fault_count++;
  }
  fclose(file);
  free(text);
  if (fault_count > 0) free_settings(settings);
  return fault_count;
}

void free_settings(struct settings *settings) {
  free(settings->all);
  memset(settings, 0, sizeof *settings);
}
