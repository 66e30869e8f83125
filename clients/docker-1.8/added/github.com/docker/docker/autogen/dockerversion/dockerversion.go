// Why: the release's build script writes this package and the module does not have it.
// Commit and time are those of the release's tag.

// Package dockerversion holds what the client says about itself.
package dockerversion

// What `docker version` and the User-Agent header show.
const (
	GITCOMMIT string = "f4bf5c7"
	VERSION   string = "1.8.3"
	BUILDTIME string = "2015-10-12T03:37:29Z"
	IAMSTATIC string = "true"
	INITSHA1  string = ""
	INITPATH  string = ""
)
