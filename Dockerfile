# One image for every service and for the sluice command; what a container is started with says which.
#   docker build -t sluice .
#   docker run sluice services/order-queue/src/main.ts
FROM node:26-slim AS installed
WORKDIR /app
RUN npm install --global pnpm@12.21.0
COPY . .
# Of each service and of the command what it needs to run, and nothing to develop or test it with.
RUN pnpm install --prod --frozen-lockfile --filter "{./services/*}..." --filter "{./cli}..."

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /app
# Owned by root, run by another: a service cannot change its own code.
COPY --from=installed /app ./
USER node
ENTRYPOINT ["node"]
CMD ["services/webhook-gateway/src/main.ts"]
