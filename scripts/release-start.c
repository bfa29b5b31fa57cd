/* Linked into the release executable only (scripts/release): what this build is, two things that a static Swift program
 * otherwise asks /proc for, and no names of hosts, users and groups. It must run where there is nothing but itself.
 *
 * Sources/CVersion declares the three strings as weak symbols, which are absent in other builds. */

#include <grp.h>
#include <netdb.h>
#include <pwd.h>

const char lvscare_git_version[] = LVSCARE_GIT_VERSION;
const char lvscare_git_commit[] = LVSCARE_GIT_COMMIT;
const char lvscare_build_date[] = LVSCARE_BUILD_DATE;

/* CommandLine.arguments: the C library hands the arguments to constructors, the Swift runtime looks for them in /proc. */
void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc);

__attribute__((constructor)) static void take_arguments(int argc, char **argv) {
    _swift_stdlib_overrideUnsafeArgvArgc(argv, argc);
}

/* The runtime looks for its crash reporter beside /proc/self/exe, and aborts where that is unreadable. There is no crash
 * reporter beside a static executable. Takes the original's place with --wrap; null means "none found". */
const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *folder, const char *name);

const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *folder, const char *name) {
    (void)folder;
    (void)name;
    return 0;
}

/* OpenSSL can look up hosts for sockets that it opens, FoundationEssentials the owners of files; here neither does. In a
 * static program such functions would load the system's modules for names and, with them, a second C library. These take
 * their places with --wrap and know nobody, so that the program has no code that could. */
int __wrap_getaddrinfo(const char *, const char *, const struct addrinfo *, struct addrinfo **);
void __wrap_freeaddrinfo(struct addrinfo *);
int __wrap_getnameinfo(const struct sockaddr *, socklen_t, char *, socklen_t, char *, socklen_t, int);
struct hostent *__wrap_gethostbyname(const char *);

int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    (void)host;
    (void)service;
    (void)hints;
    *found = 0;
    return EAI_FAIL;
}

void __wrap_freeaddrinfo(struct addrinfo *found) { (void)found; }

int __wrap_getnameinfo(
    const struct sockaddr *address, socklen_t length, char *host, socklen_t host_length, char *service,
    socklen_t service_length, int flags) {
    (void)address;
    (void)length;
    (void)host;
    (void)host_length;
    (void)service;
    (void)service_length;
    (void)flags;
    return EAI_FAIL;
}

struct hostent *__wrap_gethostbyname(const char *host) {
    (void)host;
    return 0;
}

#define KNOWS_NOBODY(function, key, type)                                                                   \
    int __wrap_##function(key, struct type *, char *, size_t, struct type **);                              \
    int __wrap_##function(key wanted, struct type *entry, char *text, size_t length, struct type **found) { \
        (void)wanted;                                                                                       \
        (void)entry;                                                                                        \
        (void)text;                                                                                         \
        (void)length;                                                                                       \
        *found = 0;                                                                                         \
        return 0;                                                                                           \
    }

KNOWS_NOBODY(getpwuid_r, uid_t, passwd)
KNOWS_NOBODY(getpwnam_r, const char *, passwd)
KNOWS_NOBODY(getgrgid_r, gid_t, group)
KNOWS_NOBODY(getgrnam_r, const char *, group)
