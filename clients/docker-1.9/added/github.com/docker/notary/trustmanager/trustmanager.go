// Why: stand-in, see ../go.mod.

// Package trustmanager stands in for notary's.
package trustmanager

// ErrKeyNotFound is never returned.
type ErrKeyNotFound struct{}

func (ErrKeyNotFound) Error() string { return "signing key not found" }
