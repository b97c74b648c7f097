# Git has done its work, and nothing here may change what it ends with.
if [ "${GUARD-}" = 0 ]; then
  : # off, as the hook before the commit said
elif [ -n "$found" ]; then
  told "$found" hook "$hook" -- "$@" || :
else
  printf '%s\n' "guard: not found: $hook wrote no run record" >&2
fi
exit "$code"
