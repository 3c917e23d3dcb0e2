#!/usr/bin/env bash
# Takes docs/images/neovim.png: the plugin in a real Neovim, in a terminal of 106 by 33 characters.
# Needs tmux, aha and chromium, and what `npm run setup` and `cargo build --release` bring.
set -euo pipefail
cd "$(dirname "$0")/../.."
repository=$PWD
work=$(mktemp --directory)
trap 'tmux -L konflux-picture kill-server 2> /dev/null || true; rm -rf "$work"' EXIT

cp -R examples/release "$work/catalog"
git init --quiet "$work/catalog"
mkdir "$work/nvim"
cat > "$work/nvim/init.lua" << END
vim.opt.runtimepath:prepend('$repository/editors/neovim')
vim.o.termguicolors, vim.o.number, vim.o.signcolumn, vim.o.winborder = true, true, 'yes', 'rounded'
vim.diagnostic.config({ virtual_text = true })
vim.lsp.enable('konflux_ls')
END

export PATH="$repository/target/release:$repository/target/editors/bin:$PATH" LANG=C.UTF-8
export XDG_CONFIG_HOME="$work" XDG_DATA_HOME="$work" XDG_STATE_HOME="$work"
tmux() { command tmux -L konflux-picture "$@"; }
tmux -f /dev/null new-session -d -x 106 -y 33 -c "$work/catalog" \
  "COLORTERM=truecolor nvim pipelines/publish-image/publish-image.yaml"
sleep 3
# Findings below, and above what the pipeline is.
tmux send-keys -l $'76Gzt:split\r:resize 15\rgg:noh\r:echo\rjwK'
sleep 2
{
  echo '<!doctype html><meta charset="utf-8"><style>body { margin: 0; background: #14161b; color: #e0e2ea }'
  echo 'pre { margin: 0; padding: 14px 16px; font: 15px/17px "DejaVu Sans Mono" }</style><pre>'
  tmux capture-pane -e -p | aha --black --no-header
  echo '</pre>'
} > "$work/page.html"
chromium --headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
  --disable-sync --user-data-dir="$work/chromium" --hide-scrollbars --force-device-scale-factor=1.5 \
  --window-size=990,575 --screenshot=docs/images/neovim.png "file://$work/page.html" 2> /dev/null
