package oci

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
)

// TestWrite follows an image from its index to its program, as a runtime does.
func TestWrite(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, "example.test/hello:1", "hello", []byte("#!")); err != nil {
		t.Fatal(err)
	}
	files := unpack(t, &out)
	type descriptor struct {
		Digest      string
		Size        int
		Annotations map[string]string
	}
	follow := func(d descriptor, into any) []byte {
		t.Helper()
		data := files["blobs/sha256/"+d.Digest[len("sha256:"):]]
		if digest(data) != d.Digest || len(data) != d.Size {
			t.Fatalf("%s leads to %d bytes with the digest %s", d.Digest, len(data), digest(data))
		}
		if into != nil {
			read(t, data, into)
		}
		return data
	}
	var index struct{ Manifests []descriptor }
	read(t, files["index.json"], &index)
	if got := index.Manifests[0].Annotations["io.containerd.image.name"]; got != "example.test/hello:1" {
		t.Errorf("the image is called %q", got)
	}
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	follow(index.Manifests[0], &manifest)
	var config struct {
		Config struct{ Entrypoint []string }
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	follow(manifest.Config, &config)
	if config.Rootfs.DiffIDs[0] != manifest.Layers[0].Digest || config.Config.Entrypoint[0] != "/hello" {
		t.Errorf("config %+v of a manifest %+v", config, manifest)
	}
	layer := unpack(t, bytes.NewReader(follow(manifest.Layers[0], nil)))
	if string(layer["hello"]) != "#!" {
		t.Errorf("the layer holds %q", layer)
	}
}

func read(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
}

func unpack(t *testing.T, from io.Reader) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for r := tar.NewReader(from); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}
