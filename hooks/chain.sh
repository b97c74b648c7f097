case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
previous=$here/$hook.guard-previous

# pre-commit and prek call what they find here under the name NAME.legacy: then they have run already.
case $0 in *.legacy) grep -q hook-impl "$previous" 2>/dev/null && previous= ;; esac

# What was here before comes first, with the same arguments, standard input and environment.
code=0
if [ -f "$previous" ] && [ -x "$previous" ]; then
  self=$(CDPATH= cd -- "$here" && pwd -P)/$hook
  if [ "${GUARD_HOOK_IN-}" = "$self" ]; then
    : # called back by that very hook, which is running: only guard itself is left to do
  elif [ -n "$via" ]; then
    (export GUARD_HOOK_IN="$self" && told "$via" -c '. "$0.guard-previous"' "$here/$hook" "$@") || code=$?
  else
    (export GUARD_HOOK_IN="$self" && told "$previous" "$@") || code=$?
  fi
  # lefthook, when its configuration has changed, moves guard's hooks away while it runs, all of them. Without this,
  # guard would be gone from then on, and nobody would know.
  for old in "$here"/*.old; do
    moved=${old%.old}
    name=${moved##*/}
    grep -q '^# guard-shim ' "$old" 2>/dev/null && ! grep -q '^# guard-shim ' "$moved" 2>/dev/null || continue
    # What a person put aside stays there, and so does what was here before both.
    [ "$name" = "$hook" ] || grep -qi lefthook "$moved" 2>/dev/null || continue
    kept=$moved.guard-previous
    if [ "$name" != "$hook" ] && [ -e "$kept" ] && ! grep -qi lefthook "$kept"; then
      printf '%s\n' "guard: the hook $name was moved to $name.old; 'guard install' puts it in again." >&2
    else
      cp -p "$moved" "$kept" && mv -f "$old" "$moved" &&
        printf '%s\n' "guard: the hook $name had been moved to $name.old; it is back in its place." >&2
    fi
  done
fi
