found=
for guard in "$recorded" "$(command -v guard)" "${HOME-}/.local/bin/guard" /usr/local/bin/guard \
  /opt/homebrew/bin/guard /home/linuxbrew/.linuxbrew/bin/guard; do
  case $guard in /*) [ -f "$guard" ] && [ -x "$guard" ] && found=$guard && break ;; esac
done
