ARG NODE_IMAGE=node:26.10.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src
RUN npm run build

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional && npm cache clean --force

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY config config
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
# The ledger's folder belongs to the user that runs; a volume mounted here takes its owner from it.
RUN install -d -o 1000 -g 1000 -m 0700 data
VOLUME /app/data
USER 1000:1000
ENTRYPOINT ["node", "dist/media-retention.mjs"]
CMD ["--help"]
