// Why: the release's build script writes this file and the module does not have it.
// Commit and time are those of the release's tag. The tag "autogen" of the build picks
// this file and leaves out version_lib.go, which says "library-import".

//go:build autogen
// +build autogen

// Package dockerversion holds what the client says about itself.
package dockerversion

// What `docker version` and the User-Agent header show.
const (
	GitCommit string = "b9f10c9"
	Version   string = "1.11.2"
	BuildTime string = "2016-06-01T21:11:42Z"
	IAmStatic string = "true"
)
