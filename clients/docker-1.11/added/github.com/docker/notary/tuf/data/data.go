// Why: stand-in, see ../../go.mod.

// Package data stands in for notary's data types.
package data

// The names of roles and of the key algorithm that the client mentions.
const (
	CanonicalRootRole     = "root"
	CanonicalSnapshotRole = "snapshot"
	CanonicalTargetsRole  = "targets"
	ECDSAKey              = "ecdsa"
)

// Hashes are digests by the name of their algorithm.
type Hashes map[string][]byte

// PublicKey is the key of a role.
type PublicKey interface {
	ID() string
}

// Role is a delegation.
type Role struct {
	Name   string
	KeyIDs []string
}

// CheckPaths answers whether the role may sign a path; no role may.
func (*Role) CheckPaths(path string) bool { return false }
