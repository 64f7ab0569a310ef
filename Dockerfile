# syntax=docker/dockerfile:1

FROM golang:1.26-alpine AS build
RUN apk add --no-cache ca-certificates
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/ticketd ./cmd/ticketd \
    && mkdir /out/data

FROM scratch
LABEL org.opencontainers.image.title="ticketd" \
      org.opencontainers.image.description="Takes customer-support tickets and answers with a category and a priority" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ticketd /ticketd
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV DB_URL=sqlite:///data/ticketd.db
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s CMD ["/ticketd", "healthcheck"]
ENTRYPOINT ["/ticketd"]
