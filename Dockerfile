# One image for every service and role; docker-compose.yml says which of them a container runs.
FROM node:20-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements/bootstrap.txt requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
 && uv pip sync --system --no-cache --require-hashes --compile-bytecode requirements/runtime.txt
COPY --from=assets /app/node_modules node_modules
COPY shared shared
COPY services services
COPY ops ops
RUN useradd --system --home-dir /data elms && install -d -o elms -g elms -m 0700 /data /keys
USER elms
VOLUME ["/data", "/keys"]
ENTRYPOINT ["python", "-m", "ops"]
