/*
 * modprobe: what the guest's kernel runs when it wants a module (kernel.modprobe, see proc(5)).
 *
 * It is kmod's, but for bpfilter, which the kernel has no more and still asks for whenever iptables looks at a table (net/ipv4/bpfilter of
 * Linux 6.1): to search for it cost a router a tenth of a second each time.
 */
#include <string.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count > 1 && strcmp(words[count - 1], "bpfilter") == 0) return 1;
  execv("/sbin/modprobe", words);
  return 127;
}
