/* How the state is asked for: datagrams on a socket that root alone may write to. One question is one datagram, and so is its answer,
   so that neither side keeps anything of the other and nobody waits for anybody. */
#ifndef STATUS_H
#define STATUS_H
#include "engine.h"

/* The daemon's side. -1 with errno on a failure. */
int open_status_socket(void);
void answer_status(int socket, const struct engine *engine);
void close_status_socket(int socket);

/* The asking side: prints the state of all tunnels, or of the one with this name. Gives the exit code. */
int ask_status(bool json, const char *device);

#endif
