# The image's own Node is the one the lockfile pins.
FROM node:26-bookworm-slim
# Tajik has no plural rules in ICU and would take those of the host: a neutral one.
ENV NODE_ENV=production LC_ALL=C
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional
COPY programme.json ./
COPY drizzle drizzle
COPY locales locales
COPY src src
RUN rm -r src/playground
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
