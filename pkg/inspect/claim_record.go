package inspect

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

const (
	// AnnReleasedClaim holds the manifest of the claim that was last released from a volume: JSON, or, if that is
	// large, CompressedMark and its compressed form in base64.
	AnnReleasedClaim = "localpv.dev/released-claim"
	// CompressedMark begins a manifest that is compressed.
	CompressedMark = "gzip:"
	// maxManifest limits what is unpacked, against annotations that were not written by this program.
	maxManifest = 4 << 20
)

// ErrNoClaim says that what is recorded is something else.
var ErrNoClaim = errors.New("it is not the manifest of a claim")

// DecodeClaim reads the manifest of a claim as AnnReleasedClaim holds it.
func DecodeClaim(text string) (*corev1.PersistentVolumeClaim, error) {
	data := []byte(text)
	if packed, ok := strings.CutPrefix(text, CompressedMark); ok {
		r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
		if err != nil {
			return nil, err
		}
		if data, err = io.ReadAll(io.LimitReader(r, maxManifest)); err != nil {
			return nil, err
		}
	}
	c := &corev1.PersistentVolumeClaim{}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, err
	}
	if c.Kind != "PersistentVolumeClaim" || c.Name == "" || c.Namespace == "" {
		return nil, ErrNoClaim
	}
	return c, nil
}
