# Sourced by the scripts' heads: one sentence where Node is missing or too old, and nothing else.
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null || {
  echo "Tunnelwright needs Node.js 20.19 or later on PATH (found: $(node --version 2>/dev/null || echo none)): install it from your distribution or from nodejs.org, then run this again." >&2
  exit 3
}
