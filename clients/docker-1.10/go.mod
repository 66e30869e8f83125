// The Docker CLI 1.10.3. The release has no go.mod of its own: this is its whole
// dependency list. "=" marks the exact version the release was built with; the others
// are the nearest version the module proxies serve that compiles. See ../README.md.
module zonesim.invalid/clients/docker-1.10

go 1.19

require (
	github.com/Sirupsen/logrus v0.8.2 // =
	github.com/agl/ed25519 v0.0.0-20140907235247-d2b94fd789ea // =
	github.com/docker/distribution v2.3.0+incompatible
	github.com/docker/docker v1.10.3 // =
	github.com/docker/engine-api v0.2.3 // =
	github.com/docker/go v1.5.1-1
	github.com/docker/go-connections v0.1.2 // =
	github.com/docker/go-units v0.3.0
	github.com/docker/libnetwork v0.6.2-rc.1 // =
	github.com/docker/libtrust v0.0.0-20150526203908-9cbd2a1374f4
	github.com/gorilla/context v0.0.0-20140604161150-14f550f51af5
	github.com/gorilla/mux v0.0.0-20140926153814-e444e69cbd2e
	github.com/docker/notary v0.2.0
	github.com/opencontainers/runc v0.1.1
	github.com/vbatts/tar-split v0.10.1
	golang.org/x/net v0.0.0-20151006050949-47990a1ba557 // =
)
