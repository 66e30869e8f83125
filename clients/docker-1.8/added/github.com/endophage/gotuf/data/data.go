// Why: stand-in, see ../go.mod.

// Package data stands in for gotuf's data types.
package data

// Hashes are digests by the name of their algorithm.
type Hashes map[string][]byte
