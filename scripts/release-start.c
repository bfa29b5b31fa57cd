/* Linked into the release executable only (scripts/release): what this build is, and two things that a static Swift
 * program otherwise asks /proc for. It must run where there is nothing but itself.
 *
 * Sources/CVersion declares the three strings as weak symbols, which are absent in other builds. */

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
