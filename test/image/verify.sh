#!/usr/bin/env bash
# Builds the unmodified Dockerfile with a real Docker engine, and runs the image as production does: hardened, healthy, with
# metrics, told to stop; as `docker compose up`; and as the pod of the CronJob, with podman.
#
#   npm run test:image
#
# Needs root on Debian 12, apt, npm and a checkout after `npm ci`. Installs what it lacks. Listens on loopback only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD work=${IMAGE_WORK:-$PWD/.cache/image}
mkdir -p "$work/config"
export PATH=$PATH:$root/node_modules/.bin
node=$root/node_modules/.bin/node
image=media-retention-worker max_mib=8
started=$SECONDS

step() { printf '\n== [%3d s] %s\n' $((SECONDS - started)) "$*"; }
fail() { echo "FAIL: $*" >&2; exit 1; }
expect() { [ "$2" = "$3" ] || fail "$1 is \"$2\", expected \"$3\""; echo "ok    $1: $2"; }

. test/image/engine.sh
emulator_pid=
cleanup() {
  code=$?
  trap - EXIT
  docker compose -p retention-verify down -v -t 1 >/dev/null 2>&1 || true
  [ -z "$emulator_pid" ] || kill "$emulator_pid" 2>/dev/null || true
  engine_stop
  exit "$code"
}
trap cleanup EXIT

step "engine"
engine_start

step "build the unmodified Dockerfile"
base=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)
base_image "$base"
docker buildx build --load --network host --progress plain -t "$image" . >"$work/build.log" 2>&1 || { tail -30 "$work/build.log" >&2; fail build; }

step "what is in the image"
inspect() { docker image inspect "$image" --format "$1"; }
expect user "$(inspect '{{.Config.User}}')" 1000:1000
expect entrypoint "$(inspect '{{json .Config.Entrypoint}}')" '["node","--disable-sigusr1","--max-semi-space-size=4","dist/media-retention.mjs"]'
expect 'health check' "$(inspect '{{json .Config.Healthcheck.Test}}')" '["CMD","node","dist/health.mjs"]'
docker run --rm --network none --entrypoint sh "$image" -c '
  for path in node_modules .git .env src test config/compose; do
    test ! -e "$path" || { echo "$path is in the image"; exit 1; }
  done
  test -z "$(find /app -perm -o+w ! -type l)" || { echo "world-writable"; exit 1; }' || fail "the image has what it should not"
mib=$((($(inspect '{{.Size}}') - $(docker image inspect "$base" --format '{{.Size}}')) / 1048576))
[ "$mib" -le "$max_mib" ] || fail "$mib MiB over the base image, at most $max_mib"
echo "ok    $mib MiB over the base image"

step "its bill of materials and its licences are those of the lock file"
for made in "sbom sbom.cdx.json" "licences LICENCES.txt"; do
  read -r script file <<<"$made"
  docker run --rm --network none --entrypoint cat "$image" "/app/$file" | cmp - <("$node" "src/app/write-$script.ts") || fail "$file"
  echo "ok    $file"
done

step "built again from the lock file, it has the same bytes"
contents() { docker run --rm --network none --entrypoint sh "$1" -c 'find /app \( -type f -exec sha256sum {} + \) -o \( -type l -printf "%l  %p\n" \) | sort -k2; find /app -printf "%m %U:%G %p\n" | sort -k3'; }
# All stages anew, and nothing of it kept but the image: the cache would give back what it was given.
docker buildx build --load --network host --no-cache --progress plain -t "$image-again" . >"$work/build-again.log" 2>&1 \
  || { tail -30 "$work/build-again.log" >&2; fail "second build"; }
contents "$image" >"$work/contents.txt"
contents "$image-again" >"$work/contents-again.txt"
diff "$work/contents.txt" "$work/contents-again.txt" | head -20 && cmp "$work/contents.txt" "$work/contents-again.txt" || fail "two builds differ"
docker image rm "$image-again" >/dev/null
echo "ok    $(grep -c '/app/' "$work/contents.txt") lines of hashes, rights and owners"

hardened=(--read-only --tmpfs /tmp:rw,noexec,nosuid,size=64m,mode=1777 --cap-drop ALL --security-opt no-new-privileges
  --memory 256m --memory-swap 256m --pids-limit 64 --ulimit core=0)

step "one-shot verbs, hardened and without a network"
docker run --rm --network none "${hardened[@]}" "$image" --version
docker run --rm --network none "${hardened[@]}" "$image" demo --messages 500 | tail -1
set +e
docker run --rm --network none "${hardened[@]}" "$image" sweep >/dev/null 2>&1
expect 'exit code of a sweep without credentials' $? 2
set -e

