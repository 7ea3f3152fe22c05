# One static binary in an empty image: no shell, no package, uid 65532, and
# nothing to write to but /var/lib/minyi and /tmp. Dictionaries, pages and
# method files are inside the binary; it reads them through /proc, which every
# container runtime mounts.
#   docker build --build-arg VERSION=v0.1.0 -t minyi:v0.1.0 .
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN make static VERSION=${VERSION} OUT=/out/minyi \
 && mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/minyi /minyi
COPY --from=build --chown=65532:65532 /out/data /var/lib/minyi
COPY --from=build /out/tmp /tmp
USER 65532:65532
ENV MINYI_DATA=/var/lib/minyi MINYI_LOG_FORMAT=json
EXPOSE 8080 8081
VOLUME /var/lib/minyi
ENTRYPOINT ["/minyi"]
CMD ["serve"]
