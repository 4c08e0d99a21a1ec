# One image for every service and for the sluice command; what a container is started with says which.
#   make images
#   docker run sluice services/order-queue/src/main.ts
ARG NODE_VERSION=26.10.0
# Any image with Node, npm and a user `node` of id 1000, such as one built here.
ARG BASE_IMAGE=node:${NODE_VERSION}-slim

FROM ${BASE_IMAGE} AS installed
ARG PNPM_VERSION=12.21.0
WORKDIR /app
RUN npm install --global pnpm@${PNPM_VERSION}
COPY . .
# Of each service and of the command what it needs to run, and nothing to develop or test it with.
RUN pnpm install --prod --frozen-lockfile --filter "{./services/*}..." --filter "{./cli}..."

FROM ${BASE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
# Owned by root, run by another: a service cannot change its own code.
COPY --from=installed /app ./
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
ENTRYPOINT ["node"]
CMD ["services/webhook-gateway/src/main.ts"]
