//go:build tools

// Why: the one package that is built, so that go.mod lists what it needs and nothing else. The release has no go.mod;
// its vendor.mod names a version of docker/docker that is not served, for which the release of the same day stands here.
package tools

import _ "github.com/docker/cli/cmd/docker"
