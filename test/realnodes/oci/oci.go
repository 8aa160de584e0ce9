// Package oci writes images from scratch: archives in the layout of the Open Container Initiative, with one layer, which need no registry.
package oci

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
)

// Write writes an image that holds one program, /NAME, and runs it. Ref is what containerd calls it: "example.test/name:1".
func Write(to io.Writer, ref, name string, program []byte) error {
	layer, err := archive(file{name: name, data: program, mode: 0o755})
	if err != nil {
		return fmt.Errorf("write the layer of image %s: %w", ref, err)
	}
	config := blob{"application/vnd.oci.image.config.v1+json", marshal(map[string]any{
		"architecture": runtime.GOARCH, "os": "linux",
		"config": map[string]any{"Entrypoint": []string{"/" + name}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{digest(layer)}},
	})}
	content := blob{"application/vnd.oci.image.layer.v1.tar", layer}
	manifest := blob{"application/vnd.oci.image.manifest.v1+json", marshal(map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
		"config": config.descriptor(), "layers": []any{content.descriptor()},
	})}
	entry := manifest.descriptor()
	entry["annotations"] = map[string]string{"io.containerd.image.name": ref}
	index := marshal(map[string]any{"schemaVersion": 2, "manifests": []any{entry}})
	image, err := archive(
		file{name: "oci-layout", data: []byte(`{"imageLayoutVersion":"1.0.0"}`), mode: 0o644},
		file{name: "index.json", data: index, mode: 0o644}, manifest.file(), config.file(), content.file())
	if err != nil {
		return fmt.Errorf("write image %s: %w", ref, err)
	}
	_, err = to.Write(image)
	return err
}

// blob is what is found by its digest.
type blob struct {
	mediaType string
	data      []byte
}

func (b blob) descriptor() map[string]any {
	return map[string]any{"mediaType": b.mediaType, "digest": digest(b.data), "size": len(b.data)}
}

func (b blob) file() file {
	sum := sha256.Sum256(b.data)
	return file{name: "blobs/sha256/" + hex.EncodeToString(sum[:]), data: b.data, mode: 0o644}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// marshal is for what has no value that JSON lacks.
func marshal(value map[string]any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return data
}

type file struct {
	name string
	data []byte
	mode int64
}

func archive(files ...file) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.data)), Format: tar.FormatUSTAR}); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
