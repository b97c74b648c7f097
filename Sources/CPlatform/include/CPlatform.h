#pragma once
#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>

/// What Glibc's Swift module does not show: names behind _GNU_SOURCE, C's global variables and
/// variadic functions.

/// pipe2(2) with O_CLOEXEC. Returns 0, or -1 with errno set.
int guard_pipe_cloexec(int descriptors[2]);

/// The process environment, a NULL-terminated array owned by the C library.
char **guard_environment(void);

/// A descriptor that becomes readable when the process ends (pidfd_open(2)), or -1.
int guard_process_descriptor(pid_t process);

/// From now on SIGINT, SIGTERM and SIGHUP, when they end this process, end this group of processes as well: a group of
/// its own does not hear Ctrl-C. Of more groups than 64 at once the others are not watched.
void guard_watch_group(pid_t group);

/// The group is over: its number may be another's from now on.
void guard_unwatch_group(pid_t group);

/// Takes note of SIGTERM and SIGHUP from now on, in place of ending by them: they are for a child.
void guard_note_terminations(void);

/// The signal that came since this was asked last, or 0.
int guard_take_termination(void);

/// The number of columns of the terminal behind a descriptor, or 0.
int guard_terminal_columns(int descriptor);

/// posix_spawn_file_actions_addchdir_np(3): the child's current directory.
int guard_spawn_in_directory(posix_spawn_file_actions_t *actions, const char *directory);

/// posix_spawn_file_actions_addclosefrom_np(3): closes this descriptor and all above it in the child.
int guard_spawn_closing_from(posix_spawn_file_actions_t *actions, int descriptor);

/// POSIX_SPAWN_SETSID: the child gets a session of its own.
extern const int32_t guard_spawn_own_session;

/// The magic number of the file system that a descriptor is open on (statfs(2)), or 0.
uint32_t guard_file_system_kind(int descriptor);

/// copy_file_range(2) from and to the current offsets: the count, 0 at the end of the source, or -1 with errno set.
ssize_t guard_copy_file_range(int source, int destination, size_t count);

/// pthread_create(3), detached, of a thread that begins on another processor than the one the caller runs on, and is
/// free to go to any as soon as it runs. Left to itself, Linux often begins it on the same one, where the two take
/// turns for some milliseconds. Returns 0 or an error number.
int guard_thread_beside(void *(*start)(void *), void *argument);