step "serve, hardened: healthy, metrics, told to stop"
coproc EMULATOR { exec "$node" src/media-retention.mjs emulate --json --port 0 --messages 500; }
emulator_pid=$EMULATOR_PID
read -r -t 30 line <&"${EMULATOR[0]}" || fail "the emulator did not start"
field() { "$node" -p 'JSON.parse(process.argv[1])[process.argv[2]]' "$line" "$1"; }
install -d "$work/policy"
printf 'version: 1\npolicy: { default: 90d }\n' >"$work/policy/retention.yaml"
printf '%s' "$(field token)" >"$work/policy/token" && chmod 644 "$work/policy/token"
account=(-e "SIGNALWIRE_BASE_URL=$(field url)" -e "SIGNALWIRE_PROJECT_ID=$(field project)"
  -e SIGNALWIRE_API_TOKEN_FILE=/policy/token -e RETENTION_CONFIG=/policy/retention.yaml -v "$work/policy:/policy:ro")
docker run -d --name worker --network host "${hardened[@]}" "${account[@]}" "$image" >/dev/null
health() { docker inspect worker --format '{{.State.Health.Status}}'; }
for _ in $(seq 60); do [ "$(health)" = healthy ] && break; sleep 0.5; done
expect health "$(health)" healthy || { docker logs worker; exit 1; }
curl -fsS http://127.0.0.1:8080/metrics >"$work/metrics.txt"
grep -q '^media_retention_policy_readable 1$' "$work/metrics.txt" || fail "no metrics"
expect readiness "$(curl -s http://127.0.0.1:8080/readyz)" ready
docker kill --signal USR1 worker >/dev/null
if curl -s --retry 2 --retry-connrefused --retry-delay 1 http://127.0.0.1:9229/json/version; then fail "a signal opened the debugger"; fi
expect 'readiness after SIGUSR1' "$(curl -s http://127.0.0.1:8080/readyz)" ready
since=$(date +%s%N)
docker stop -t 30 worker >/dev/null
echo "stopped in $((($(date +%s%N) - since) / 1000000)) ms"
expect 'exit code after SIGTERM' "$(docker inspect worker --format '{{.State.ExitCode}}')" 0
docker rm -v worker >/dev/null

step "a container that sweeps once is well while it does"
docker run --rm --network host "${hardened[@]}" "${account[@]}" --entrypoint sh "$image" -c 'exec node dist/media-retention.mjs emulate --port 0' >/dev/null &
oneshot=$!
for _ in $(seq 60); do id=$(docker ps -q | head -1); [ -n "$id" ] && break; sleep 0.2; done
docker exec "$id" node dist/health.mjs || fail "unwell"
docker rm -f "$id" >/dev/null && wait "$oneshot" || true
echo "ok    well"

step "docker compose up: a system that works"
docker compose config -q
docker compose -p retention-verify up -d --no-build --wait --wait-timeout 120 >"$work/compose.log" 2>&1 \
  || { tail -20 "$work/compose.log" >&2; docker compose -p retention-verify logs >&2; fail compose; }
docker compose -p retention-verify ps --format '{{.Service}} {{.Status}}'
ledger() { docker compose -p retention-verify exec -T worker node dist/media-retention.mjs "$@"; }
deleted() { ledger history --json | "$node" -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).sweeps.filter((s) => s.endedAt).reduce((sum, s) => sum + s.outcomes.deleted, 0)'; }
for _ in $(seq 180); do [ "$(deleted)" -gt 0 ] && break; sleep 1; done
# What the ledger says was deleted is asked of the emulator itself: none of it may still be listed.
docker compose -p retention-verify exec -T worker node -e "$(cat test/image/still-listed.mjs)" >"$work/listed.txt" || fail "the emulator cannot be asked"
ledger ledger export >"$work/export.jsonl"
"$node" test/image/compare.mjs "$work/export.jsonl" "$work/listed.txt"
since=$(date +%s%N)
docker compose -p retention-verify stop -t 30 worker >/dev/null 2>&1
echo "worker stopped in $((($(date +%s%N) - since) / 1000000)) ms"
expect 'exit code' "$(docker inspect retention-verify-worker-1 --format '{{.State.ExitCode}}')" 0
docker compose -p retention-verify down -v -t 5 >/dev/null 2>&1

step "the CronJob's own pod, with podman"
version=$("$node" -p 'require("./package.json").version')
docker tag "$image" "$image:$version"
docker save "$image:$version" -o "$work/worker.tar"
env -u DOCKER_HOST -u DOCKER_CONFIG test/kubernetes/run-pod.sh "$work/worker.tar" "$image:$version"
rm "$work/worker.tar"

step "all checks passed"
