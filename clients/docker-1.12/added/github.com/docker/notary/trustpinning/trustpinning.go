// Why: stand-in, see ../go.mod.

// Package trustpinning stands in for notary's.
package trustpinning

// TrustPinConfig pins nothing.
type TrustPinConfig struct{}
