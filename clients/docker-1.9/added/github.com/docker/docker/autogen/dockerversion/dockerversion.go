// Why: the release's build script writes this package and the module does not have it.
// Commit and time are those of the release's tag.

// Package dockerversion holds what the client says about itself.
package dockerversion

// What `docker version` and the User-Agent header show.
const (
	GITCOMMIT string = "a34a1d5"
	VERSION   string = "1.9.1"
	BUILDTIME string = "2015-11-20T12:40:30Z"
	IAMSTATIC string = "true"
	INITSHA1  string = ""
	INITPATH  string = ""
)
