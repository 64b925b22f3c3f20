/*
 * exec: runs a command by its argument vector, read from standard input (docs/decisions/0002-router-protocol.md):
 *
 *   COUNT NUL ARG NUL ARG NUL ...          the command; what follows is its own standard input
 *   COUNT SIGNAL NUL ARG NUL ARG NUL ...   the command, with empty standard input; it is sent SIGNAL (INT or TERM) when ours ends,
 *                                          INT when it has done what lies before it
 *
 * No value ever stands in a shell string. The exit code is the command's; 125: the frame was bad.
 *
 * It is root's login shell as well: sshd would else start bash for each command, to start this. As a shell it runs this program when it is
 * told to, and is bash for everything else.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BAD_FRAME = 125, CANNOT_RUN = 126, NOT_FOUND = 127 };
enum { MOST_WORDS = 9999, MOST_BYTES = 1 << 20 };
enum { MOST_LOOKS = 100, LOOK_EVERY_MS = 5 };

static const char own_path[] = "/usr/lib/tunnelwright/exec";
static const char login_shell[] = "/bin/bash";

struct frame {
  /* Ends with a null pointer, as execvp wants it. */
  char *words[MOST_WORDS + 1];
  /* 0: the command has our standard input. */
  int signal_at_end;
};

static char bytes[MOST_BYTES];

/* One byte at a time: what follows the frame is the command's. The end of the input, or an error: false. */
static int read_byte(char *byte) {
  ssize_t count;
  do
    count = read(STDIN_FILENO, byte, 1);
  while (count == -1 && errno == EINTR);
  return count == 1;
}

/* How much of a frame is needed still: words of it, and one byte a time only where somebody else reads the rest. */
static int read_words(size_t from, int wanted, int greedy) {
  size_t used = from;
  int ended = 0;
  while (ended < wanted) {
    if (used == sizeof bytes) return 0;
    if (!greedy) {
      if (!read_byte(&bytes[used])) return 0;
      ended += bytes[used++] == '\0';
      continue;
    }
    ssize_t count = read(STDIN_FILENO, bytes + used, sizeof bytes - used);
    if (count == -1 && errno == EINTR) continue;
    if (count <= 0) return 0;
    for (ssize_t index = 0; index < count; index++) ended += bytes[used++] == '\0';
  }
  return 1;
}

/* `COUNT` or `COUNT SIGNAL`: 1 to 9999 without leading zeros, INT or TERM. */
static int read_head(const char *head, int *count, int *signal_at_end) {
  if (*head < '1' || *head > '9') return 0;
  char *rest;
  long number = strtol(head, &rest, 10);
  if (number > MOST_WORDS) return 0;
  *count = (int)number;
  *signal_at_end = strcmp(rest, " INT") == 0 ? SIGINT : strcmp(rest, " TERM") == 0 ? SIGTERM : 0;
  return *rest == '\0' || *signal_at_end != 0;
}

static int read_frame(struct frame *frame) {
  int count;
  if (!read_words(0, 1, 0) || !read_head(bytes, &count, &frame->signal_at_end)) return 0;
  size_t at = strlen(bytes) + 1;
  if (!read_words(at, count, frame->signal_at_end != 0)) return 0;
  for (int index = 0; index < count; index++) {
    frame->words[index] = bytes + at;
    at += strlen(bytes + at) + 1;
  }
  frame->words[count] = NULL;
  return 1;
}

static void run(char **words) {
  execvp(words[0], words);
  int reason = errno;
  fprintf(stderr, "exec: %s: %s\n", words[0], strerror(reason));
  _exit(reason == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

/* Whether the process has something to do, and is not waiting for it: the state is behind the program's name in brackets, proc(5). */
static int is_at_work(pid_t process) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t count = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[count] = '\0';
  const char *name_end = strrchr(text, ')');
  return name_end != NULL && strncmp(name_end, ") R", 3) == 0;
}

/*
 * A capture is woken when a packet lies there for it, and on a busy machine the signal to end may reach it before its turn to run. So it is
 * let work until it waits for more; one that never does, for half a second.
 */
static void let_catch_up(pid_t command) {
  for (int looks = 0; looks < MOST_LOOKS && is_at_work(command); looks++) poll(NULL, 0, LOOK_EVERY_MS);
}

static void wake(int number) { (void)number; }

/* Runs the command with empty standard input, signals it when ours ends, and ends as it did. */
static int run_until_input_ends(struct frame *frame) {
  sigset_t child, before;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, &before);
  struct sigaction waking = { .sa_handler = wake };
  sigaction(SIGCHLD, &waking, NULL);

  pid_t command = fork();
  if (command == -1) {
    perror("exec: fork");
    return CANNOT_RUN;
  }
  if (command == 0) {
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (!freopen("/dev/null", "r", stdin)) _exit(CANNOT_RUN);
    run(frame->words);
  }
  /* Whoever reads what the command prints is to see it end. */
  close(STDOUT_FILENO);
  close(STDERR_FILENO);

  struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
  int status;
  for (;;) {
    pid_t ended = waitpid(command, &status, WNOHANG);
    if (ended == command) break;
    if (ppoll(&input, 1, NULL, &before) <= 0) continue;
    char ignored[4096];
    ssize_t count = read(STDIN_FILENO, ignored, sizeof ignored);
    if (count > 0 || (count == -1 && errno == EINTR)) continue;
    /* TERM gives up what it was at. */
    if (frame->signal_at_end == SIGINT) let_catch_up(command);
    kill(command, frame->signal_at_end);
    input.fd = -1;
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

static struct frame frame;

int main(int count, char **words) {
  int is_asked_as_shell = count == 3 && strcmp(words[1], "-c") == 0 && strcmp(words[2], own_path) == 0;
  if (!is_asked_as_shell && (count != 1 || words[0][0] == '-')) {
    setenv("SHELL", login_shell, 1);
    words[0] = words[0][0] == '-' ? "-bash" : "bash";
    execv(login_shell, words);
    perror(login_shell);
    return CANNOT_RUN;
  }
  if (!read_frame(&frame)) return BAD_FRAME;
  setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("LC_ALL", "C", 1);
  if (frame.signal_at_end != 0) return run_until_input_ends(&frame);
  run(frame.words);
}
