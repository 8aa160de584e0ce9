package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// release is one version in the making.
type release struct {
	version  string
	manifest string // path of the krew manifest of the release before
	out      string // directory for everything that is published
	log      io.Writer

	sums map[string]string // what was written to out -> sha256 in hex
}

// build writes the archives, SBOMs, checksums and the manifest. The manifest that it starts from stays as it is.
func (r *release) build(ctx context.Context) error {
	text, err := os.ReadFile(r.manifest)
	if err != nil {
		return fmt.Errorf("read the krew manifest: %w", err)
	}
	m, err := parseManifest(text)
	if err != nil {
		return fmt.Errorf("%s: %w", r.manifest, err)
	}
	stamped := m.renamed(r.version)
	if err := r.makeOut(); err != nil {
		return err
	}
	r.sums = map[string]string{}
	for _, p := range stamped.platforms {
		if err := r.buildPlatform(ctx, p); err != nil {
			return fmt.Errorf("%s/%s: %w", p.os, p.arch, err)
		}
	}
	final, err := m.stamp(r.version, runtime.Version(), r.sums)
	if err != nil {
		return fmt.Errorf("%s: %w", r.manifest, err)
	}
	// krew takes a manifest only under the plugin's name.
	if err := r.write(m.plugin+".yaml", final); err != nil {
		return err
	}
	if err := r.writeChecksums(); err != nil {
		return err
	}
	fmt.Fprintf(r.log, "%s of %s is in %s\n", r.version, m.plugin, r.out)
	return nil
}

// makeOut wants an empty directory, so that what is published is what was built now.
func (r *release) makeOut() error {
	entries, err := os.ReadDir(r.out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("look into the directory to write to: %w", err)
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty, it has %s: remove it or say -out", r.out, entries[0].Name())
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return fmt.Errorf("create the directory to write to: %w", err)
	}
	return nil
}

// buildPlatform writes the archive of one platform, and beside it its SBOM.
func (r *release) buildPlatform(ctx context.Context, p platform) error {
	fmt.Fprintf(r.log, "building %s\n", p.archive)
	temp, err := os.MkdirTemp("", "kubectl-localpv-release-")
	if err != nil {
		return fmt.Errorf("create a directory to build in: %w", err)
	}
	defer os.RemoveAll(temp)
	binary := filepath.Join(temp, p.binary)
	if err := compile(ctx, p, r.version, binary, r.log); err != nil {
		return err
	}
	licenses, err := thirdPartyLicenses(ctx, p)
	if err != nil {
		return err
	}
	data, err := pack(binary, licenses)
	if err != nil {
		return err
	}
	if err := r.write(p.archive, data); err != nil {
		return err
	}
	sbom, err := describe(binary, p, r.version, r.sums[p.archive])
	if err != nil {
		return err
	}
	return r.write(strings.TrimSuffix(p.archive, archiveSuffix)+".cdx.json", sbom)
}

// write puts a file into the directory that is published, and remembers its checksum.
func (r *release) write(name string, data []byte) error {
	if err := os.WriteFile(filepath.Join(r.out, name), data, 0o644); err != nil {
		return fmt.Errorf("write what is published: %w", err)
	}
	sum := sha256.Sum256(data)
	r.sums[name] = hex.EncodeToString(sum[:])
	return nil
}

// writeChecksums lists everything as sha256sum does, for sha256sum -c.
func (r *release) writeChecksums() error {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.sums)) {
		fmt.Fprintf(&text, "%s  %s\n", r.sums[name], name)
	}
	return r.write("checksums.txt", []byte(text.String()))
}
