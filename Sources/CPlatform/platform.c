#define _GNU_SOURCE
#include "CPlatform.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int guard_pipe_cloexec(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

char **guard_environment(void) { return environ; }

int guard_process_descriptor(pid_t process) {
#ifdef SYS_pidfd_open
  return (int)syscall(SYS_pidfd_open, process, 0);
#else
  (void)process;
  return -1;
#endif
}

/* Only what a signal handler may touch. */
static _Atomic pid_t watched_groups[64];
enum { watched_count = sizeof watched_groups / sizeof *watched_groups };

static void end_groups(int number) {
  for (int i = 0; i < watched_count; i++) {
    pid_t group = watched_groups[i];
    if (group > 0) kill(-group, SIGTERM);
  }
  /* The signal is held back until this returns; then it ends this process as if nobody had looked. */
  signal(number, SIG_DFL);
  raise(number);
}

static void take_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction before, action = {.sa_handler = end_groups, .sa_flags = SA_RESTART};
    /* Under nohup(1), and in the background of a script, some are ignored: that stays so. */
    if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL) {
      sigaction(numbers[i], &action, NULL);
    }
  }
}

void guard_watch_group(pid_t group) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, take_signals);
  for (int i = 0; i < watched_count; i++) {
    pid_t nobody = 0;
    if (atomic_compare_exchange_strong(&watched_groups[i], &nobody, group)) return;
  }
}

void guard_unwatch_group(pid_t group) {
  for (int i = 0; i < watched_count; i++) {
    pid_t expected = group;
    if (atomic_compare_exchange_strong(&watched_groups[i], &expected, 0)) return;
  }
}

static volatile sig_atomic_t termination;

static void note_termination(int number) { termination = number; }

void guard_note_terminations(void) {
  const int numbers[] = {SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction before, action = {.sa_handler = note_termination};
    /* Ignored by who started this process, as nohup(1) does: for the child, too. */
    if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
      sigaction(numbers[i], &action, NULL);
    }
  }
}

int guard_take_termination(void) {
  int number = termination;
  termination = 0;
  return number;
}

int guard_terminal_columns(int descriptor) {
  struct winsize size = {0};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int guard_spawn_in_directory(posix_spawn_file_actions_t *actions, const char *directory) {
  return posix_spawn_file_actions_addchdir_np(actions, directory);
}

int guard_spawn_closing_from(posix_spawn_file_actions_t *actions, int descriptor) {
  return posix_spawn_file_actions_addclosefrom_np(actions, descriptor);
}

const int32_t guard_spawn_own_session = POSIX_SPAWN_SETSID;

uint32_t guard_file_system_kind(int descriptor) {
  struct statfs status;
  return fstatfs(descriptor, &status) == 0 ? (uint32_t)status.f_type : 0;
}

ssize_t guard_copy_file_range(int source, int destination, size_t count) {
  return copy_file_range(source, NULL, destination, NULL, count, 0);
}

struct beginning {
  void *(*start)(void *);
  void *argument;
  cpu_set_t allowed;
};

static void *begin(void *raw) {
  struct beginning beginning = *(struct beginning *)raw;
  free(raw);
  /* Should this fail, the thread stays where it may run now: slower, never wrong. */
  sched_setaffinity(0, sizeof beginning.allowed, &beginning.allowed);
  return beginning.start(beginning.argument);
}

/* Fails where there is no other processor, more than a cpu_set_t can name, or no leave to choose. */
static int create_elsewhere(pthread_t *thread, pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  struct beginning beginning = {start, argument, {{0}}};
  int here = sched_getcpu();
  if (here < 0 || sched_getaffinity(0, sizeof beginning.allowed, &beginning.allowed) != 0) return -1;
  cpu_set_t others = beginning.allowed;
  CPU_CLR(here, &others);
  if (CPU_COUNT(&others) == 0 || pthread_attr_setaffinity_np(attributes, sizeof others, &others) != 0) return -1;
  struct beginning *copy = malloc(sizeof *copy);
  if (copy == NULL) return -1;
  *copy = beginning;
  int code = pthread_create(thread, attributes, begin, copy);
  if (code != 0) free(copy);
  return code;
}

int guard_thread_beside(void *(*start)(void *), void *argument) {
  pthread_t thread;
  pthread_attr_t attributes;
  int code = pthread_attr_init(&attributes);
  if (code != 0) return code;
  if (create_elsewhere(&thread, &attributes, start, argument) != 0) {
    code = pthread_create(&thread, NULL, start, argument);
  }
  pthread_attr_destroy(&attributes);
  return code == 0 ? pthread_detach(thread) : code;
}
