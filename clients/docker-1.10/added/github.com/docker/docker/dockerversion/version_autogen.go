// Why: the release's build script writes this file and the module does not have it.
// Commit and time are those of the release's tag. The tag "autogen" of the build picks
// this file and leaves out version_lib.go, which says "library-import".

//go:build autogen
// +build autogen

// Package dockerversion holds what the client says about itself.
package dockerversion

// What `docker version` and the User-Agent header show.
const (
	GitCommit string = "20f81dd"
	Version   string = "1.10.3"
	BuildTime string = "2016-03-09T20:13:24Z"
	IAmStatic string = "true"
	InitSHA1  string = ""
	InitPath  string = ""
)
