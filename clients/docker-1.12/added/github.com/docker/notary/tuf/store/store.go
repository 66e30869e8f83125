// Why: stand-in, see ../../go.mod.

// Package store stands in for notary's metadata store.
package store

// ErrMetaNotFound is never returned.
type ErrMetaNotFound struct{}

func (ErrMetaNotFound) Error() string { return "metadata not found" }
