// Why: stand-in, see ../go.mod. The one constructor always fails, so no method of a
// repository is ever called; they exist for the caller to compile.

// Package client stands in for the notary client: there is no content trust here.
package client

import (
	"errors"
	"net/http"

	"github.com/docker/notary/passphrase"
	"github.com/docker/notary/tuf/data"
)

var errUnavailable = errors.New("content trust is not available in this build of the client")

// ErrRepoNotInitialized is never returned.
type ErrRepoNotInitialized struct{}

func (ErrRepoNotInitialized) Error() string { return errUnavailable.Error() }

// ErrRepositoryNotExist is never returned.
type ErrRepositoryNotExist struct{}

func (ErrRepositoryNotExist) Error() string { return errUnavailable.Error() }

// Target is a signed name for content.
type Target struct {
	Name   string
	Hashes data.Hashes
	Length int64
}

// TargetWithRole is a target and the role that signed it.
type TargetWithRole struct {
	Target
	Role string
}

// CryptoService holds no keys.
type CryptoService struct{}

// ListKeys has nothing to list.
func (CryptoService) ListKeys(role string) []string { return nil }

// ListAllKeys has nothing to list.
func (CryptoService) ListAllKeys() map[string]string { return nil }

// Create always fails.
func (CryptoService) Create(role, gun, algorithm string) (data.PublicKey, error) {
	return nil, errUnavailable
}

// NotaryRepository cannot be had: its constructor fails.
type NotaryRepository struct {
	CryptoService CryptoService
}

// NewNotaryRepository always fails.
func NewNotaryRepository(baseDir, gun, baseURL string, rt http.RoundTripper, retriever passphrase.Retriever) (*NotaryRepository, error) {
	return nil, errUnavailable
}

// ListTargets always fails.
func (*NotaryRepository) ListTargets(roles ...string) ([]*TargetWithRole, error) {
	return nil, errUnavailable
}

// GetTargetByName always fails.
func (*NotaryRepository) GetTargetByName(name string, roles ...string) (*TargetWithRole, error) {
	return nil, errUnavailable
}

// GetDelegationRoles always fails.
func (*NotaryRepository) GetDelegationRoles() ([]*data.Role, error) { return nil, errUnavailable }

// Update always fails.
func (*NotaryRepository) Update(forWrite bool) (any, error) { return nil, errUnavailable }

// Initialize always fails.
func (*NotaryRepository) Initialize(rootKeyID string, remoteRoles ...string) error {
	return errUnavailable
}

// AddTarget always fails.
func (*NotaryRepository) AddTarget(target *Target, roles ...string) error { return errUnavailable }

// Publish always fails.
func (*NotaryRepository) Publish() error { return errUnavailable }
