// Why: stand-in, see ../../go.mod. The client tells these errors apart by type only.

// Package signed stands in for notary's signature errors; none is ever returned.
package signed

// ErrExpired is never returned.
type ErrExpired struct{}

// ErrInvalidKeyType is never returned.
type ErrInvalidKeyType struct{}

// ErrNoKeys is never returned.
type ErrNoKeys struct{}

// ErrLowVersion is never returned.
type ErrLowVersion struct{}

// ErrRoleThreshold is never returned.
type ErrRoleThreshold struct{}

// ErrInsufficientSignatures is never returned.
type ErrInsufficientSignatures struct{}

func (ErrExpired) Error() string                { return "metadata expired" }
func (ErrInvalidKeyType) Error() string         { return "invalid key type" }
func (ErrNoKeys) Error() string                 { return "no keys" }
func (ErrLowVersion) Error() string             { return "version too low" }
func (ErrRoleThreshold) Error() string          { return "too few signatures of the role" }
func (ErrInsufficientSignatures) Error() string { return "too few signatures" }
