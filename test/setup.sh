#!/usr/bin/env bash
# Installs what building (build) or testing (test) needs on Debian, and nothing
# that is there already. Needs root or sudo only where something is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-build}

root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
need() { # command package
	command -v "$1" >/dev/null 2>&1 || missing+=("$2")
}

need g++ g++
need gcc gcc
if [ "$what" = test ]; then
	need redis-server redis-server
	need chromium chromium
	need pdftotext poppler-utils
	need baresip baresip-core
	need sipp sip-tester
	need kamailio kamailio
	compgen -G '/usr/lib/*/kamailio/modules/tls.so' >/dev/null || missing+=(kamailio-tls-modules)
	need espeak-ng espeak-ng
	need sox sox
	fc-list 2>/dev/null | grep -i 'noto.*cjk' >/dev/null || missing+=(fonts-noto-cjk fontconfig)
fi
if [ ${#missing[@]} -gt 0 ]; then
	echo "installing: ${missing[*]}"
	root apt-get update -qq
	DEBIAN_FRONTEND=noninteractive root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

command -v go >/dev/null || { echo "Go 1.26 or newer is needed: https://go.dev/dl" >&2; exit 1; }
if [ "$what" = test ]; then
	command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed for the independent SMSC of the tests" >&2; exit 1; }
	smsc=test/smsc
	if [ ! "$smsc/node_modules" -nt "$smsc/package-lock.json" ]; then
		npm --prefix "$smsc" ci --no-audit --no-fund --silent
		touch "$smsc/node_modules"
	fi
fi
go mod download
