// The Docker CLI 1.12.6. The release has no go.mod of its own: this is its whole
// dependency list. "=" marks the exact version the release was built with; the others
// are the nearest version the module proxies serve that compiles. See ../README.md.
module zonesim.invalid/clients/docker-1.12

go 1.19

require (
	github.com/Sirupsen/logrus v0.10.0 // =
	github.com/docker/distribution v0.0.0-20160811175336-c9fd26e9efe2
	github.com/docker/docker v1.12.6 // =
	github.com/docker/docker-credential-helpers v0.3.0 // =
	github.com/docker/engine-api v0.4.0
	github.com/docker/go-connections v0.2.1
	github.com/docker/go-units v0.3.0
	github.com/docker/libnetwork v0.8.0-dev.2
	github.com/docker/libtrust v0.0.0-20150526203908-9cbd2a1374f4
	github.com/docker/notary v0.0.0
	github.com/flynn-archive/go-shlex v0.0.0-20150515145356-3f9db97f8568 // =
	github.com/golang/protobuf v0.0.0-20160221214941-3c84672111d9 // =
	github.com/gorilla/context v0.0.0-20140604161150-14f550f51af5
	github.com/gorilla/mux v0.0.0-20140926153814-e444e69cbd2e
	github.com/opencontainers/runc v0.1.1
	github.com/spf13/cobra v0.0.0-20170731170427-b26b538f6930
	github.com/spf13/pflag v1.0.0
	github.com/vbatts/tar-split v0.10.1
	golang.org/x/net v0.0.0-20160707223729-f841c39de738
	google.golang.org/grpc v0.0.0-20160506225834-ab0be5212fb2 // =
)

// No version of the era is served; a stand-in without content trust takes its place.
replace github.com/docker/notary => ./added/github.com/docker/notary
