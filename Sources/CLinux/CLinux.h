/* Constants and structures of Linux that Glibc's Swift module does not show.
 * <netinet/in.h> and <net/if.h> come before any linux/ header: they define the structures that both worlds share. */
#ifndef LVSCARE_CLINUX_H
#define LVSCARE_CLINUX_H

#include <malloc.h>
#include <netinet/in.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/ip_vs.h>
#include <linux/membarrier.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>

/* Declared by <sched.h> and <sys/socket.h> only under _GNU_SOURCE, which a header must not define. */
int setns(int descriptor, int type);
int unshare(int flags);
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
#ifndef __USE_GNU
struct mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};
int recvmmsg(int descriptor, struct mmsghdr *datagrams, unsigned int count, int flags, struct timespec *timeout);
#endif

/* membarrier(2), for which the C library has no function. */
static inline int lvscare_membarrier(int command) { return (int)syscall(SYS_membarrier, command, 0, 0); }

#endif
