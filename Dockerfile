ARG NODE_IMAGE=node:26.10.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src
# The packages go into the bundle: there is no folder of them in the image.
RUN npm run build
# From the lock file alone: no time and no chance is in it, so that two builds have the same bytes.
RUN node src/app/write-sbom.ts >sbom.cdx.json && node src/app/write-licences.ts >LICENCES.txt

FROM ${NODE_IMAGE}
# One pool of memory for all threads: with one each, what they have freed is kept in 20 MiB of holes.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1
WORKDIR /app
COPY package.json LICENSE ./
COPY config/retention.yaml config/retention.schema.json config/
COPY --from=build /app/dist dist
COPY --from=build /app/sbom.cdx.json /app/LICENCES.txt ./
# The ledger's folder belongs to the user that runs; a volume mounted here takes its owner from it.
RUN install -d -o 1000 -g 1000 -m 0700 data
VOLUME /app/data
USER 1000:1000
EXPOSE 8080
# For serve.listen on port 8080; another port wants a check with its URL. What is not serve is well while it runs.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --start-interval=1s --retries=4 CMD ["node", "dist/health.mjs"]
# SIGUSR1 would open a debugger on port 9229, behind which everything in memory can be read.
ENTRYPOINT ["node", "--disable-sigusr1", "--max-semi-space-size=4", "dist/media-retention.mjs"]
CMD ["serve"]
