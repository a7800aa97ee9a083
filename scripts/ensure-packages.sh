#!/bin/sh
# Installs the npm packages when they are missing or older than the lock file.
# Plain shell on purpose: it runs before any package exists. Called by each npm script, since ignore-scripts=true also
# switches off npm's own pre-scripts.
set -eu
cd "$(dirname "$0")/.."

node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error("Node.js 20.19 or newer is needed; this is " + process.versions.node + ".");
    process.exit(1);
  }
'

stamp=node_modules/.lock-stamp
wanted=$(cksum < package-lock.json)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

echo "Installing npm packages (once per change of package-lock.json) ..." >&2
# Not `npm ci`: it refuses a lock file without the optional packages of platforms that a mirror does not carry.
# --no-save installs what the lock file says and leaves it as it is.
npm install --no-save --no-audit --no-fund --loglevel=error || {
  echo "npm packages could not be installed: see the message of npm above." >&2
  exit 1
}
printf '%s' "$wanted" > "$stamp"
