[ "$code" = 0 ] || exit "$code"

if [ "${GUARD-}" = 0 ]; then
  printf '%s\n' "guard: skipped by GUARD=0: $hook was not judged" >&2
  exit 0
fi
