# The image's own Node is the one the lockfile pins.
FROM node:26-bookworm-slim AS app
# Tajik has no plural rules in ICU and would take those of the host: a neutral one.
ENV NODE_ENV=production LC_ALL=C
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional
COPY programme.json ./
COPY drizzle drizzle
COPY locales locales
COPY src src
RUN rm -r src/playground && mkdir .data && chown node .data

# Backup and restore need PostgreSQL's own programs, as new as the server; see compose.yaml.
FROM postgres:18-bookworm AS tools
ENV NODE_ENV=production LC_ALL=C
COPY --from=app /usr/local/bin/node /usr/local/bin/node
COPY --from=app /app /app
WORKDIR /app
# The number of node, to whom the volume belongs.
USER 1000
ENTRYPOINT ["node"]

FROM app AS bot
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
