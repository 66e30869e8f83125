// The Docker CLI 1.9.1. The release has no go.mod of its own: this is its whole
// dependency list. "=" marks the exact version the release was built with; the others
// are the nearest version the module proxies serve that compiles. See ../README.md.
module zonesim.invalid/clients/docker-1.9

go 1.19

require (
	github.com/Sirupsen/logrus v0.8.2 // =
	github.com/docker/distribution v2.1.1+incompatible
	github.com/docker/docker v1.9.1 // =
	github.com/docker/libnetwork v0.5.1
	github.com/docker/libtrust v0.0.0-20150526203908-9cbd2a1374f4
	github.com/gorilla/context v0.0.0-20140604161150-14f550f51af5
	github.com/gorilla/mux v0.0.0-20140926153814-e444e69cbd2e
	github.com/docker/notary v0.0.0
	github.com/endophage/gotuf v0.0.0
	github.com/opencontainers/runc v0.0.7
	golang.org/x/net v0.0.0-20150629084131-d9558e5c97f8
)

// No version of the era is served; stand-ins without content trust take their place.
replace github.com/docker/notary => ./added/github.com/docker/notary

replace github.com/endophage/gotuf => ./added/github.com/endophage/gotuf
