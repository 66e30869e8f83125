// Why: the release names this error code as part of package v2; in the nearest served
// docker/distribution it has moved to errcode. This gives it the old name too.

package v2

import "github.com/docker/distribution/registry/api/errcode"

// ErrorCodeUnauthorized is the code of a request without sufficient credentials.
var ErrorCodeUnauthorized = errcode.ErrorCodeUnauthorized
