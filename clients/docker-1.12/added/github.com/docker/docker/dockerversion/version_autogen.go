// Why: the release's build script writes this file and the module does not have it.
// Commit and time are those of the release's tag. The tag "autogen" of the build picks
// this file and leaves out version_lib.go, which says "library-import".

//go:build autogen
// +build autogen

// Package dockerversion holds what the client says about itself.
package dockerversion

// What `docker version` and the User-Agent header show.
const (
	GitCommit string = "78d1802"
	Version   string = "1.12.6"
	BuildTime string = "2017-01-10T19:32:34Z"
	IAmStatic string = "true"
)
