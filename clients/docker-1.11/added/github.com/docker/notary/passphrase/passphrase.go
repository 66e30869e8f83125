// Why: stand-in, see ../go.mod.

// Package passphrase stands in for notary's: nothing is ever encrypted, so nothing asked.
package passphrase

import (
	"errors"
	"io"
)

// Retriever answers the passphrase of a key.
type Retriever func(keyName, alias string, createNew bool, attempts int) (passphrase string, giveup bool, err error)

// PromptRetrieverWithInOut answers a retriever that gives up at once.
func PromptRetrieverWithInOut(in io.Reader, out io.Writer, aliases map[string]string) Retriever {
	return func(string, string, bool, int) (string, bool, error) {
		return "", true, errors.New("content trust is not available in this build of the client")
	}
}
