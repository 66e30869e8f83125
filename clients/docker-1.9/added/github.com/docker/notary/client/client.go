// Why: stand-in, see ../go.mod. The one constructor always fails, so no method of a
// repository is ever called; they exist for the caller to compile.

// Package client stands in for the notary client: there is no content trust here.
package client

import (
	"errors"
	"net/http"

	"github.com/docker/notary/pkg/passphrase"
	"github.com/endophage/gotuf/data"
)

var errUnavailable = errors.New("content trust is not available in this build of the client")

// ErrExpired is never returned.
type ErrExpired struct{}

func (ErrExpired) Error() string { return errUnavailable.Error() }

// ErrRepoNotInitialized is never returned.
type ErrRepoNotInitialized struct{}

func (*ErrRepoNotInitialized) Error() string { return errUnavailable.Error() }

// Target is a signed name for content.
type Target struct {
	Name   string
	Hashes data.Hashes
	Length int64
}

// CryptoService signs nothing.
type CryptoService struct{}

// KeyStore holds no keys.
type KeyStore struct{}

// ListKeys has nothing to list.
func (KeyStore) ListKeys() map[string]string { return nil }

// KeyStoreManager holds no keys.
type KeyStoreManager struct{}

// RootKeyStore is empty.
func (KeyStoreManager) RootKeyStore() KeyStore { return KeyStore{} }

// GenRootKey always fails.
func (KeyStoreManager) GenRootKey(algorithm string) (string, error) { return "", errUnavailable }

// GetRootCryptoService always fails.
func (KeyStoreManager) GetRootCryptoService(keyID string) (*CryptoService, error) {
	return nil, errUnavailable
}

// NotaryRepository cannot be had: its constructor fails.
type NotaryRepository struct {
	KeyStoreManager KeyStoreManager
}

// NewNotaryRepository always fails.
func NewNotaryRepository(baseDir, gun, baseURL string, rt http.RoundTripper, retriever passphrase.Retriever) (*NotaryRepository, error) {
	return nil, errUnavailable
}

// ListTargets always fails.
func (*NotaryRepository) ListTargets() ([]*Target, error) { return nil, errUnavailable }

// GetTargetByName always fails.
func (*NotaryRepository) GetTargetByName(name string) (*Target, error) {
	return nil, errUnavailable
}

// Initialize always fails.
func (*NotaryRepository) Initialize(service *CryptoService) error { return errUnavailable }

// AddTarget always fails.
func (*NotaryRepository) AddTarget(target *Target) error { return errUnavailable }

// Publish always fails.
func (*NotaryRepository) Publish() error { return errUnavailable }
