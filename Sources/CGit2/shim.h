#pragma once
#include <git2.h>
#include <git2/sys/repository.h>
#include <stddef.h>

/// git_libgit2_opts is variadic, which Swift does not import: one wrapper an option.

/// Whether git_repository_open judges who owns a repository.
static inline int guard_git_set_owner_validation(int enabled) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

/// The `extensions.*` that may stand in a repository's configuration, beside those libgit2 knows.
static inline int guard_git_set_extensions(const char **names, size_t count) {
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

/// Whether libgit2 keeps the objects that it read.
static inline int guard_git_enable_caching(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_CACHING, enabled);
}
