# Absolute, because the person may be in another folder than this hook, and quoted for any shell.
quoted() { printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/"; }
folder=$(CDPATH= cd -- "$here" && pwd)
place=$(quoted "$folder/${0#"$here/"}")
undo="rm $place"
if [ -n "$previous" ] && { [ -e "$previous" ] || [ -h "$previous" ]; }; then
  undo="mv -f $(quoted "$folder/$hook.guard-previous") $place"
fi
ways="its wheel (pip install), its package (apt install), or 'make install PREFIX=~/.local' in its source folder"
printf '%s\n' >&2 \
  "guard: not found, so $hook stops here. Bring it into PATH by $ways." \
  "guard: to take this hook out: $undo"
exit 1
