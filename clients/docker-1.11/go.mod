// The Docker CLI 1.11.2. The release has no go.mod of its own: this is its whole
// dependency list. "=" marks the exact version the release was built with; the others
// are the nearest version the module proxies serve that compiles. See ../README.md.
module zonesim.invalid/clients/docker-1.11

go 1.19

require (
	github.com/Sirupsen/logrus v0.9.0 // =
	github.com/docker/distribution v2.4.0+incompatible
	github.com/docker/docker v1.11.2 // =
	github.com/docker/engine-api v0.3.3 // =
	github.com/docker/go-connections v0.2.0 // =
	github.com/docker/go-units v0.3.0
	github.com/docker/libnetwork v0.7.2-rc.1 // =
	github.com/docker/libtrust v0.0.0-20150526203908-9cbd2a1374f4
	github.com/gorilla/context v0.0.0-20140604161150-14f550f51af5
	github.com/gorilla/mux v0.0.0-20140926153814-e444e69cbd2e
	github.com/docker/notary v0.0.0
	github.com/opencontainers/runc v0.1.1 // =
	github.com/vbatts/tar-split v0.10.1
	golang.org/x/net v0.0.0-20151006050949-47990a1ba557
)

// No version of the era is served; a stand-in without content trust takes its place.
replace github.com/docker/notary => ./added/github.com/docker/notary
