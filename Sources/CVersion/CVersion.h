/* The identity of a release build, linked in by scripts/release (release-start.c); NULL in any other build. */
#ifndef LVSCARE_CVERSION_H
#define LVSCARE_CVERSION_H

extern const char lvscare_git_version[] __attribute__((weak));
extern const char lvscare_git_commit[] __attribute__((weak));
extern const char lvscare_build_date[] __attribute__((weak));

static inline const char *lvscareGitVersion(void) { return lvscare_git_version; }
static inline const char *lvscareGitCommit(void) { return lvscare_git_commit; }
static inline const char *lvscareBuildDate(void) { return lvscare_build_date; }

#endif
