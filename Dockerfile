# syntax=docker/dockerfile:1

# The compiler runs on the builder's own architecture and compiles for the image's.
FROM --platform=$BUILDPLATFORM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION
ARG REVISION
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false \
        -ldflags="-s -w -X ticketd/cmd/bootstrap.version=$VERSION -X ticketd/cmd/bootstrap.revision=$REVISION" \
        -o /out/ticketd ./cmd/ticketd \
    && mkdir /out/data

# No shell, no libraries: the program, the certificates by which it knows a model's API, and a folder for the embedded database, which
# is all it writes to.
FROM scratch
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="ticketd" \
      org.opencontainers.image.description="Takes customer-support tickets and answers with a category and a priority" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ticketd /ticketd
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV DB_URL=sqlite:///data/ticketd.db
WORKDIR /data
VOLUME /data
EXPOSE 3000
# A migration at the start may take its time. A worker is asked on WORKER_PORT, so set it.
HEALTHCHECK --start-period=5m --interval=10s --timeout=5s CMD ["/ticketd", "healthcheck"]
ENTRYPOINT ["/ticketd"]
