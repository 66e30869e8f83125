// Why: the release's package of this name is server code that does not compile against
// the nearest served docker/distribution. The build leaves it out; the client needs just
// this one type of it, the last message of a push.

// Package distribution holds what the client needs of the server's package of that name.
package distribution

import "github.com/docker/distribution/digest"

// PushResult is the auxiliary message at the end of a push.
type PushResult struct {
	Tag    string
	Digest digest.Digest
	Size   int
}
