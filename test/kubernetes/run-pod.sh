#!/usr/bin/env bash
# Runs the pod of the CronJob's own template with podman, against the embedded emulator, and looks at what came of it:
# securityContext, limits, volumes and environment are those of the manifests. What podman has no notion of (fsGroup, the
# size limit of /tmp, NetworkPolicy, the job around the pod) is not tested here.
#
#   test/kubernetes/run-pod.sh IMAGE.tar IMAGE      such as worker.tar media-retention-worker:0.1.0
#
# Needs root, a checkout after `npm ci`, and podman with runc; on Debian it installs those two.
set -euo pipefail
[ $# = 2 ] || { sed -n 's/^#   //p' "$0" >&2; exit 2; }
tar=$(realpath "$1") image=$2
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH=$PWD/node_modules/.bin:$PATH

fail() { echo "FAIL: $*" >&2; exit 1; }
expect() { [ "$2" = "$3" ] || fail "$1 is \"$2\", expected \"$3\""; echo "ok    $1: $2"; }

work=$(mktemp -d)
emulator=
cleanup() {
  code=$?
  trap - EXIT
  podman pod rm --force --all >/dev/null 2>&1 || true
  [ -z "$emulator" ] || { kill "$emulator" && wait "$emulator"; } 2>/dev/null || true
  umount "$work/graph/overlay" 2>/dev/null || true
  rm -rf "$work"
  exit "$code"
}
trap cleanup EXIT

if ! command -v podman >/dev/null || ! command -v runc >/dev/null; then
  apt-get -qq -o DPkg::Lock::Timeout=300 update
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
    podman runc catatonit >"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log" >&2; fail "podman could not be installed"; }
fi

# Everything of podman's is in a folder of its own: what else is on this machine neither matters nor changes. runc and
# cgroupfs work where cgroups are hybrid and nobody runs systemd; the limits are not raised, which needs a capability.
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/graph"\nrunroot = "%s/run"\n' "$work" "$work" >"$work/storage.conf"
cat >"$work/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
tmp_dir = "$work/tmp"
CONF
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf

podman load --quiet --input "$tar" >/dev/null

coproc EMULATOR { exec node src/media-retention.mjs emulate --json --port 0 --messages 200; }
emulator=$EMULATOR_PID
read -r -t 30 line <&"${EMULATOR[0]}" || fail "the emulator did not start"
field() { node -p 'JSON.parse(process.argv[1])[process.argv[2]]' "$line" "$1"; }

# As Kubernetes lays a Secret down with fsGroup and defaultMode 0440.
podman volume create media-retention-secret >/dev/null
secrets=$(podman volume inspect media-retention-secret --format '{{.Mountpoint}}')
field token >"$secrets/signalwire_token"
chown 0:1000 "$secrets/signalwire_token" && chmod 0440 "$secrets/signalwire_token"

node test/kubernetes/pod-of.ts "$image" "SIGNALWIRE_BASE_URL=$(field url)" "SIGNALWIRE_PROJECT_ID=$(field project)" >"$work/pod.yaml"
podman kube play --network host "$work/pod.yaml" >/dev/null
code=$(timeout 120 podman wait sweep-worker) || fail "the sweep did not end within two minutes"
podman logs sweep-worker 2>/dev/null
[ "$code" = 0 ] || podman logs sweep-worker >/dev/null

inspect() { podman inspect sweep-worker --format "$1"; }
expect 'exit code' "$code" 0
expect 'read-only root' "$(inspect '{{.HostConfig.ReadonlyRootfs}}')" true
expect 'user' "$(inspect '{{.Config.User}}')" 1000:1000
expect 'memory limit' "$(inspect '{{.HostConfig.Memory}}')" $((512 * 1024 * 1024))
expect 'effective capabilities' "$(inspect '{{.EffectiveCaps}}')" '[]'
expect 'bounding capabilities' "$(inspect '{{.BoundingCaps}}')" '[]'
expect 'security options' "$(inspect '{{.HostConfig.SecurityOpt}}')" '[no-new-privileges]'
expect 'writable mounts' "$(inspect '{{range .Mounts}}{{if .RW}}{{println .Destination}}{{end}}{{end}}' | sort | xargs)" '/app/data /tmp'

# The ledger outlives the pod, and the dry run is in it.
podman pod rm --force sweep >/dev/null
history=$(podman run --rm --network none --read-only --cap-drop all --volume media-retention-ledger:/app/data "$image" history --json)
expect 'sweeps in the ledger' "$(node -p 'JSON.parse(process.argv[1]).sweeps.map((sweep) => sweep.result).join()' "$history")" dry-run
echo 'The CronJob'"'"'s pod runs as its manifest says.'
